// Dataset steps: they see every item of a stage at once, and say of each whether it stays.
import { type Digest, digestOf, digestOfJson } from "../contract/json.ts";
import { PluginError } from "../contract/errors.ts";
import { idOf, type Item, type Loss, type Note, type Verdict } from "../contract/item.ts";
import type { Bound } from "../contract/manifest.ts";
import type { DatasetStep, DatasetStepDefinition, ItemsView } from "../contract/plugin.ts";
import type { Cell, Column } from "../contract/version.ts";
import type { Chunks } from "../store/chunks.ts";
import type { Memo } from "../store/memo.ts";
import type { Call } from "./call.ts";
import { type Entry, entryOf, inputDigest, itemOf, lineOf, type StoredItem } from "./entry.ts";
import { passedBy } from "./item_stage.ts";
import type { Parent } from "./parent.ts";
import type { StageClock } from "./times.ts";

export type WholeDeps = {
  readonly bound: Bound<DatasetStepDefinition>;
  readonly column: Column;
  readonly open: (history: ItemsView | undefined) => Promise<DatasetStep>;
  readonly parent: Parent;
  readonly chunks: Chunks;
  readonly memo: Memo;
  readonly clock: StageClock;
  readonly now: () => number;
  readonly call: Call;
};

export function wholeColumn({ id, definition, written }: Bound<DatasetStepDefinition>, seed: number): Column {
  const step = { id, uses: definition.name, version: definition.version, options: written };
  return { name: id, key: digestOfJson({ stage: "whole", step, seed }) };
}

/** The cells that a dataset step makes of all shards. A step sees its own earlier answers only while its code and
 *  options are the same; with others it starts afresh. */
export async function passWhole(
  deps: WholeDeps,
  inputs: readonly Cell[],
  signal: AbortSignal,
): Promise<readonly Cell[]> {
  const { column } = deps;
  const before = deps.parent.had(column) ? deps.parent.column(column.name) : undefined;
  const known = takenOver(deps.parent, column, inputs, before) ?? await remembered(deps, column, inputs, before);
  if (known !== undefined) {
    for (const [index, cell] of known.entries()) deps.clock.reused(inputs[index]?.items ?? 0, cell.items);
    return known;
  }
  const history = deps.bound.definition.history === true && before !== undefined
    ? viewOf(deps.chunks, before)
    : undefined;
  const who = { plugin: deps.bound.id, phase: "open" };
  const step = await deps.call(who, signal, () => deps.open(history));
  const cells = await runWhole(deps, step, inputs, signal);
  deps.memo.put(column.key, memoKey(inputs, before), { cells });
  return cells;
}

/** The parent's answer, when it saw exactly these chunks. */
function takenOver(parent: Parent, column: Column, inputs: readonly Cell[], before: readonly Cell[] | undefined) {
  if (before === undefined || before.length !== inputs.length) return undefined;
  const cells = inputs.flatMap((input) => parent.cell(column, input) ?? []);
  return cells.length === inputs.length ? cells : undefined;
}

async function remembered(
  deps: WholeDeps,
  column: Column,
  inputs: readonly Cell[],
  before: readonly Cell[] | undefined,
) {
  const value = await deps.memo.get(column.key, memoKey(inputs, before));
  if (typeof value !== "object" || value === null || !("cells" in value)) return undefined;
  const { cells } = value as { readonly cells: readonly Cell[] }; // written by this function alone, whole or not at all
  const there = await Promise.all(cells.map(({ digest }) => deps.chunks.has(digest)));
  return there.every(Boolean) && cells.length === inputs.length ? cells : undefined;
}

function memoKey(inputs: readonly Cell[], before: readonly Cell[] | undefined): Digest {
  return digestOf([...inputs, { digest: "after" }, ...before ?? []].map(({ digest }) => digest).join("\n"));
}

/** The items of a column, read chunk by chunk. */
export function viewOf(chunks: Chunks, cells: readonly Cell[]): ItemsView {
  return {
    count: cells.reduce((sum, { items }) => sum + items, 0),
    async *scan() {
      for (const cell of cells) {
        for (const line of await chunks.get(cell.digest)) {
          const entry = entryOf(line);
          for (const item of entry.items) yield itemOf(entry.key, item);
        }
      }
    },
  };
}

