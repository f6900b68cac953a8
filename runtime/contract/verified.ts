// What a verification finds. Plain data: `--json` prints it as it is.

export type FindingKind = "ref" | "tag" | "version" | "chunk" | "blob" | "published" | "counts";

/** One thing that is not as it was written. */
export type Finding = {
  readonly kind: FindingKind;
  /** Key of the object; of what is published, its path. */
  readonly key: string;
  /** A sentence without a subject's name and without a period: `it is missing`. */
  readonly what: string;
  readonly affects: readonly Affected[];
};

/** What a version, which may have several numbers, loses by it. */
export type Affected = {
  readonly dataset: string;
  readonly numbers: readonly number[];
  /** `version`: all of it. `records`: a slice of them. */
  readonly noun: "version" | "image" | "picture" | "file" | "records";
  /** Ids, paths or slices; the first few. */
  readonly names: readonly string[];
  /** How many there are. */
  readonly count: number;
};

/** How much was looked at. */
export type Verified = {
  readonly versions: number;
  readonly expired: number;
  readonly chunks: number;
  readonly blobs: number;
  /** Published files that are no links to blobs. */
  readonly files: number;
  /** Bytes read of blobs and files. */
  readonly bytes: number;
};
