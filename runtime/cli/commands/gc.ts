// `gc`: removes what nothing needs.
import { exitCodes } from "../../contract/exit_codes.ts";
import { waitingFor } from "../../engine/leased.ts";
import { collectGarbage, type GcProgress, type GcReport } from "../../store/gc.ts";
import type { Keeping } from "../../store/gc_roots.ts";
import { type Amount, type Phase, phases } from "../../store/gc_sweep.ts";
import { ranges } from "../../store/ranges.ts";
import { type Context, styleFor, writeLines } from "../context.ts";
import { createLiveLines } from "../live.ts";
import { checkDataset, openForReading } from "../reading.ts";
import type { Style } from "../render.ts";
import { table } from "../table.ts";
import { bytes, count, plain, plural } from "../text.ts";
import { onStopAsked } from "./run.ts";

export type GcCommandOptions = {
  readonly keepLast?: number;
  readonly keepDays?: number;
  /** Milliseconds. */
  readonly grace: number;
  readonly dryRun?: boolean;
  readonly store?: string;
  readonly json?: boolean;
  readonly color: boolean;
};

/** Cleans a store and says what went; returns the exit code. */
export async function cleanUp(
  dataset: string | undefined,
  options: GcCommandOptions,
  context: Context,
): Promise<number> {
  const { out } = context.terminal;
  const storage = await openForReading(options.store, context);
  if (dataset !== undefined) await checkDataset(storage, dataset);
  const stopped = new AbortController();
  const release = onStopAsked(
    () => stopped.abort(new DOMException("Stopped: what is removed is removed", "AbortError")),
    context,
  );
  const live = createLive(context);
  try {
    const report = await collectGarbage(storage, {
      keeping: keepingOf(dataset, options),
      graceMs: options.grace,
      dryRun: options.dryRun === true,
      now: Date.now,
      signal: stopped.signal,
      onWait: (who) => live.say(`${waitingFor(who)} …`),
      onProgress: live.progress,
    });
    live.clear();
    const place = storage.store.place;
    if (options.json === true) writeLines(out, [JSON.stringify(reportObject(report, place))]);
    else writeLines(out, reportLines(report, place, options.grace, styleFor(out, context, options.color)));
    return exitCodes.ok;
  } finally {
    live.clear();
    release();
  }
}

function keepingOf(dataset: string | undefined, { keepLast, keepDays }: GcCommandOptions): Keeping {
  return {
    ...(dataset === undefined ? {} : { dataset }),
    ...(keepLast === undefined ? {} : { last: keepLast }),
    ...(keepDays === undefined ? {} : { sinceMs: Date.now() - keepDays * 86_400_000 }),
  };
}

/** Milliseconds between two drawings of the line that moves. */
const drawEveryMs = 100;

function createLive({ terminal: { err }, now }: Context) {
  const lines = createLiveLines(err);
  let drawnMs = -Infinity;
  return {
    clear: lines.clear,
    say(text: string) {
      lines.clear();
      writeLines(err, [plain(text)]);
    },
    progress({ phase, done }: GcProgress) {
      if (!err.isTerminal || now() - drawnMs < drawEveryMs) return;
      drawnMs = now();
      const what = phase === "marking" ? "chunks read to see what is needed" : `${names[phase]} removed`;
      lines.draw([`  ${count(done)} ${what} …`]);
    },
  };
}

const names: Readonly<Record<Phase, string>> = {
  versions: "expired versions",
  records: "records of versions",
  runs: "files of runs",
  outbox: "files of the delivery log",
  shards: "notes of finished shards",
  chunks: "chunks",
  blobs: "blobs",
  temporary: "temporary files",
};

function reportObject({ expired, ...report }: GcReport, store: string) {
  const versions = expired.map(({ dataset, number, ref }) => ({ dataset, number, version: ref.version }));
  return { store, ...report, expired: versions };
}

function reportLines(report: GcReport, place: string, graceMs: number, style: Style): string[] {
  const { removed, dryRun, kept, young } = report;
  const { paint, shown } = style;
  const where = plain(shown(place));
  const total = phases.map((phase) => removed[phase]).reduce(sum);
  const stay = `  ${plural(kept, "version")} ${kept === 1 ? "stays" : "stay"}${youngText(young, graceMs)}`;
  if (total.count === 0) return [`Nothing to clean in ${where}`, stay];
  const rows = phases.filter((phase) => removed[phase].count > 0).map((phase) => ({ phase, ...removed[phase] }));
  return [
    dryRun
      ? `${paint.bold(`Would clean ${where}`)}: ${bytes(total.bytes)}`
      : `${paint.bold(`Cleaned ${where}`)}: ${bytes(total.bytes)}`,
    ...table(rows, [
      { title: "", of: ({ phase }) => names[phase] },
      { title: "", of: (row) => count(row.count), right: true },
      { title: "", of: (row) => row.phase === "versions" ? expiredText(report) : bytes(row.bytes) },
    ], paint),
    stay,
    ...(dryRun ? ["Nothing was removed: leave out --dry-run to do so"] : []),
  ];
}

function youngText({ count: objects, bytes: size }: Amount, graceMs: number): string {
  if (objects === 0) return "";
  return `; ${plural(objects, "object")} that nothing needs (${bytes(size)}) ${
    objects === 1 ? "is" : "are"
  } younger than ${graceText(graceMs)} and ${objects === 1 ? "stays" : "stay"} for now`;
}

function graceText(ms: number): string {
  const hours = ms / 3_600_000;
  return hours >= 1 ? plural(Math.round(hours), "hour") : plural(Math.round(ms / 60_000), "minute");
}

/** `motogp v1 to v4, v6`. */
function expiredText({ expired }: GcReport): string {
  const datasets = Map.groupBy(expired, ({ dataset }) => dataset);
  return [...datasets].map(([dataset, versions]) => `${plain(dataset)} ${ranges(versions.map(({ number }) => number))}`)
    .join("; ");
}

function sum(left: Amount, right: Amount): Amount {
  return { count: left.count + right.count, bytes: left.bytes + right.bytes };
}
