// A version of a dataset, and the record of the run that made it.
import type { Digest, Json, JsonObject } from "./json.ts";

/** What became of everything that was read. */
export type Counts = {
  /** Records the source listed; `kept + dropped + rejected`. */
  readonly records: number;
  readonly kept: number;
  readonly dropped: number;
  readonly rejected: number;
  /** Items in the version. */
  readonly items: number;
  /** Items lost on the way, by `step/reason`. Counts items, not records. */
  readonly losses: { readonly [stepAndReason: string]: number };
  /** Notes by `step`, such as crops that did not fit. */
  readonly notes: { readonly [step: string]: number };
};

/** One plugin as it took part: enough to know whether its results may be reused. */
export type BoundPlugin = {
  readonly id: string;
  readonly uses: string;
  readonly kind: "source" | "item" | "dataset" | "export" | "sink";
  readonly version: number;
  readonly options: Json;
  /** The model that a step looks through. */
  readonly model?: ModelNote;
  /** What a step settled before the run and depends on, such as digests of the files that it reads, by path. */
  readonly settled?: Json;
};

/** What people should know of a model whose results are in a version. */
export type ModelNote = {
  readonly name: string;
  /** SHA-256 of the weights. */
  readonly digest: string;
  /** What it can say here: its classes, or those of them that were asked for. */
  readonly labels: readonly string[];
  readonly layout: string;
  /** What computed it, such as `native, onnxruntime-node 1.30.0`. */
  readonly runtime: string;
  readonly summary?: string;
  readonly licence?: string;
  readonly source?: string;
  readonly trainedOn?: string;
  readonly limits?: string;
};

/** Where a version comes from. Holds no time, host name or absolute path. */
export type Provenance = {
  readonly pipeline: string;
  readonly params: JsonObject;
  readonly seed: number;
  readonly source: BoundPlugin;
  readonly steps: readonly BoundPlugin[];
  readonly exports: readonly BoundPlugin[];
  /** Codec and libraries that made the pixels, with versions. */
  readonly codec: string;
  /** What was admitted: more pixels or bytes were not. */
  readonly limits: { readonly maxPixels: number; readonly maxBytes: number };
  /** Versions of other datasets that were read. */
  readonly inputs?: readonly InputVersion[];
};

/** A version of another dataset of this store, as it was read. */
export type InputVersion = { readonly dataset: string; readonly number: number; readonly version: Digest };

/** An immutable, published state of a dataset. Its id is the digest of its canonical text. */
export type Version = {
  readonly format: 1;
  readonly dataset: string;
  readonly parent?: Digest;
  readonly provenance: Provenance;
  readonly counts: Counts;
  /** Chunk list with one canonical `ShardRow` a line, in key order. */
  readonly shards: Digest;
  /** What the cells of a shard row are, in order: `records`, `admit`, the stages, perhaps `render`, `ledger`. */
  readonly columns: readonly Column[];
  /** Chunk list of the published tree, sorted by path: path, digest and size a line, with tabs between. */
  readonly tree: Digest;
  /** What exports noted for the next version: export id -> chunk list. */
  readonly notes: { readonly [exportId: string]: Digest };
};

/** A stage as it took part: `key` is the digest of its code versions and options. `inputs` are the indexes of the
 *  columns that it was made from; the column before it when absent. */
export type Column = { readonly name: string; readonly key: Digest; readonly inputs?: readonly number[] };

/** One column of one shard: a chunk, how many items it holds, and whether some of them should be tried again. */
export type Cell = { readonly digest: Digest; readonly items: number; readonly unsettled?: true };

/** A slice of the dataset, cut at record keys by content. Cells stand in the order of the version's columns. */
export type ShardRow = {
  readonly first: string;
  readonly last: string;
  readonly counts: Counts;
  readonly cells: readonly Cell[];
};

/** One file of the published tree. `picture` for the rendered picture of an item. */
export type TreeEntry = {
  readonly path: string;
  readonly digest: Digest;
  readonly size: number;
  readonly picture?: true;
};

/** The pointer under `refs/<dataset>/<number>`. `rolledBackTo`: the number whose version this one is again. */
export type Ref = {
  readonly version: Digest;
  readonly run: string;
  readonly publishedAt: string;
  readonly rolledBackTo?: number;
};

export type StageTime = {
  readonly id: string;
  /** Items in and out; reused ones were copied from the parent version or from an interrupted run. */
  readonly itemsIn: number;
  readonly itemsOut: number;
  readonly computed: number;
  readonly reused: number;
  /** From its first item to its last, in seconds. Stages of one pass overlap. */
  readonly seconds: number;
  /** Added up over everything that ran at once, in seconds. */
  readonly busySeconds: number;
};

export type RunTimes = {
  readonly run: string;
  readonly startedAt: string;
  readonly seconds: number;
  readonly stages: readonly StageTime[];
  readonly environment: JsonObject;
};
