// `runs`: what was run, when, and how it ended; also what failed or was killed.
import { InputError } from "../../contract/errors.ts";
import { exitCodes } from "../../contract/exit_codes.ts";
import {
  datasetsWithRuns,
  lookAtRun,
  runIds,
  type RunLook,
  type RunState,
  whoIsAtWork,
} from "../../engine/run_history.ts";
import type { DatasetStorage } from "../../store/open.ts";
import { type Context, styleFor, writeLines } from "../context.ts";
import type { Paint } from "../paint.ts";
import { minuteOf, openForReading } from "../reading.ts";
import { lossLines, shortId, stageLines, type Style } from "../render.ts";
import { table } from "../table.ts";
import { count, duration, plain } from "../text.ts";

export type RunsOptions = {
  readonly store?: string;
  readonly limit: number;
  readonly json?: boolean;
  readonly color: boolean;
};

export type RunsArguments = { readonly dataset?: string | undefined; readonly run?: string | undefined };

/** Lists runs, the newest first, or shows one; returns the exit code. */
export async function showRuns(
  { dataset, run }: RunsArguments,
  { store, limit, json = false, color }: RunsOptions,
  context: Context,
): Promise<number> {
  const { out, err } = context.terminal;
  const storage = await openForReading(store, context);
  const style = styleFor(out, context, color);
  if (dataset !== undefined && run !== undefined) {
    const look = await findRun(storage, dataset, run);
    writeLines(out, json ? [JSON.stringify(look)] : runLines(look, style));
    return exitCodes.ok;
  }
  const looks = await newestRuns(storage, dataset === undefined ? await datasetsWithRuns(storage) : [dataset], limit);
  if (json) writeLines(out, looks.map((look) => JSON.stringify(look)));
  else writeLines(out, listLines(looks, dataset === undefined, style));
  if (looks.length === 0 && !json) writeLines(err, [noneText(dataset)]);
  return exitCodes.ok;
}

function noneText(dataset: string | undefined): string {
  return dataset === undefined
    ? "No runs yet: deno task run pipelines/motogp.yaml"
    : `No runs of "${plain(dataset)}" yet`;
}

async function newestRuns(storage: DatasetStorage, datasets: readonly string[], limit: number): Promise<RunLook[]> {
  const atWork = await whoIsAtWork(storage, Date.now());
  const all: { readonly dataset: string; readonly run: string }[] = [];
  for (const dataset of datasets) {
    for (const run of (await runIds(storage, dataset)).slice(0, limit)) all.push({ dataset, run });
  }
  all.sort((left, right) => left.run < right.run ? 1 : -1);
  const looks = await Promise.all(
    all.slice(0, limit).map(({ dataset, run }) => lookAtRun(storage, dataset, run, atWork)),
  );
  return looks.filter((look) => look !== undefined).sort(newestFirst);
}

/** Ids tell seconds only. */
function newestFirst(left: RunLook, right: RunLook): number {
  return left.startedAt < right.startedAt ? 1 : left.startedAt > right.startedAt ? -1 : 0;
}

/** Runs that are looked at to find the newest: more do not begin in one second. */
const lately = 20;

/** The run with this id, or the only one whose id begins so; the newest without one. Throws `InputError`. */
export async function findRun(storage: DatasetStorage, dataset: string, run?: string): Promise<RunLook> {
  if (run === undefined || run === "last") {
    const [newest] = await newestRuns(storage, [dataset], lately);
    if (newest !== undefined) return newest;
  }
  const ids = await runIds(storage, dataset);
  const fitting = run === undefined ? [] : ids.filter((id) => id.startsWith(run));
  const [id] = fitting;
  const look = id === undefined || fitting.length > 1
    ? undefined
    : await lookAtRun(storage, dataset, id, await whoIsAtWork(storage, Date.now()));
  if (look !== undefined) return look;
  const reason = fitting.length > 1
    ? `${fitting.length} runs begin so; give more of its name`
    : ids.length === 0
    ? "none is recorded; see what there is with `deno task fw runs`"
    : `see what there is with \`deno task fw runs ${plain(dataset)}\``;
  const what = run === undefined || run === "last" ? "a run" : `the run "${plain(run)}"`;
  throw new InputError(`Cannot find ${what} of "${plain(dataset)}": ${reason}`);
}

