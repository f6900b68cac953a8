// `retry`: runs again what failed, by the manifest and the settings of an earlier run.
import { existsSync } from "node:fs";
import { InputError } from "../../contract/errors.ts";
import { exitCodes } from "../../contract/exit_codes.ts";
import type { RunStart } from "../../engine/run_record.ts";
import type { RunLook } from "../../engine/run_history.ts";
import { type Failures, failuresOf } from "../../engine/failures.ts";
import { openDataset } from "../../engine/reader.ts";
import type { DatasetStorage } from "../../store/open.ts";
import { type Context, pathOf, storeSpec, writeLines } from "../context.ts";
import { openForReading } from "../reading.ts";
import { count, plain } from "../text.ts";
import { runPipeline } from "./run.ts";
import { findRun } from "./runs.ts";

export type RetryArguments = { readonly dataset: string; readonly run?: string | undefined };

export type RetryOptions = {
  readonly store?: string;
  readonly reason?: readonly string[];
  readonly manifest?: string;
  readonly concurrency?: number;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
};

/** Says what failed, and runs that again; returns the exit code. */
export async function retryRun(
  { dataset, run }: RetryArguments,
  options: RetryOptions,
  context: Context,
): Promise<number> {
  const { json = false, quiet = false, reason: reasons } = options;
  const { terminal: { out, err } } = context;
  const storage = await openForReading(options.store, context);
  const look = await findRun(storage, dataset, run);
  const start = startOf(look);
  const manifest = manifestOf(start, options, context);
  const failures = await failuresIn(storage, dataset);
  const say = (text: string) => quiet || json ? undefined : writeLines(err, [text]);
  if (madeNothing(look)) say(`The run ${plain(look.run)} ${endText(look)}; it is run again`);
  if (failures !== undefined) {
    const text = failuresText(failures, dataset);
    if (!madeNothing(look) && wantedIn(failures, reasons) === 0) {
      if (json) writeLines(out, [JSON.stringify({ event: "nothing_to_retry", dataset, ...failures })]);
      else writeLines(out, [`Nothing to retry${forText(reasons)}: ${text}`]);
      return exitCodes.ok;
    }
    say(`${text}${reasons === undefined ? "" : `; tried again${forText(reasons)}`}`);
  }
  return await runPipeline(manifest, {
    set: start.set,
    ...(start.limit === undefined ? {} : { limit: start.limit }),
    store: storeSpec(options.store, context),
    ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }),
    dryRun: false,
    json,
    quiet,
    color: options.color,
    retry: { dataset, ...(reasons === undefined ? {} : { reasons }) },
  }, context);
}

function startOf({ dataset, run, start, state }: RunLook): RunStart {
  if (state === "running") {
    throw new InputError(
      `Cannot retry "${plain(dataset)}": its run "${plain(run)}" is still going on; wait for its end`,
    );
  }
  if (start === undefined) {
    const reason = "it did not write down how it was started; run its manifest with `deno task run`";
    throw new InputError(`Cannot retry the run "${plain(run)}": ${reason}`);
  }
  const { withheld = [] } = start;
  if (withheld.length === 0) return start;
  const names = withheld.map((name) => `--set ${plain(name)}=…`).join(" ");
  throw new InputError(
    `Cannot retry "${plain(dataset)}": it was run with secrets, which are not kept; run its manifest with ${names}`,
  );
}

function manifestOf({ manifest }: RunStart, options: RetryOptions, context: Context): string {
  const path = options.manifest === undefined ? manifest : pathOf(options.manifest, context);
  if (existsSync(path)) return path;
  const advice = options.manifest === undefined ? "; say with --manifest where it is now" : "";
  throw new InputError(`Cannot find the manifest "${plain(path)}": there is no such file${advice}`, [], {
    code: "manifest",
  });
}

/** Of the newest version, which the new run builds on; `undefined` when there is none yet. */
async function failuresIn(storage: DatasetStorage, dataset: string): Promise<NumberedFailures | undefined> {
  if (await storage.refs.head(dataset) === undefined) return undefined;
  const reader = await openDataset(storage, dataset);
  return { number: reader.number, ...await failuresOf(reader, storage.chunks) };
}

type NumberedFailures = Failures & { readonly number: number };

function wantedIn({ reasons }: Failures, wanted: readonly string[] | undefined): number {
  const names = Object.keys(reasons);
  return wanted === undefined ? names.length : names.filter((name) => wanted.includes(name)).length;
}

function madeNothing({ state }: RunLook): boolean {
  return state === "failed" || state === "stopped" || state === "killed";
}

function endText({ state, end }: RunLook): string {
  if (state === "failed") return `failed (${plain(end?.code ?? "")})`;
  return state === "stopped" ? "was stopped" : "was killed";
}

/** `12 of 300 records of motogp@3 failed: 9 timeout, 3 undecodable`. */
function failuresText(failures: NumberedFailures, dataset: string): string {
  const { failed, records, reasons, number } = failures;
  const name = `${plain(dataset)}@${number}`;
  if (failed === 0) return `no record of ${name} failed`;
  const list = Object.entries(reasons).sort(([, left], [, right]) => right - left)
    .map(([reason, times]) => `${count(times)} ${plain(reason)}`).join(", ");
  return `${count(failed)} of ${count(records)} records of ${name} failed: ${list}`;
}

function forText(reasons: readonly string[] | undefined): string {
  return reasons === undefined ? "" : ` for ${reasons.map(plain).join(", ")}`;
}
