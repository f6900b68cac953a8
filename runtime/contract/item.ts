// Records as sources find them, items as they flow, verdicts on them, and the ledger of all of it.
import { compareUtf8, type JsonObject } from "./json.ts";
import type { BlobRef, Image } from "./image.ts";

/** Named values of an item, JSON each. Names are snake_case. */
export type Facts = JsonObject;

/** Facts that hold places in the image: whoever edits the image moves them along. */
export const movingFacts: readonly string[] = ["detections"];

/** One raw image as a source found it: plain data, no bytes. */
export type SourceRecord = {
  /** Names the record within its source: the same file has the same key tomorrow. */
  readonly key: string;
  /** A cheap token that changes when the bytes do. */
  readonly revision: string;
  readonly facts?: Facts;
  /** Items of other datasets of this store: they are taken as they are, and `read` is not called. In byte order of
   *  their children, each once; all of the same bytes. */
  readonly items?: readonly UpstreamItem[];
  /** Bytes that the store holds already: `read` is not called. */
  readonly blob?: BlobRef;
  /** Set when the source knows already that it cannot read this: the record goes to the ledger as rejected. */
  readonly broken?: Flaw;
  /** Set when it breaks the source's contract: it is rejected as well, but its bytes are kept to be looked at. */
  readonly unfit?: Flaw;
};

/** Why something is refused: a snake_case word, and a sentence for people. */
export type Flaw = { readonly reason: string; readonly detail: string };

/** A record as a source lists it. `bytes` are for a source that has them at hand while it lists: they go to the store at
 *  once, and the record keeps their blob. */
export type ListedRecord = SourceRecord & { readonly bytes?: Uint8Array };

/** What reading a record gave besides its bytes. */
export type ReadImage = {
  readonly bytes: Uint8Array;
  /** Facts that only reading could tell; they join those of the record. */
  readonly facts?: Facts;
  /** Set when `bytes` are only the start of a file of `size` bytes. */
  readonly head?: { readonly size: number };
};

/** A record of the parent version, as it was listed, and the facts it was admitted with; none where it was refused. */
export type EarlierRecord = { readonly record: SourceRecord; readonly facts?: Facts };

/** An item of another dataset, whose key there was `from.key`. Which version of that dataset was read, the version made
 *  from it says. */
export type UpstreamItem = Omit<Item, "key"> & { readonly from: Upstream };
export type Upstream = { readonly dataset: string; readonly key: string };

/** One image flowing through a pipeline. */
export type Item = {
  /** Key of the record it comes from. */
  readonly key: string;
  /** Empty for the record's own item; `crop1`, or `crop1.flip` a level deeper, for items made from it. */
  readonly child: string;
  readonly image: Image;
  readonly facts: Facts;
};

/** One of several items that a step makes from one. `name` is unique among them: `[a-z0-9_-]+`. */
export type Child = { readonly name: string; readonly item: Item };

/** What an item step says of an item. A drop is a choice; a reject is an item that could not be processed. */
export type Verdict =
  | { readonly kind: "keep"; readonly item: Item; readonly notes?: readonly string[] }
  | { readonly kind: "many"; readonly children: readonly Child[]; readonly notes?: readonly string[] }
  | { readonly kind: "drop"; readonly reason: string; readonly detail?: string }
  | { readonly kind: "reject"; readonly reason: string; readonly detail?: string };

/** Where an item that did not survive ended, and why. `reason` is a snake_case word, `detail` a sentence. */
export type Loss = {
  readonly child: string;
  readonly verdict: "dropped" | "rejected";
  readonly step: string;
  readonly reason: string;
  readonly detail?: string;
  /** Lost for a passing reason (a time-out, a file that could not be read): the next run tries again. */
  readonly again?: true;
};

/** Something a step did differently than asked, such as two crops instead of three. */
export type Note = { readonly child: string; readonly step: string; readonly text: string };

/** One line for every record read. `kept` when at least one item of it is in the version. */
export type LedgerLine = {
  readonly key: string;
  readonly verdict: "kept" | "dropped" | "rejected";
  /** How many items of the version come from this record. */
  readonly items: number;
  /** The bytes as read, also those of a rejected record; absent when they could not be read or were too large. */
  readonly blob?: BlobRef;
  readonly losses: readonly Loss[];
  readonly notes: readonly Note[];
};

/** The id people use. `#` and `%` and control characters of the key are percent-encoded, so that ids never collide. */
export function idOf(item: { readonly key: string; readonly child: string }): string {
  // deno-lint-ignore no-control-regex
  const key = item.key.replace(/[%#\u0000-\u001f\u007f]/g, percentEncoded);
  return item.child === "" ? key : `${key}#${item.child}`;
}

function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}

/** The order of everything: UTF-8 bytes of the key, then of the child. */
export function compareItems(
  left: { readonly key: string; readonly child: string },
  right: { readonly key: string; readonly child: string },
): number {
  return compareUtf8(left.key, right.key) || compareUtf8(left.child, right.child);
}
