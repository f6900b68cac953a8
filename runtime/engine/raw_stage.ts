// A stage that keeps what the costly half of a step finds in each image; the step itself looks at it in the next stage.
import { PluginError } from "../contract/errors.ts";
import { canonicalJson, digestOfJson, type Json } from "../contract/json.ts";
import { idOf, type Item } from "../contract/item.ts";
import type { Bound } from "../contract/manifest.ts";
import type { ItemStepDefinition, RawStep } from "../contract/plugin.ts";
import type { Call } from "./call.ts";
import { type Entry, entryOf, inputDigest, itemOf, type StoredItem } from "./entry.ts";
import { orLost, type Passing } from "./item_stage.ts";
import type { Stage } from "./stage.ts";

export type RawStageDeps = {
  readonly bound: Bound<ItemStepDefinition>;
  /** From the step's plan: all that decides the result beside the image. */
  readonly key: Json;
  readonly open: () => Promise<RawStep>;
  /** Identity of the codec: pixels enter the result. */
  readonly codec: string;
  readonly call: Call;
};

export function createRawStage(deps: RawStageDeps): Stage {
  const { bound, key, codec } = deps;
  const { name, version } = bound.definition;
  return {
    column: { name: `${bound.id} raw`, key: digestOfJson({ stage: "raw", uses: name, version, key, codec }) },
    steps: [bound.id],
    concurrency: bound.concurrency,
    work(line) {
      const before = entryOf(line);
      if (before.items.length === 0) return undefined;
      const input = inputDigest(before.items);
      return {
        key: before.key,
        input,
        itemsIn: before.items.length,
        compute: (prior, signal) => find(deps, before, input, prior, signal),
      };
    },
  };
}

async function find(
  deps: RawStageDeps,
  before: Entry,
  input: string,
  prior: Entry | undefined,
  signal: AbortSignal,
): Promise<Entry> {
  // A fact that changed must not cost a look at the pixels again.
  const known = new Map((prior?.items ?? []).map((item) => [pixelsOf(item), item.raw]));
  const passed = await Promise.all(before.items.map(async (item): Promise<Passing<StoredItem>> => {
    const raw = known.get(pixelsOf(item));
    if (raw !== undefined) return { items: [{ ...item, raw }], losses: [], notes: [] };
    return await findIn(deps, before.key, item, signal);
  }));
  return {
    key: before.key,
    input,
    items: passed.flatMap(({ items }) => items),
    losses: passed.flatMap(({ losses }) => losses),
    notes: [],
  };
}

function pixelsOf({ image }: StoredItem): string {
  return digestOfJson({ blob: image.blob.digest, edits: image.edits });
}

async function findIn(
  { bound: { id }, open, call }: RawStageDeps,
  key: string,
  stored: StoredItem,
  signal: AbortSignal,
): Promise<Passing<StoredItem>> {
  const item = itemOf(key, stored);
  const opened = await open();
  return await orLost(id, item, async () => {
    const who = { plugin: id, phase: "process", item: idOf(item) };
    const raw = await call(who, signal, (limit) => opened.find(item, limit));
    return { items: [{ ...stored, raw: checked(id, item, raw) }], losses: [], notes: [] };
  });
}

function checked(step: string, item: Item, raw: Json): Json {
  try {
    canonicalJson(raw);
    return raw;
  } catch (cause) {
    throw new PluginError(`Cannot use what "${step}" found in "${idOf(item)}": it is not plain data`, { cause });
  }
}
