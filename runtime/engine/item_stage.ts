// A stage of consecutive item steps: each item of a record goes through all of them.
import { canonicalJson, digestOfJson, type Json } from "../contract/json.ts";
import { ItemError, messageOf, PluginError, TransientError } from "../contract/errors.ts";
import { idOf, type Item, type Loss, type Note, type Verdict } from "../contract/item.ts";
import type { Bound } from "../contract/manifest.ts";
import type { ItemStep, ItemStepDefinition } from "../contract/plugin.ts";
import type { Call } from "./call.ts";
import { type Entry, entryOf, inputDigest, itemOf } from "./entry.ts";
import { withoutTuning } from "./tuning.ts";
import type { Stage } from "./stage.ts";

export type OpenStep = {
  readonly bound: Bound<ItemStepDefinition>;
  /** What it settled before the run. */
  readonly settled?: Json;
  readonly open: () => Promise<ItemStep>;
};

export type ItemStageDeps = {
  readonly steps: readonly OpenStep[];
  readonly seed: number;
  /** Identity of the codec: pixels enter verdicts. */
  readonly codec: string;
  readonly call: Call;
};

export function createItemStage(deps: ItemStageDeps): Stage {
  const bounds = deps.steps.map(({ bound }) => bound);
  const ids = bounds.map(({ id }) => id);
  return {
    column: { name: ids.join("+"), key: itemStageKey(deps) },
    steps: ids,
    concurrency: bounds.map(({ concurrency }) => concurrency ?? Infinity).reduce((a, b) => Math.min(a, b)),
    work(line) {
      const before = entryOf(line);
      if (before.items.length === 0) return undefined;
      const input = inputDigest(before.items);
      return {
        key: before.key,
        input,
        itemsIn: before.items.length,
        compute: (_, signal) => each(deps, before, input, signal),
      };
    },
  };
}

function itemStageKey({ steps, seed, codec }: ItemStageDeps): string {
  const said = steps.map(({ bound: { id, definition, written }, settled }) => ({
    id,
    uses: definition.name,
    version: definition.version,
    options: withoutTuning(written, definition.tuning),
    ...(settled === undefined ? {} : { settled }),
  }));
  return digestOfJson({ stage: "items", steps: said, seed, codec });
}

/** What is left of an item behind a step. */
export type Passing<T = Item> = {
  readonly items: readonly T[];
  readonly losses: readonly Loss[];
  readonly notes: readonly Note[];
};

async function each(deps: ItemStageDeps, before: Entry, input: string, signal: AbortSignal): Promise<Entry> {
  let items: readonly Item[] = before.items.map((item) => itemOf(before.key, item));
  const losses: Loss[] = [];
  const notes: Note[] = [];
  for (const [nth, step] of deps.steps.entries()) {
    const passed: Passing[] = [];
    for (const [at, item] of items.entries()) {
      const raw = nth === 0 ? before.items[at]?.raw : undefined;
      passed.push(await pass(deps, step, item, raw, signal));
    }
    items = passed.flatMap((one) => one.items);
    losses.push(...passed.flatMap((one) => one.losses));
    notes.push(...passed.flatMap((one) => one.notes));
  }
  const stored = items.map(({ child, image, facts }) => ({ child, image, facts }));
  return { key: before.key, input, items: stored.sort(byChild), losses, notes };
}

function byChild(left: { readonly child: string }, right: { readonly child: string }): number {
  return left.child < right.child ? -1 : left.child > right.child ? 1 : 0;
}

async function pass(
  { call }: ItemStageDeps,
  step: OpenStep,
  item: Item,
  raw: Json | undefined,
  signal: AbortSignal,
): Promise<Passing> {
  const id = step.bound.id;
  const opened = await step.open();
  return await orLost(id, item, async () => {
    const who = { plugin: id, phase: "process", item: idOf(item) };
    return passedBy(id, item, await call(who, signal, (limit) => opened.each(item, limit, raw)));
  });
}

