// `purge`: erases one image and all that was made of it from every version.
import { InputError } from "../../contract/errors.ts";
import { exitCodes } from "../../contract/exit_codes.ts";
import { idOf } from "../../contract/item.ts";
import { waitingFor } from "../../engine/leased.ts";
import { planPurge, purgeImage, type PurgePlan, type PurgeReport } from "../../engine/purge.ts";
import { openDataset } from "../../engine/reader.ts";
import { phases } from "../../store/gc_sweep.ts";
import type { DatasetStorage } from "../../store/open.ts";
import { ranges } from "../../store/ranges.ts";
import { type Context, styleFor, writeLines } from "../context.ts";
import { nearestIds, readingsOf } from "../ids.ts";
import { createPurgeParts } from "../purge_parts.ts";
import { checkDataset, openForReading } from "../reading.ts";
import type { Style } from "../render.ts";
import { bytes, plain, plural } from "../text.ts";
import { onStopAsked } from "./run.ts";

export type PurgeCommandOptions = {
  readonly reason?: string;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly store?: string;
  readonly json?: boolean;
  readonly color: boolean;
};

/** Erases an image after asking; returns the exit code. Throws `InputError` with the nearest ids. */
export async function purge(
  dataset: string,
  id: string,
  options: PurgeCommandOptions,
  context: Context,
): Promise<number> {
  const { json = false, color } = options;
  const { out } = context.terminal;
  const storage = await openForReading(options.store, context);
  await checkDataset(storage, dataset);
  const stopped = new AbortController();
  const release = onStopAsked(() => stopped.abort(new DOMException(stoppedText, "AbortError")), context);
  try {
    const { key, plan } = await planOf(storage, dataset, id, stopped.signal);
    const name = plain(idOf({ key, child: "" }));
    const style = styleFor(out, context, color);
    if (plan.holding.length === 0 && !plan.unfinished) {
      writeLines(out, [json ? JSON.stringify({ dataset, key, ...plan }) : `${name} is erased already`]);
      return exitCodes.ok;
    }
    if (!json) writeLines(out, planLines(name, plan, style));
    if (options.dryRun === true) {
      writeLines(
        out,
        json ? [JSON.stringify({ dataset, key, ...plan })] : ["", "Nothing was erased: leave out --dry-run to do so"],
      );
      return exitCodes.ok;
    }
    confirm(name, options, context);
    const report = await erase(storage, { dataset, key, signal: stopped.signal }, options, context);
    writeLines(
      out,
      json ? [JSON.stringify({ ...report.purge, removed: report.swept.removed })] : doneLines(name, report, style),
    );
    return exitCodes.ok;
  } finally {
    release();
  }
}

const stoppedText = "Stopped: what was begun is finished by the same command";

async function planOf(storage: DatasetStorage, dataset: string, id: string, signal: AbortSignal) {
  const readings = readingsOf(id);
  const whole = readings[0];
  if (whole?.child !== undefined && await planPurge(storage, { dataset, key: id, signal }) === undefined) {
    const name = idOf({ key: whole.key, child: "" });
    throw new InputError(
      `Cannot purge "${plain(id)}": only an image goes, with all that was made of it; name "${plain(name)}"`,
    );
  }
  for (const { key } of readings) {
    const plan = await planPurge(storage, { dataset, key, signal });
    if (plan !== undefined) return { key, plan };
  }
  const near = await nearestIds(id, (await openDataset(storage, dataset)).ledger());
  const hint = near.length === 0 ? "" : `. Near to it are ${near.map((one) => `"${plain(one)}"`).join(", ")}`;
  throw new InputError(`Cannot purge "${plain(id)}": no version of "${plain(dataset)}" has a record of this id${hint}`);
}

function planLines(name: string, { holding, digests, unfinished }: PurgePlan, { paint }: Style): string[] {
  const datasets = Map.groupBy(holding, ({ dataset }) => dataset);
  return [
    `${paint.bold(name)}  ${plural(digests.length, "revision")} of its bytes`,
    ...[...datasets].map(([dataset, versions]) =>
      `  in ${plain(dataset)} ${ranges(versions.map(({ number }) => number))}`
    ),
    ...(unfinished ? ["  an earlier purge of it was cut short and will be finished"] : []),
  ];
}

function confirm(
  name: string,
  { yes = false, json = false }: PurgeCommandOptions,
  { terminal: { err } }: Context,
): void {
  if (yes) return;
  if (!json && err.isTerminal && Deno.stdin.isTerminal()) {
    err.write(`Erase ${name} from all of them, for good? Type yes: `);
    if (readLine() === "yes") return;
    throw new InputError(`Cannot purge "${name}": it was not confirmed. Nothing was changed`);
  }
  throw new InputError(
    `Cannot purge "${name}" without being told that you are sure: add --yes, or --dry-run to look first`,
  );
}

function readLine(): string {
  const buffer = new Uint8Array(1024);
  const length = Deno.stdin.readSync(buffer) ?? 0;
  return new TextDecoder().decode(buffer.subarray(0, length)).trim();
}

async function erase(
  storage: DatasetStorage,
  what: { readonly dataset: string; readonly key: string; readonly signal: AbortSignal },
  { reason, json = false }: PurgeCommandOptions,
  context: Context,
): Promise<PurgeReport> {
  const say = (text: string) => json || writeLines(context.terminal.err, [plain(text)]);
  using parts = createPurgeParts(storage, context, () => {});
  const report = await purgeImage(storage, {
    ...what,
    ...(reason === undefined ? {} : { reason }),
    exporting: parts.exporting,
    today: () => new Date().toISOString(),
    now: Date.now,
    onWait: (who) => say(`${waitingFor(who)} …`),
    onProgress: say,
  });
  if (report === undefined) throw new InputError(`Cannot purge "${plain(what.key)}": somebody else has just done so`);
  return report;
}

function doneLines(name: string, { purge, swept }: PurgeReport, { paint, shown }: Style): string[] {
  const sizes = phases.map((phase) => swept.removed[phase]);
  const count = sizes.reduce((sum, one) => sum + one.count, 0);
  const size = sizes.reduce((sum, one) => sum + one.bytes, 0);
  const datasets = Map.groupBy(purge.versions, ({ dataset }) => dataset);
  return [
    "",
    `${paint.bold(`Erased ${name}`)}  ${plural(count, "object")} removed, ${bytes(size)}`,
    ...[...datasets].map(([dataset, versions]) =>
      `  rewritten  ${plain(dataset)} ${ranges(versions.map(({ number }) => number))}`
    ),
    `  tombstone  ${plain(shown(`purges/${purge.id}.json`))}`,
    "",
    "Out of reach, and yours to see to:",
    "  the source itself; as long as the image is there, runs drop it as `purged`, and list what the source says of it",
    "  checkouts, copies of the store and of published files, other stores that were made from it",
    "  older versions of objects, where a bucket keeps them, and backups; models that were trained on it",
  ];
}
