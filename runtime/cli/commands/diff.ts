// `diff`: what differs between two versions.
import type { DiffSummary, ItemChange } from "../../contract/diff.ts";
import { InputError } from "../../contract/errors.ts";
import { exitCodes } from "../../contract/exit_codes.ts";
import { diffVersions } from "../../engine/diff.ts";
import { idOfChange } from "../../engine/diff_items.ts";
import { type DatasetReader, openDataset } from "../../engine/reader.ts";
import type { DatasetStorage } from "../../store/open.ts";
import { type Context, pathOf, styleFor, writeLines } from "../context.ts";
import { countingProgress } from "../counting.ts";
import { changeLines, diffLines } from "../diff_lines.ts";
import { checkDataset, openForReading } from "../reading.ts";
import { stoppable } from "../signals.ts";
import { plain } from "../text.ts";
import type { DatasetName } from "../values.ts";

export type DiffOptions = {
  readonly store?: string;
  readonly json?: boolean;
  readonly html?: string;
  readonly examples: number;
  readonly pictures: number;
  readonly balance?: boolean;
  readonly color: boolean;
};

/** Items of a version up to which all are read to count classes: what takes a moment. */
const quicklyCounted = 50_000;
/** Names that a page lists under its pictures, of each kind of change. */
const listedNames = 2_000;

/** Changes by kind, the first of each. */
export type KeptChanges = { readonly [kind in ItemChange["change"]]: ItemChange[] };

/** Compares two versions, or one with that before it; returns the exit code. */
export async function showDiff(
  a: DatasetName,
  b: DatasetName | undefined,
  options: DiffOptions,
  context: Context,
): Promise<number> {
  const { terminal: { out } } = context;
  const page = options.html === undefined ? undefined : pathOf(options.html, context);
  if (page !== undefined) await (await import("../diff_report.ts")).checkPage(page);
  const storage = await openForReading(options.store, context);
  const [before, after] = await bothOf(storage, a, b);
  const kept: KeptChanges = { added: [], removed: [], changed: [] };
  const most = page === undefined ? options.examples : listedNames + options.pictures;
  return await stoppable(async (signal) => {
    const onChange = (change: ItemChange) => {
      const same = kept[change.change];
      if (same.length < most) same.push(change);
      if (options.json === true) {
        writeLines(out, [JSON.stringify({ event: "change", id: idOfChange(change), ...change })]);
      }
      if (out.closed) throw new DOMException("The reader has gone", "AbortError");
    };
    const balanceUpTo = options.balance === true ? Infinity : quicklyCounted;
    const progress = countingProgress("shards", 0, options.color, context);
    const request = { chunks: storage.chunks, before, after, balanceUpTo, onChange, onRows: progress.reach, signal };
    const summary = await diffVersions(request).finally(progress.close);
    if (options.json === true) writeLines(out, [JSON.stringify({ event: "summary", ...summary })]);
    else showForPeople(summary, kept, options, context);
    if (page !== undefined) await writePage(page, storage, summary, kept, options, context, signal);
    return exitCodes.ok;
  });
}

async function bothOf(
  storage: DatasetStorage,
  a: DatasetName,
  b: DatasetName | undefined,
): Promise<readonly [DatasetReader, DatasetReader]> {
  await checkDataset(storage, a.dataset);
  const first = await openDataset(storage, a.dataset, a.which);
  if (b !== undefined) {
    await checkDataset(storage, b.dataset);
    return [first, await openDataset(storage, b.dataset, b.which)];
  }
  for (let number = first.number - 1; number > 0; number--) {
    if (await storage.refs.get(a.dataset, number) !== undefined) {
      return [await openDataset(storage, a.dataset, number), first];
    }
  }
  const name = `${plain(a.dataset)}@${first.number}`;
  throw new InputError(
    `Cannot compare "${name}": there is no version before it; name two, such as "diff ${name} other"`,
  );
}

function showForPeople(summary: DiffSummary, kept: KeptChanges, { examples, color }: DiffOptions, context: Context) {
  const { out } = context.terminal;
  const style = styleFor(out, context, color);
  writeLines(out, [...diffLines(summary, style), ...changeLines(summary, kept, examples, style)]);
}

async function writePage(
  path: string,
  storage: DatasetStorage,
  summary: DiffSummary,
  kept: KeptChanges,
  { pictures, color, json = false }: DiffOptions,
  context: Context,
  signal: AbortSignal,
): Promise<void> {
  const { writeDiffReport } = await import("../diff_report.ts");
  await writeDiffReport(path, { blobs: storage.blobs, summary, kept, pictures, context, color, signal });
  const { out } = context.terminal;
  const { paint, shown } = styleFor(out, context, color);
  if (!json) writeLines(out, ["", `  page  ${paint.cyan(plain(shown(path)))}`]);
}
