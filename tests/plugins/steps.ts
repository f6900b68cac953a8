// Running one step on items without an engine.
import type {
  DatasetHost,
  DatasetStepDefinition,
  Item,
  ItemHost,
  ItemStepDefinition,
  ItemsView,
  OptionsSchema,
  Verdict,
} from "../../runtime/plugin.ts";
import { itemRandom, textRandom } from "../../runtime/host/random.ts";
import { noWorld } from "../../runtime/engine/no_world.ts";

const never = new AbortController().signal;

/** A host for steps that read neither bytes nor pixels; others pass theirs. */
export function itemHost(doors: Partial<ItemHost> = {}, seed = 7): ItemHost {
  const closed = () => Promise.reject(new TypeError("Cannot read pixels: this step should not need them"));
  const detectors = { plan: closed, open: closed };
  return {
    random: itemRandom(seed, "step"),
    bytes: closed,
    pixels: closed,
    file: closed,
    detectors,
    classifiers: detectors,
    programs: noWorld.programs,
    log: () => {},
    ...doors,
  };
}

/** What an item step says of an item. */
export async function verdictOn<S extends OptionsSchema>(
  definition: ItemStepDefinition<S>,
  options: Record<string, unknown>,
  item: Item,
  host: ItemHost = itemHost(),
): Promise<Verdict> {
  const parsed = await definition.options.parseAsync(options);
  return await (await definition.open(parsed, host)).each(item, never);
}

export type WholeResult = { readonly items: readonly Item[]; readonly logs: readonly string[] };

/** What a dataset step, which keeps all items, makes of them. */
export async function itemsAfter<S extends OptionsSchema>(
  definition: DatasetStepDefinition<S>,
  options: Record<string, unknown>,
  items: readonly Item[],
  history?: readonly Item[],
  seed = 7,
): Promise<WholeResult> {
  const logs: string[] = [];
  const host: DatasetHost = {
    random: textRandom(seed, "step"),
    log: (text) => void logs.push(text),
    ...(history === undefined ? {} : { history: viewOf(history) }),
  };
  const step = await definition.open(await definition.options.parseAsync(options), host);
  const verdicts = await Array.fromAsync(step.whole(viewOf(items), never));
  return { items: verdicts.flatMap((verdict) => verdict.kind === "keep" ? [verdict.item] : []), logs };
}

export function viewOf(items: readonly Item[]): ItemsView {
  return {
    count: items.length,
    async *scan() {
      yield* items;
    },
  };
}
