// What a finished dataset looks like, in numbers small enough to draw: one pass, memory bounded however large it is.
import type { Item, LedgerLine } from "../contract/item.ts";
import { type BoxStatistics, createBoxStatistics } from "./box_statistics.ts";
import { detectionsOf, isSearched, splitOf } from "./items.ts";
import { createTally, type Distribution, type Tally } from "./tally.ts";

export type ItemStatistics = {
  readonly items: number;
  /** Items by split, in the order train, val, test, then others by name; empty when no item has a split. */
  readonly splits: Distribution;
  readonly boxes: BoxStatistics;
  /** Records by the size of their upright image as read, such as `1920 x 1080`. */
  readonly sourceSizes: Distribution;
  /** Items by the value of each text fact that has few values, sorted by the name of the fact. */
  readonly groups: readonly { readonly fact: string; readonly values: Distribution }[];
};

/** Values above which a text fact is no group. */
const mostGroups = 40;
/** Facts looked at. */
const mostFacts = 64;
const splitOrder = ["train", "training", "val", "validation", "test"];

export interface ItemStatisticsSurvey {
  /** The next item in the order of `scan()`. */
  add(item: Item): void;
  result(): ItemStatistics;
}

/** Counts what the items of a dataset look like. */
export function createItemStatistics(): ItemStatisticsSurvey {
  const splits = createTally(50);
  const boxes = createBoxStatistics();
  const sizes = createTally(1000);
  const facts = new Map<string, Tally>();
  let items = 0;
  let record: string | undefined;
  return {
    add(item) {
      items++;
      const split = splitOf(item);
      if (split !== undefined) splits.add(split);
      if (isSearched(item)) boxes.add(detectionsOf(item));
      if (item.key !== record) sizes.add(sourceSize(item));
      record = item.key;
      addGroups(facts, item);
    },
    result() {
      return {
        items,
        splits: inSplitOrder(splits.result()),
        boxes: boxes.result(),
        sourceSizes: sizes.result(),
        groups: groupsOf(facts, items),
      };
    },
  };
}

function sourceSize({ image: { header } }: Item): string {
  return header.orientation >= 5 ? `${header.height} x ${header.width}` : `${header.width} x ${header.height}`;
}

function addGroups(facts: Map<string, Tally>, item: Item): void {
  for (const [name, value] of Object.entries(item.facts)) {
    if (typeof value !== "string" || name === "split") continue;
    let tally = facts.get(name);
    if (tally === undefined) {
      if (facts.size >= mostFacts) continue;
      facts.set(name, tally = createTally(mostGroups));
    }
    tally.add(value);
  }
}

/** A fact says something about groups when it has a few values that repeat. */
function groupsOf(facts: ReadonlyMap<string, Tally>, items: number): ItemStatistics["groups"] {
  return [...facts].sort(([left], [right]) => left < right ? -1 : 1).flatMap(([fact, tally]) => {
    const values = tally.result();
    const repeats = values.entries.length >= 2 && values.other === 0 && values.entries.length * 2 <= items;
    return repeats ? [{ fact, values }] : [];
  });
}

function inSplitOrder({ entries, other }: Distribution): Distribution {
  const rank = (name: string) => {
    const known = splitOrder.indexOf(name);
    return known < 0 ? splitOrder.length : known;
  };
  const byName = (left: string, right: string) => left < right ? -1 : left > right ? 1 : 0;
  const sorted = [...entries].sort((left, right) =>
    rank(left.name) - rank(right.name) || byName(left.name, right.name)
  );
  return { entries: sorted, other };
}

/** What became of one record, in a word: `kept`, or where and why it was lost. */
export type Outcome = {
  readonly verdict: LedgerLine["verdict"];
  /** Empty for kept records. */
  readonly step: string;
  readonly reason: string;
};

/** A record whose items were all lost is named by the first of its losses that has its verdict. */
export function outcomeOf(line: LedgerLine): Outcome {
  if (line.verdict === "kept") return { verdict: "kept", step: "", reason: "" };
  const loss = line.losses.find(({ verdict }) => verdict === line.verdict) ?? line.losses[0];
  return { verdict: line.verdict, step: loss?.step ?? "", reason: loss?.reason ?? "unknown" };
}
