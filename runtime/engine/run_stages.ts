// Takes every shard through every stage, as wide as the limits allow.
import { LimitError } from "../contract/errors.ts";
import type { Cell, Counts, ShardRow, StageTime } from "../contract/version.ts";
import { entryOf } from "./entry.ts";
import { countsOf, ledgerOf, linesOf } from "./ledger.ts";
import { createLimiter, type Limiter, mapPool } from "./limiter.ts";
import type { ListedShard, Listing } from "./listing.ts";
import { joinCells } from "./join.ts";
import type { OpenedStages } from "./open_stages.ts";
import type { Parent } from "./parent.ts";
import { type PassDeps, passShard } from "./pass.ts";
import { type RunDeps, tooManyRejected } from "./run.ts";
import type { Stage } from "./stage.ts";
import { type Standing, usualStanding } from "./standing.ts";
import type { Stretch } from "./stretches.ts";
import { createStageClock, type StageClock } from "./times.ts";
import { passWhole } from "./whole.ts";
import { textRandom } from "../host/random.ts";

/** Shards in flight at once: one is read while another is rendered and a third ends. */
const shardsAtOnce = 3;

const noCell: Cell = { digest: "", items: 0 };

export type FinishedStages = { readonly rows: readonly ShardRow[]; readonly times: () => readonly StageTime[] };

export async function runStages(
  deps: RunDeps,
  stages: OpenedStages,
  parent: Parent,
  listing: Listing,
  signal: AbortSignal,
  standing: Standing = usualStanding,
): Promise<FinishedStages> {
  const clocks = new Map<string, StageClock>();
  const clockOf = (id: string) => {
    const clock = clocks.get(id) ?? createStageClock({ id, now: deps.now, emit: deps.emit });
    clocks.set(id, clock);
    return clock;
  };
  const pass = { ...passDeps(deps, parent, clockOf, listing.changes.total), standing };
  let cells: Cell[][] = listing.shards.map(({ chunk, records }) => [{ digest: chunk, items: records }]);
  for (const stretch of stages.stretches) {
    cells = await runStretch(deps, stretch, pass, clockOf, listing.shards, cells, signal);
  }
  const rows = await mapPool(
    listing.shards,
    shardsAtOnce,
    (shard, index) => finishRow(pass, stages, shard, cells[index] ?? []),
  );
  await stages.close();
  return { rows, times: () => stages.all.flatMap(({ column }) => clocks.get(column.name)?.time() ?? []) };
}

function passDeps(
  deps: RunDeps,
  parent: Parent,
  clockOf: (id: string) => StageClock,
  records: number,
): Omit<PassDeps, "standing"> {
  const reasons = new Map<string, number>();
  let rejected = 0;
  return {
    parent,
    chunks: deps.storage.chunks,
    memo: deps.storage.memo,
    limit: limitersOf(deps.pipeline.limits.concurrency),
    clock: (stage) => clockOf(stage.column.name),
    now: deps.now,
    onRejected({ losses }) {
      const reason = losses.find(({ verdict }) => verdict === "rejected")?.reason ?? "";
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      const problem = tooManyRejected(deps.pipeline, ++rejected, records, reasons);
      if (problem !== undefined) throw new LimitError(problem);
    },
  };
}

/** One limiter a stage, so that a shard that is read does not wait behind one that is rendered. */
function limitersOf(most: number): (stage: Stage) => Limiter {
  const limiters = new Map<Stage, Limiter>();
  return (stage) => {
    const limiter = limiters.get(stage) ?? createLimiter(stage.atOnce ?? most);
    limiters.set(stage, limiter);
    return limiter;
  };
}

async function runStretch(
  deps: RunDeps,
  stretch: Stretch,
  pass: PassDeps,
  clockOf: (id: string) => StageClock,
  shards: readonly ListedShard[],
  cells: readonly Cell[][],
  signal: AbortSignal,
): Promise<Cell[][]> {
  if (stretch.kind === "join") {
    const { column, items, from, facts } = stretch;
    return await mapPool(
      cells,
      shardsAtOnce,
      async (row) => [...row, await joinCells(pass, column, row[items] ?? noCell, row[from] ?? noCell, facts)],
    );
  }
  if (stretch.kind === "shards") {
    for (const input of cells.map((row) => row.at(-1) ?? noCell)) {
      clockOf(stretch.stages[0]?.column.name ?? "").expect(input.items);
    }
    const gated = stretch.stages.map((stage, index) => ({ stage, gate: createLimiter(shardsIn(stage, index)) }));
    return await mapPool(shards, shardsAtOnce, (shard, index) => (
      passStages(pass, gated, clockOf, shard, cells[index] ?? [], signal)
    ));
  }
  const id = stretch.column.name;
  const inputs = cells.map((row) => row[stretch.input] ?? noCell);
  clockOf(id).expect(inputs.reduce((sum, { items }) => sum + items, 0));
  const { definition, options } = stretch.step;
  const whole = {
    bound: stretch.step,
    column: stretch.column,
    open: async (history: Parameters<Parameters<typeof passWhole>[0]["open"]>[0]) =>
      await definition.open(options, {
        random: textRandom(deps.pipeline.seed, id),
        ...(history === undefined ? {} : { history }),
        log: (text: string) => deps.emit({ event: "log", level: "info", text: `${id}: ${text}` }),
      }),
    parent: pass.parent,
    chunks: pass.chunks,
    memo: pass.memo,
    clock: clockOf(id),
    now: deps.now,
    call: deps.call,
  };
  const made = await passWhole(whole, inputs, signal);
  return cells.map((row, index) => [...row, ...made.slice(index, index + 1)]);
}

/** Shards in a stage at once. They enter a stretch one by one, so that they do not go through it in step; where a source
 *  mostly waits, the next begins before the last record of one has come. */
function shardsIn({ concurrency, atOnce }: Stage, index: number): number {
  return concurrency ?? (index === 0 && atOnce === undefined ? 1 : shardsAtOnce);
}

async function passStages(
  pass: PassDeps,
  stages: readonly { readonly stage: Stage; readonly gate: Limiter }[],
  clockOf: (id: string) => StageClock,
  shard: ListedShard,
  row: readonly Cell[],
  signal: AbortSignal,
): Promise<Cell[]> {
  const cells = [...row];
  for (const [index, { stage, gate }] of stages.entries()) {
    const input = cells.at(-1) ?? noCell;
    if (index > 0) clockOf(stage.column.name).expect(input.items);
    cells.push(await gate(() => passShard(pass, stage, shard, input, signal)));
  }
  return cells;
}

async function finishRow(
  { parent, chunks }: PassDeps,
  stages: OpenedStages,
  shard: ListedShard,
  cells: readonly Cell[],
): Promise<ShardRow> {
  const range = { first: shard.first, last: shard.last };
  const known = parent.ledger(cells, stages.columns.slice(0, -1));
  if (known !== undefined) return { ...range, counts: known.counts, cells: [...cells, known.cell] };
  const entries = await Promise.all(cells.slice(1).map(async ({ digest }) => (await chunks.get(digest)).map(entryOf)));
  const ledger = ledgerOf(entries);
  const counts: Counts = countsOf(ledger);
  const cell = { digest: await chunks.put(linesOf(ledger)), items: counts.items };
  return { ...range, counts, cells: [...cells, cell] };
}
