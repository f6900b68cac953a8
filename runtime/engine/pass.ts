// Takes one shard through one stage: taken over whole, or record by record, or computed.
import type { Cell } from "../contract/version.ts";
import type { Chunks } from "../store/chunks.ts";
import type { Memo } from "../store/memo.ts";
import { type Entry, isSettled, lineOf } from "./entry.ts";
import type { Limiter } from "./limiter.ts";
import type { KeyRange, Parent } from "./parent.ts";
import { entryFor, type Stage, type Work } from "./stage.ts";
import type { Standing } from "./standing.ts";
import type { StageClock } from "./times.ts";

export type PassDeps = {
  readonly parent: Parent;
  readonly chunks: Chunks;
  readonly memo: Memo;
  readonly standing: Standing;
  /** Items at work at once in a stage, over all shards. */
  readonly limit: (stage: Stage) => Limiter;
  readonly clock: (stage: Stage) => StageClock;
  readonly now: () => number;
  /** Told of every record that ends in this stage, rejected. */
  readonly onRejected: (entry: Entry) => void;
};

/** The cell that a stage makes of a shard. */
export async function passShard(
  deps: PassDeps,
  stage: Stage,
  range: KeyRange,
  input: Cell,
  signal: AbortSignal,
): Promise<Cell> {
  const known = await standingCell(deps, deps.parent.cell(stage.column, input)) ??
    await standingCell(deps, await remembered(deps, stage, input));
  if (known !== undefined) {
    deps.clock(stage).reused(input.items, known.items);
    return known;
  }
  const works = (await deps.chunks.get(input.digest)).flatMap((line) => stage.work(line) ?? []);
  const prior = await deps.parent.entries(stage.column, range);
  const entries = await runWorks(deps, stage, works, prior, signal);
  return await stored(deps, stage, input, entries);
}

async function standingCell({ standing }: PassDeps, cell: Cell | undefined): Promise<Cell | undefined> {
  return cell !== undefined && await standing.cell(cell) ? cell : undefined;
}

/** A finished shard of an interrupted run. What it left is used only when it is whole. */
async function remembered({ memo, chunks }: PassDeps, stage: Stage, input: Cell): Promise<Cell | undefined> {
  const cell = await memo.get(stage.column.key, input.digest);
  return isCell(cell) && await chunks.has(cell.digest) ? cell : undefined;
}

function isCell(value: unknown): value is Cell {
  return typeof value === "object" && value !== null && "digest" in value && typeof value.digest === "string" &&
    "items" in value && typeof value.items === "number";
}

async function runWorks(
  deps: PassDeps,
  stage: Stage,
  works: readonly Work[],
  prior: ReadonlyMap<string, Entry>,
  signal: AbortSignal,
): Promise<Entry[]> {
  const clock = deps.clock(stage);
  const limit = deps.limit(stage);
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const one = async (work: Work): Promise<Entry> => {
    either.throwIfAborted();
    const startedMs = deps.now();
    const { entry, reused } = await entryFor(work, prior.get(work.key), deps.standing.entry, either);
    if (reused) clock.reused(work.itemsIn, entry.items.length);
    else clock.computed(startedMs, work.itemsIn, entry.items.length);
    if (entry.items.length === 0 && entry.losses.some(({ verdict }) => verdict === "rejected")) deps.onRejected(entry);
    return entry;
  };
  const settled = await Promise.allSettled(works.map((work) =>
    limit(() => one(work)).catch((thrown) => {
      failed.abort(thrown);
      throw thrown;
    })
  ));
  return settled.map((result) => {
    if (result.status === "rejected") throw failed.signal.reason ?? signal.reason ?? result.reason;
    return result.value;
  });
}

async function stored(deps: PassDeps, stage: Stage, input: Cell, entries: readonly Entry[]): Promise<Cell> {
  const items = entries.reduce((sum, entry) => sum + entry.items.length, 0);
  const settled = entries.every(isSettled);
  const digest = await deps.chunks.put(entries.map(lineOf));
  if (!settled) return { digest, items, unsettled: true };
  deps.memo.put(stage.column.key, input.digest, { digest, items });
  return { digest, items };
}
