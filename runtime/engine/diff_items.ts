// What became of the items of one record between two versions. Pure.
import type { ChangedPart, FactChange, ItemChange, ItemState } from "../contract/diff.ts";
import { type Facts, idOf, type LedgerLine } from "../contract/item.ts";
import { canonicalJson, compareUtf8, type Json } from "../contract/json.ts";
import { sizeOf } from "../image/edits.ts";
import { boxChanges, boxesIn } from "./diff_boxes.ts";
import type { StoredItem } from "./entry.ts";

/** The ledger lines of a record, as far as the versions know it. */
export type Fates = { readonly before: LedgerLine | undefined; readonly after: LedgerLine | undefined };

/** Changes of the items of one record, in the order of their children. */
export function itemChanges(
  key: string,
  before: readonly StoredItem[],
  after: readonly StoredItem[],
  fates: Fates,
): readonly ItemChange[] {
  const [lefts, rights] = [byChild(before), byChild(after)];
  const children = [...new Set([...lefts.keys(), ...rights.keys()])].sort(compareUtf8);
  return children.flatMap((child) => itemChange(key, child, lefts.get(child), rights.get(child), fates) ?? []);
}

function byChild(items: readonly StoredItem[]): ReadonlyMap<string, StoredItem> {
  return new Map(items.map((item) => [item.child, item]));
}

function itemChange(
  key: string,
  child: string,
  before: StoredItem | undefined,
  after: StoredItem | undefined,
  fates: Fates,
): ItemChange | undefined {
  const name = { key, child };
  if (before === undefined) {
    return after && { ...name, change: "added", after: stateOf(after), why: whyAdded(fates, child) };
  }
  if (after === undefined) {
    return { ...name, change: "removed", before: stateOf(before), why: whyRemoved(fates, child) };
  }
  const boxes = boxChanges(boxesIn(before.facts), boxesIn(after.facts), {
    before: sizeOf(before.image),
    after: sizeOf(after.image),
  });
  const facts = factChanges(before.facts, after.facts);
  const parts: readonly ChangedPart[] = [
    ...pixelParts(before, after),
    ...(facts.length > 0 ? ["facts" as const] : []),
    ...(boxes.length > 0 ? ["boxes" as const] : []),
  ];
  if (parts.length === 0) return undefined;
  return { ...name, change: "changed", before: stateOf(before), after: stateOf(after), parts, facts, boxes };
}

function stateOf({ image, facts, pictures }: StoredItem): ItemState {
  return { image, facts, ...(pictures === undefined ? {} : { pictures }) };
}

function pixelParts(before: StoredItem, after: StoredItem): readonly ChangedPart[] {
  const isSame = before.image.blob.digest === after.image.blob.digest &&
    canonicalJson(before.image.edits) === canonicalJson(after.image.edits);
  if (!isSame) return ["pixels"];
  const others = Object.entries(after.pictures ?? {});
  const anew = others.some(([name, { digest }]) => digest !== (before.pictures?.[name]?.digest ?? digest));
  return anew ? ["picture"] : [];
}

/** Facts that differ, by name. Detections are told as boxes. */
function factChanges(before: Facts, after: Facts): readonly FactChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort(compareUtf8);
  return names.filter((name) => name !== "detections").flatMap((name) => {
    const [left, right] = [before[name], after[name]];
    if (textOf(left) === textOf(right)) return [];
    return [{
      name,
      ...(left === undefined ? {} : { before: left }),
      ...(right === undefined ? {} : { after: right }),
    }];
  });
}

function textOf(value: Json | undefined): string {
  return value === undefined ? "" : canonicalJson(value);
}

function whyAdded({ before }: Fates, child: string): string {
  if (before === undefined) return "its record is new";
  const loss = lossOf(before, child);
  return loss === undefined ? "it is made now" : `it was ${loss} before`;
}

function whyRemoved({ after }: Fates, child: string): string {
  if (after === undefined) return "its record is no longer in the source";
  return lossOf(after, child) ?? "it is made no more";
}

/** What the ledger says of an item that is not there: of the item itself, or of the one that it would be made from. */
function lossOf({ losses }: LedgerLine, child: string): string | undefined {
  const isAbout = (lost: string) => lost === child || lost === "" || child.startsWith(`${lost}.`);
  const loss = losses.findLast((one) => isAbout(one.child));
  return loss === undefined ? undefined : `${loss.verdict} by ${loss.step}: ${loss.reason}`;
}

/** The id that people use. */
export function idOfChange({ key, child }: ItemChange): string {
  return idOf({ key, child });
}
