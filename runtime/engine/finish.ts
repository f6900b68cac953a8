// After the version stands: what is published beside it, the plain files, the messages, and the run's own record.
import { canonicalJson, type Json } from "../contract/json.ts";
import type { Summary } from "../contract/events.ts";
import { idOf } from "../contract/item.ts";
import type { LedgerLine } from "../contract/item.ts";
import type { RunTimes, ShardRow, StageTime, TreeEntry } from "../contract/version.ts";
import { publishTree } from "../store/published.ts";
import { exportingDeps, viewDeps } from "./commit.ts";
import { createViews } from "./dataset_view.ts";
import { tellSinks } from "./deliveries.ts";
import { entryOfLine, runExport, treeLines } from "./exporting.ts";
import { createSorter } from "./external_sort.ts";
import { openExports } from "./open_stages.ts";
import type { Head, RunDeps } from "./run.ts";

export type Ending = {
  readonly outcome: "published" | "unchanged";
  readonly head: Head;
  readonly rows: readonly ShardRow[];
  readonly stages: readonly StageTime[];
  readonly exporting: readonly StageTime[];
  readonly startedMs: number;
  readonly startedAt: string;
};

/** Ends a run whose version stands. All of it can be done again: a run killed in here is mended by the next. */
export async function finish(deps: RunDeps, ending: Ending, signal: AbortSignal): Promise<Summary> {
  const { storage, pipeline } = deps;
  const { head, outcome } = ending;
  const stages = [...ending.stages, ...ending.exporting];
  const beside = besideFiles(deps, ending, stages, signal);
  beside.catch(() => {}); // parked until it is awaited: links are made while its pictures are decoded
  const files = pipeline.publish === "none" ? undefined : await publishTree({
    store: storage.store,
    dataset: pipeline.dataset,
    number: head.number,
    entries: entriesOf(storage.chunks.readList(head.version.tree)),
    beside: besideEntries(beside),
    ...(pipeline.publish === undefined ? {} : { what: pipeline.publish }),
    signal,
  });
  await beside;
  const seconds = Math.round(deps.now() - ending.startedMs) / 1000;
  const record = canonicalJson(runRecord(deps, ending, stages, seconds));
  await storage.runs.put({ dataset: pipeline.dataset, id: deps.run }, "run.json", new TextEncoder().encode(record));
  await storage.store.flush();
  await tellSinks(deps, head.number, signal);
  return {
    event: "summary",
    run: deps.run,
    dataset: pipeline.dataset,
    outcome,
    number: head.number,
    version: head.ref.version,
    counts: head.version.counts,
    ...(files === undefined ? {} : { files }),
    store: storage.store.place,
    stages,
    seconds,
    rejected: await someRejected(deps, ending),
  };
}

/** Files published beside the version, made once by the run that made it (or, if that was killed, by the next). */
async function besideFiles(
  deps: RunDeps,
  ending: Ending,
  stages: readonly StageTime[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { runs } = deps.storage;
  const { head, rows } = ending;
  const run = { dataset: deps.pipeline.dataset, id: head.ref.run };
  const known = await runs.get(run, "files.txt");
  if (known !== undefined) return new TextDecoder().decode(known).split("\n").filter((line) => line !== "");
  const bounds = deps.pipeline.exports.filter(({ definition }) => definition.beside === true);
  const exports = await openExports(deps, bounds, new Map(), undefined, signal);
  const sorter = createSorter(deps.spill);
  const exporting = exportingDeps(deps, sorter, head.version.counts.items, []);
  const viewFor = createViews({ ...viewDeps(deps, head.version, rows), times: timesOf(deps, ending, stages) });
  for (const one of exports) await runExport(exporting, one, viewFor(one.opened.pictures), signal);
  const lines: string[] = [];
  for await (const line of treeLines(sorter)) lines.push(line);
  await deps.storage.store.flush();
  await runs.put(run, "files.txt", new TextEncoder().encode(lines.map((line) => `${line}\n`).join("")));
  return lines;
}

function timesOf(deps: RunDeps, { startedMs, startedAt }: Ending, stages: readonly StageTime[]): RunTimes {
  const seconds = Math.round(deps.now() - startedMs) / 1000;
  return { run: deps.run, startedAt, seconds, stages, environment: deps.environment };
}

async function* besideEntries(lines: Promise<readonly string[]>): AsyncGenerator<TreeEntry> {
  yield* entriesOf(await lines);
}

async function* entriesOf(lines: AsyncIterable<string> | Iterable<string>): AsyncGenerator<TreeEntry> {
  for await (const line of lines) yield entryOfLine(line);
}

function runRecord(
  deps: RunDeps,
  { outcome, head, startedAt }: Ending,
  stages: readonly StageTime[],
  seconds: number,
): Json {
  const { run, pipeline, environment } = deps;
  const made = { number: head.number, version: head.ref.version };
  const { counts } = head.version;
  return { run, dataset: pipeline.dataset, outcome, ...made, counts, startedAt, seconds, stages, environment };
}

/** How many rejected records a summary shows. */
const shownRejected = 10;

async function someRejected({ storage }: RunDeps, { rows, outcome }: Ending) {
  const shown: { id: string; step: string; reason: string; detail?: string }[] = [];
  if (outcome === "unchanged") return shown;
  for (const row of rows) {
    if (row.counts.rejected === 0) continue;
    const cell = row.cells.at(-1);
    for (const line of cell === undefined ? [] : await storage.chunks.get(cell.digest)) {
      const ledgerLine: LedgerLine = JSON.parse(line);
      const loss = ledgerLine.verdict === "rejected"
        ? ledgerLine.losses.find(({ verdict }) => verdict === "rejected")
        : undefined;
      if (loss === undefined) continue;
      const { step, reason, detail, child } = loss;
      shown.push({
        id: idOf({ key: ledgerLine.key, child }),
        step,
        reason,
        ...(detail === undefined ? {} : { detail }),
      });
      if (shown.length >= shownRejected) return shown;
    }
  }
  return shown;
}
