// From the id that a person types to a record and its items, or to the ids they may have meant.
import type { LedgerLine } from "../contract/item.ts";
import { idOf } from "../contract/item.ts";
import { editDistance } from "../manifest/nearest.ts";

export type ItemName = { readonly key: string; readonly child?: string };

/** Readings of an id, the likeliest first: as `idOf` writes it, with or without a child, and as a bare key. */
export function readingsOf(id: string): ItemName[] {
  const at = id.indexOf("#");
  const key = at === -1 ? id : id.slice(0, at);
  const named = at === -1 ? { key: decoded(key) } : { key: decoded(key), child: id.slice(at + 1) };
  return named.key === id ? [named] : [named, { key: id }];
}

function decoded(key: string): string {
  return key.replace(/%([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

/** True for the child itself and for what was made from it. */
export function isWithinChild(child: string, wanted: string | undefined): boolean {
  return wanted === undefined || child === wanted || child.startsWith(`${wanted}.`);
}

/** Keys that are compared letter by letter; the others only by what they contain. */
const mostCompared = 100_000;
const mostNear = 5;

/** The ids of records that `id` may stand for, the nearest first. Reads the whole ledger. */
export async function nearestIds(id: string, ledger: AsyncIterable<LedgerLine>): Promise<string[]> {
  const wanted = folded(id);
  const near: { readonly id: string; readonly distance: number }[] = [];
  let seen = 0;
  for await (const line of ledger) {
    const known = idOf({ key: line.key, child: "" });
    const distance = distanceTo(wanted, folded(known), seen++ < mostCompared);
    if (distance > Math.max(2, wanted.length / 2)) continue;
    near.push({ id: known, distance });
    near.sort((left, right) => left.distance - right.distance).splice(mostNear);
  }
  return near.map((one) => one.id);
}

/** Letters and digits alone: people remember those. */
function folded(id: string): string {
  return id.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
}

/** Part of a name counts as near, whatever its length. */
function distanceTo(wanted: string, known: string, closely: boolean): number {
  if (wanted !== "" && known.includes(wanted)) return 1;
  if (!closely || Math.abs(known.length - wanted.length) > wanted.length / 2 || known.length > 200) return Infinity;
  return editDistance(wanted, known);
}
