// What differs between two versions.
import type { Detection } from "./detection.ts";
import type { BlobRef, Image } from "./image.ts";
import type { Facts } from "./item.ts";
import type { Digest, Json } from "./json.ts";
import type { Counts } from "./version.ts";

/** One of the two versions that are compared. */
export type DiffSide = {
  readonly dataset: string;
  readonly number: number;
  readonly version: Digest;
  readonly counts: Counts;
};

/** An item as one of the versions has it. `pictures` by encoding. */
export type ItemState = {
  readonly image: Image;
  readonly facts: Facts;
  readonly pictures?: { readonly [encoding: string]: BlobRef };
};

/** `pixels`: another image or other edits. `picture`: the same image came out of the codec as other bytes. */
export type ChangedPart = "pixels" | "picture" | "facts" | "boxes";

/** `iou`: the share that both boxes have in common, 0 to 1, measured in shares of the image where its size changed.
 *  `moved` has the same label, `relabelled` another one, `rescored` only another score. */
export type BoxChange =
  | { readonly kind: "added"; readonly after: Detection }
  | { readonly kind: "removed"; readonly before: Detection }
  | {
    readonly kind: "moved" | "relabelled" | "rescored";
    readonly before: Detection;
    readonly after: Detection;
    readonly iou: number;
  };

/** A fact without `before` is new, one without `after` is gone. */
export type FactChange = { readonly name: string; readonly before?: Json; readonly after?: Json };

/** What became of one item. `why`, in words, where the ledgers tell. */
export type ItemChange =
  & { readonly key: string; readonly child: string }
  & (
    | { readonly change: "added"; readonly after: ItemState; readonly why: string }
    | { readonly change: "removed"; readonly before: ItemState; readonly why: string }
    | {
      readonly change: "changed";
      readonly before: ItemState;
      readonly after: ItemState;
      readonly parts: readonly ChangedPart[];
      readonly facts: readonly FactChange[];
      readonly boxes: readonly BoxChange[];
    }
  );

/** Something that the two versions were made with, and that differs. `what` names it, such as `step resize`; `text` says
 *  how, such as `width 480 -> 640`. */
export type SettingChange = { readonly what: string; readonly text: string };

/** How often a value occurs: boxes by label, or images by a fact such as `split`. `before` and `after` are absent where
 *  only the changed images were counted. */
export type BalanceRow = {
  readonly of: string;
  readonly name: string;
  readonly change: number;
  readonly before?: number;
  readonly after?: number;
};

export type RecordDiff = { readonly added: number; readonly changed: number; readonly removed: number };

export type DiffTotals = {
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  readonly parts: { readonly [part in ChangedPart]: number };
  readonly boxes: { readonly [kind in BoxChange["kind"]]: number };
};

export type DiffSummary = {
  readonly before: DiffSide;
  readonly after: DiffSide;
  /** True when both are the same version. */
  readonly same: boolean;
  readonly records: RecordDiff;
  readonly items: DiffTotals;
  /** Most changed first. */
  readonly balance: readonly BalanceRow[];
  readonly settings: readonly SettingChange[];
};
