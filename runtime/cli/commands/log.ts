// `log`: the history of a dataset: what each version changed, by what it was made, how much it added.
import type { RecordDiff } from "../../contract/diff.ts";
import { exitCodes } from "../../contract/exit_codes.ts";
import type { Ref, Version } from "../../contract/version.ts";
import { type Step, stepBetween } from "../../engine/growth.ts";
import type { DatasetStorage } from "../../store/open.ts";
import { type Context, styleFor, writeLines } from "../context.ts";
import { expiredText, historyOf, type Numbered, withVersion } from "../history.ts";
import type { Paint } from "../paint.ts";
import { checkDataset, minuteOf, openForReading } from "../reading.ts";
import { countsText, shortId, type Style } from "../render.ts";
import { stoppable } from "../signals.ts";
import { bytes, count, plain, plural } from "../text.ts";

export type LogOptions = {
  readonly store?: string;
  readonly json?: boolean;
  readonly limit: number;
  readonly color: boolean;
};

/** A version, the one before it, and what lies between. */
type Told = Numbered & {
  readonly ref: Ref;
  readonly version: Version;
  readonly step: Step;
  readonly why: readonly string[];
};

/** Tells the history of a dataset, newest first; returns the exit code. */
export async function showLog(
  dataset: string,
  { store, json = false, limit, color }: LogOptions,
  context: Context,
): Promise<number> {
  const { out, err } = context.terminal;
  const storage = await openForReading(store, context);
  await checkDataset(storage, dataset);
  const history = await historyOf(storage, dataset);
  const style = styleFor(out, context, color);
  await stoppable(async (signal) => {
    let newer = history[0] && await withVersion(storage, dataset, history[0]);
    for (const [at] of history.slice(0, limit).entries()) {
      if (newer === undefined || out.closed) break;
      const next: Numbered | undefined = history[at + 1];
      const older = next && await withVersion(storage, dataset, next);
      const told = await tell(storage, newer, older, signal);
      writeLines(
        out,
        json ? [JSON.stringify(logRow(dataset, told))] : [...(at === 0 ? [] : [""]), ...logLines(told, style)],
      );
      newer = older;
    }
  });
  if (history.length > limit && !json) {
    writeLines(err, ["", `${plural(history.length - limit, "older version")} not shown; --limit shows more`]);
  }
  return exitCodes.ok;
}

async function tell(
  storage: DatasetStorage,
  one: Numbered,
  before: Numbered | undefined,
  signal: AbortSignal,
): Promise<Told | Numbered> {
  const { ref, version } = one;
  if (ref === undefined || version === undefined) return one;
  const made = await stepBetween(storage, before?.version, version, signal);
  // A version that is there again brings nothing.
  const step = ref.rolledBackTo === undefined ? made : { ...made, growth: { sources: 0, files: 0, index: 0 } };
  return { ...one, ref, version, step, why: whyLines(one, before, step) };
}

/** What made this version another one than that before it. */
function whyLines(
  { ref }: Numbered,
  before: Numbered | undefined,
  { records, settings = [] }: Step,
): readonly string[] {
  if (ref?.rolledBackTo !== undefined) return [`rolled back to v${ref.rolledBackTo}`];
  if (before === undefined) return ["first version"];
  if (records === undefined) return [`v${before.number}, which it followed, has expired`];
  const text = recordsText(records);
  const why = [...(text === "" ? [] : [`records: ${text}`]), ...settings.map(({ what, text }) => `${what}: ${text}`)];
  return why.length > 0 ? why : ["what was lost for a passing reason was tried again"];
}

/** `3 new, 1 changed, 2 gone`; empty when nothing is. */
export function recordsText({ added, changed, removed }: RecordDiff): string {
  const parts = [[added, "new"], [changed, "changed"], [removed, "gone"]] as const;
  return parts.filter(([times]) => times > 0).map(([times, word]) => `${count(times)} ${word}`).join(", ");
}

function logRow(dataset: string, told: Told | Numbered): unknown {
  const { number, tags } = told;
  if (!("step" in told)) return { dataset, number, tags, expired: true };
  const { ref, version: { counts, parent, provenance }, step, why } = told;
  const { pipeline, params, inputs = [] } = provenance;
  const { growth: added, ...changes } = step;
  return { dataset, number, ...ref, tags, why, counts, pipeline, params, inputs, parent, added, ...changes };
}

function logLines(told: Told | Numbered, { paint }: Style): string[] {
  const { number, tags } = told;
  const names = tags.length === 0 ? "" : `  ${paint.yellow(tags.map(plain).join(", "))}`;
  if (!("step" in told)) return [`${paint.bold(`v${number}`)}  ${paint.dim(expiredText)}${names}`];
  const { ref, version: { counts, provenance }, step: { growth }, why } = told;
  const head = `${paint.bold(`v${number}`)}  ${minuteOf(ref.publishedAt)} UTC  ${paint.dim(shortId(ref.version))}`;
  return [
    `${head}${names}`,
    ...why.map((line) => `  ${plain(line)}`),
    `  ${paint.dim(`${countsText(counts)}; by ${plain(provenance.pipeline)}`)}`,
    `  ${addedText(growth, paint)}`,
    ...purgedLines(counts),
  ];
}

/** A purge rewrites the versions that had the image; the ledger keeps its reason. */
function purgedLines({ losses }: Version["counts"]): string[] {
  const purged = Object.entries(losses).filter(([name]) => name.endsWith("/purged"));
  const images = purged.reduce((sum, [, times]) => sum + times, 0);
  return images === 0 ? [] : [`  ${plural(images, "image")} erased by a purge`];
}

function addedText({ sources, files, index }: Step["growth"], paint: Paint): string {
  const parts = `images ${bytes(sources)}, files ${bytes(files)}, index ${bytes(index)}`;
  return paint.dim(`${bytes(sources + files + index)} added: ${parts}`);
}