/** What a body makes of an item, or the loss where something is wrong with the item alone. */
export async function orLost<T>(step: string, item: Item, body: () => Promise<Passing<T>>): Promise<Passing<T>> {
  try {
    return await body();
  } catch (thrown) {
    if (!(thrown instanceof ItemError || thrown instanceof TransientError)) throw thrown;
    const detail = messageOf(thrown);
    return lost(item, { verdict: "rejected", step, reason: thrown.code, detail, ...passingReason(thrown) });
  }
}

function passingReason(thrown: ItemError | TransientError): { again?: true } {
  return thrown instanceof TransientError || thrown.code === "timeout" ? { again: true } : {};
}

function lost(item: Item, loss: Omit<Loss, "child">): Passing<never> {
  return { items: [], losses: [{ child: item.child, ...loss }], notes: [] };
}

/** What a verdict means for the items, losses and notes. Throws `PluginError` on anything that is no verdict. */
export function passedBy(step: string, item: Item, verdict: Verdict): Passing {
  switch (verdict?.kind) {
    case "keep":
      return {
        items: [checked(step, item, verdict.item, item.child)],
        losses: [],
        notes: notesOf(step, item, verdict.notes),
      };
    case "many":
      return { items: childrenOf(step, item, verdict.children), losses: [], notes: notesOf(step, item, verdict.notes) };
    case "drop":
    case "reject":
      return lost(item, {
        verdict: verdict.kind === "drop" ? "dropped" : "rejected",
        step,
        reason: reasonOf(step, item, verdict.reason),
        ...(verdict.detail === undefined ? {} : { detail: String(verdict.detail) }),
      });
    default:
      throw nonsense(step, item, `it returned ${describe(verdict)}, which is no verdict`);
  }
}

function childrenOf(
  step: string,
  item: Item,
  children: readonly { readonly name: string; readonly item: Item }[],
): Item[] {
  if (!Array.isArray(children) || children.length === 0) throw nonsense(step, item, "its `many` has no children");
  const names = new Set(children.map(({ name }) => name));
  if (names.size < children.length) throw nonsense(step, item, "two of its children have the same name");
  return children.map((child) => {
    if (!/^[a-z0-9_-]+$/.test(child.name)) throw nonsense(step, item, `"${child.name}" is no name for a child`);
    return checked(step, item, child.item, item.child === "" ? child.name : `${item.child}.${child.name}`);
  });
}

/** The item a step gave back, under the key it came with, with nothing but plain data in it. */
function checked(step: string, item: Item, given: Item, child: string): Item {
  if (
    typeof given?.image?.blob?.digest !== "string" || !Array.isArray(given.image.edits) ||
    typeof given.facts !== "object"
  ) {
    throw nonsense(step, item, `the item it returned is ${describe(given)}, without an image or facts`);
  }
  const result = { key: item.key, child, image: given.image, facts: given.facts };
  try {
    canonicalJson(result);
  } catch (cause) {
    throw nonsense(step, item, `the item it returned is not plain data (${messageOf(cause)})`, cause);
  }
  return result;
}

function notesOf(step: string, item: Item, notes: readonly string[] | undefined): Note[] {
  return (notes ?? []).map((text) => ({ child: item.child, step, text: String(text) }));
}

function reasonOf(step: string, item: Item, reason: unknown): string {
  if (typeof reason === "string" && /^[a-z0-9_]+$/.test(reason)) return reason;
  throw nonsense(step, item, `its reason is ${describe(reason)}, not a snake_case word`);
}

function nonsense(step: string, item: Item, what: string, cause?: unknown): PluginError {
  return new PluginError(`Cannot use what "${step}" said of "${idOf(item)}": ${what}`, { cause });
}

function describe(value: unknown): string {
  if (typeof value === "string") return `the text "${value}"`;
  if (value === null || typeof value !== "object") return String(value);
  return `an object with ${Object.keys(value).map((name) => `\`${name}\``).join(", ") || "nothing in it"}`;
}
