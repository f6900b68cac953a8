// Writes what a model found: a line an image and totals, for people or as JSON.
import type { Summary } from "../contract/events.ts";
import type { ModelNote } from "../contract/version.ts";
import type { DatasetReader } from "../engine/reader.ts";
import {
  type Found,
  foundIn,
  foundLine,
  type Refused,
  refusedIn,
  refusedLine,
  type Totals,
  totalsOf,
  totalsText,
} from "./found.ts";
import type { Paint } from "./paint.ts";
import type { Output } from "./terminal.ts";
import { duration, plain, wrapped } from "./text.ts";

export type FoundReport = {
  readonly reader: DatasetReader;
  readonly summary: Summary;
  /** What computed, and why. */
  readonly backend: string;
  readonly asked: { readonly minScore: number | undefined; readonly labels: readonly string[] | undefined };
  /** What else is written. */
  readonly places: { readonly draw: string | undefined; readonly coco: string | undefined };
  readonly out: Output;
  readonly paint: Paint;
  /** Columns that a line may take; any number when absent. */
  readonly width: number | undefined;
};

async function* allFound({ items }: DatasetReader): AsyncGenerator<Found> {
  for await (const item of items()) yield foundIn(item);
}

async function* allRefused({ ledger }: DatasetReader): AsyncGenerator<Refused> {
  for await (const line of ledger()) {
    const refused = refusedIn(line);
    if (refused !== undefined) yield refused;
  }
}

/** A line an image, those that were rejected, totals. */
export async function writeFoundTable(report: FoundReport): Promise<Totals> {
  const { reader, out, paint, width = Infinity } = report;
  const totals = await totalsOf(allFound(reader));
  for await (const found of allFound(reader)) out.write(`${foundLine(found, totals, width, paint)}\n`);
  let rejected = 0;
  for await (const refused of allRefused(reader)) {
    if (rejected++ === 0) out.write(`\n${paint.bold("Rejected")}\n`);
    out.write(`${refusedLine(refused, width, paint)}\n`);
  }
  const lines = [
    ...totalLines(totals, rejected, report),
    ...(totals.objects === 0 ? nothingLines(totals, report) : []),
  ];
  out.write(`\n${lines.join("\n")}\n`);
  return totals;
}

function totalLines(totals: Totals, rejected: number, { summary, paint, width = Infinity }: FoundReport): string[] {
  const [first = "", ...others] = wrapped(totalsText(totals), width);
  const speed = totals.images === 0 ? "" : `; looking alone ${rateText(speedOf(summary))}`;
  return [
    paint.bold(first),
    ...others,
    ...(rejected === 0 ? [] : [paint.red(`${rejected} rejected`)]),
    `${duration(summary.seconds)} in all${speed}`,
  ];
}

function rateText(rate: number): string {
  return `${rate.toFixed(rate < 1 ? 2 : 1)} images/s`;
}

/** Images a second, of reading them and running the model. */
function speedOf({ stages, seconds, counts }: Summary): number {
  const looking = stages.find(({ id }) => id === "detect raw")?.seconds ?? seconds;
  return (counts?.items ?? 0) / Math.max(looking, 0.001);
}

const mostKnown = 12;

function nothingLines({ images }: Totals, { asked, reader, paint, width = Infinity }: FoundReport): string[] {
  if (images === 0) return [];
  const at = asked.minScore === undefined ? "" : ` at a score of ${asked.minScore} or more`;
  const others = asked.labels === undefined ? "another --model" : "other --labels";
  const { name, labels = [] } = modelOf(reader) ?? {};
  const known = labels.slice(0, mostKnown).join(", ") + (labels.length > mostKnown ? `, … (${labels.length})` : "");
  return [
    ...wrapped(`Nothing was found${at}. Try a lower --min-score, or ${others}`, width),
    ...(known === "" || asked.labels !== undefined
      ? []
      : wrapped(plain(`${name} knows: ${known}`), width).map(paint.dim)),
  ];
}

function modelOf({ version }: DatasetReader): ModelNote | undefined {
  return version.provenance.steps[0]?.model;
}

/** An object an image, then one an image that was rejected, then the summary. */
export async function writeFoundJson(report: FoundReport): Promise<Totals> {
  const { reader, summary, backend, places: { draw, coco }, out } = report;
  const write = (value: unknown) => out.write(`${JSON.stringify(value)}\n`);
  for await (const found of allFound(reader)) write({ event: "image", ...found });
  let rejected = 0;
  for await (const refused of allRefused(reader)) {
    rejected++;
    write({ event: "rejected", ...refused });
  }
  const totals = await totalsOf(allFound(reader));
  const { images, objects } = totals;
  const labels = Object.fromEntries(totals.labels);
  const imagesPerSecond = Math.round(speedOf(summary) * 10) / 10;
  const common = { images, rejected, objects, labels, seconds: summary.seconds, imagesPerSecond };
  write({ event: "summary", ...common, model: modelOf(reader), backend, draw, coco });
  return totals;
}
