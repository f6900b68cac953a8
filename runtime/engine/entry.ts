// What a stage says of one record: the items that are left, what was lost, what was noted. One canonical line each.
import { canonicalJson, type Digest, digestOfJson, type Json } from "../contract/json.ts";
import type { BlobRef, Image } from "../contract/image.ts";
import type { Facts, Item, Loss, Note } from "../contract/item.ts";

/** An item as a chunk holds it; its key is that of its entry. `pictures` by encoding, once rendered. */
export type StoredItem = {
  readonly child: string;
  readonly image: Image;
  readonly facts: Facts;
  readonly pictures?: { readonly [encoding: string]: BlobRef };
  /** What the raw half of the next step found; gone after that step. */
  readonly raw?: Json;
};

/** One line of a stage's chunk. Losses and notes are those of this stage alone. */
export type Entry = {
  readonly key: string;
  /** Digest of the input this was made from. */
  readonly input: Digest;
  readonly items: readonly StoredItem[];
  readonly losses: readonly Loss[];
  readonly notes: readonly Note[];
  /** The bytes as read; on admission only. */
  readonly blob?: BlobRef;
  /** Facts that reading told of a record that was refused; on admission only. */
  readonly facts?: Facts;
};

export function lineOf(entry: Entry): string {
  return canonicalJson(entry);
}

export function entryOf(line: string): Entry {
  return JSON.parse(line);
}

/** Digest of what an entry hands to the next stage. */
export function inputDigest(items: readonly StoredItem[]): Digest {
  return digestOfJson(items);
}

export function itemOf(key: string, { child, image, facts }: StoredItem): Item {
  return { key, child, image, facts };
}

/** True when nothing in it was lost for a passing reason. */
export function isSettled(entry: Entry): boolean {
  return !entry.losses.some((loss) => loss.again === true);
}