async function runWhole(
  deps: WholeDeps,
  step: DatasetStep,
  inputs: readonly Cell[],
  signal: AbortSignal,
): Promise<Cell[]> {
  let startedMs = deps.now();
  const verdicts = step.whole(viewOf(deps.chunks, inputs), signal)[Symbol.asyncIterator]();
  const cells: Cell[] = [];
  for (const input of inputs) {
    signal.throwIfAborted();
    const entries: Entry[] = [];
    for (const line of await deps.chunks.get(input.digest)) {
      const before = entryOf(line);
      if (before.items.length > 0) entries.push(await judge(deps, verdicts, before, signal));
    }
    const items = entries.reduce((sum, entry) => sum + entry.items.length, 0);
    cells.push({ digest: await deps.chunks.put(entries.map(lineOf)), items });
    deps.clock.computed(startedMs, input.items, items);
    startedMs = deps.now();
  }
  const surplus = await nextOf(deps, verdicts, signal);
  if (!surplus.done) throw wrongCount(deps.bound.id, "gave more verdicts than there are items");
  await step.close?.();
  return cells;
}

async function judge(
  deps: WholeDeps,
  verdicts: AsyncIterator<Verdict>,
  before: Entry,
  signal: AbortSignal,
): Promise<Entry> {
  const items: StoredItem[] = [];
  const losses: Loss[] = [];
  const notes: Note[] = [];
  for (const stored of before.items) {
    const item = itemOf(before.key, stored);
    const next = await nextOf(deps, verdicts, signal);
    if (next.done) throw wrongCount(deps.bound.id, `gave no verdict on "${idOf(item)}"`);
    checkSubject(deps.bound.id, item, next.value);
    const passed = passedBy(deps.bound.id, item, added(deps.bound, item, next.value));
    items.push(...passed.items.map(({ child, image, facts }) => ({ child, image, facts })));
    losses.push(...passed.losses);
    notes.push(...passed.notes);
  }
  return { key: before.key, input: inputDigest(before.items), items, losses, notes };
}

/** The verdict of a step that only adds facts holds for the facts that it gives, and for nothing else. */
function added({ id, definition, options }: Bound<DatasetStepDefinition>, item: Item, verdict: Verdict): Verdict {
  if (definition.adds !== true || verdict.kind === "many") return verdict;
  if (verdict.kind !== "keep") throw wrongCount(id, "dropped an item, though it says that it only adds facts");
  const given = namesOf(definition.gives, options).map((name) => [name, verdict.item.facts[name]]);
  return { ...verdict, item: { ...item, facts: { ...item.facts, ...Object.fromEntries(given) } } };
}

/** Names of facts, given outright or made from the options. */
export function namesOf(names: DatasetStepDefinition["gives"], options: unknown): readonly string[] {
  return typeof names === "function" ? names(options) : names ?? [];
}

async function nextOf({ bound }: WholeDeps, verdicts: AsyncIterator<Verdict>, signal: AbortSignal) {
  signal.throwIfAborted();
  try {
    return await verdicts.next();
  } catch (thrown) {
    throw signal.aborted ? signal.reason : asPluginError(bound.id, thrown);
  }
}

function asPluginError(step: string, thrown: unknown): unknown {
  if (thrown instanceof PluginError) return thrown;
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return new PluginError(`Cannot judge the dataset with "${step}": the plugin failed with "${text}"`, {
    cause: thrown,
  });
}

function checkSubject(step: string, item: Item, verdict: Verdict): void {
  if (verdict?.kind === "many") throw wrongCount(step, "returned `many`, which only item steps may");
  if (verdict?.kind !== "keep" || typeof verdict.item !== "object" || verdict.item === null) return;
  if (verdict.item.key === item.key && verdict.item.child === item.child) return;
  throw wrongCount(step, `spoke of "${idOf(verdict.item)}" when it was asked about "${idOf(item)}"`);
}

function wrongCount(step: string, what: string): PluginError {
  return new PluginError(`Cannot use what "${step}" said of the dataset: it ${what}`);
}