function stateText(state: RunState, paint: Paint): string {
  if (state === "failed" || state === "killed") return paint.red(state);
  return state === "stopped" || state === "running" ? paint.yellow(state) : state;
}

function listLines(looks: readonly RunLook[], named: boolean, { paint }: Style): string[] {
  return table(looks, [
    { title: "run", of: ({ run }) => plain(run) },
    ...(named ? [{ title: "dataset", of: ({ dataset }: RunLook) => plain(dataset) }] : []),
    { title: "started (UTC)", of: ({ startedAt }) => minuteOf(startedAt) },
    { title: "took", of: ({ end }) => end === undefined ? "" : duration(end.seconds), right: true },
    { title: "records", of: ({ end }) => end?.counts === undefined ? "" : count(end.counts.records), right: true },
    { title: "rejected", of: ({ end }) => end?.counts === undefined ? "" : count(end.counts.rejected), right: true },
    { title: "outcome", of: outcomeText },
  ], paint);
}

function outcomeText({ state, end }: RunLook): string {
  if (state === "published") return `published v${end?.number}`;
  if (state === "unchanged") return `unchanged, v${end?.number}`;
  return end?.code === undefined || state === "stopped" ? state : `${state}: ${plain(end.code)}`;
}

function runLines({ dataset, run, state, startedAt, start, end }: RunLook, style: Style): string[] {
  const { paint, shown } = style;
  const set = Object.entries(start?.set ?? {}).map(([name, value]) => `${plain(name)}=${plain(value)}`);
  const withheld = (start?.withheld ?? []).map((name) => `${plain(name)}=(secret, not kept)`);
  const facts: readonly (readonly [string, string | undefined])[] = [
    [
      "started",
      `${minuteOf(startedAt)} UTC${start === undefined ? "" : ` on ${plain(start.host)}, process ${start.pid}`}`,
    ],
    ["took", end === undefined ? undefined : duration(end.seconds)],
    ["manifest", start === undefined ? undefined : plain(shown(start.manifest))],
    ["settings", set.length + withheld.length === 0 ? undefined : [...set, ...withheld].join(", ")],
    ["limit", start?.limit === undefined ? undefined : `${count(start.limit)} records`],
    ["by", start === undefined ? undefined : `framewright ${plain(start.framewright)}`],
    ["version", end?.version === undefined ? undefined : `v${end.number}  ${paint.dim(shortId(end.version))}`],
    ["records", end?.counts === undefined ? undefined : recordsText(end.counts)],
  ];
  return [
    `${paint.bold(`${plain(dataset)} ${plain(run)}`)}  ${stateText(state, paint)}`,
    ...facts.flatMap(([name, text]) => text === undefined ? [] : [`  ${name.padEnd(9)} ${text}`]),
    ...(state === "killed" ? ["", "It did not end by itself; the next run goes on where it was"] : []),
    ...(end?.message === undefined
      ? []
      : ["", ...end.message.split("\n").slice(0, 20).map((line) => `  ${plain(line)}`)]),
    ...titled("Lost on the way", lossLines(end?.counts?.losses ?? {}, style), paint),
    ...titled("Stages", end?.stages === undefined ? [] : stageLines(end.stages, end.seconds, style), paint),
  ];
}

function recordsText(
  { records, kept, dropped, rejected }: { records: number; kept: number; dropped: number; rejected: number },
) {
  return `${count(records)}: kept ${count(kept)}, dropped ${count(dropped)}, rejected ${count(rejected)}`;
}

function titled(title: string, lines: readonly string[], paint: Paint): string[] {
  return lines.length === 0 ? [] : ["", paint.bold(title), ...lines];
}
