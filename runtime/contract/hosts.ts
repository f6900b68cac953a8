// The doors through which sources reach files, other datasets and buckets.
import type { Item } from "./item.ts";
import type { InputVersion } from "./version.ts";

export type FileEntry = {
  /** Relative to the root, `/` between parts. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly modifiedMs: number;
  /** Set when the entry must not be read (a link that leaves the root, a name that is not UTF-8 …). */
  readonly broken?: { readonly reason: string; readonly detail: string };
};

export type FileQuery = {
  readonly root: string;
  /** Globs on the relative path (`**` crosses folders); all files when empty. */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
};

/** Reading files, confined to a root: no `..`, no link that leaves it. */
export interface FilesHost {
  /** Regular files below the root in UTF-8 byte order of their path. Hidden entries (leading dot) are left out.
   *  Throws `InputError` when the root is missing or no folder. */
  walk(query: FileQuery, signal: AbortSignal): AsyncIterable<FileEntry>;
  /** `ItemError` when the file is gone, unreadable, outside the root or larger than the limit. */
  read(root: string, path: string, signal: AbortSignal): Promise<Uint8Array>;
  /** A text file of the source itself, such as a sidecar table; `undefined` when there is none. */
  text(root: string, path: string): Promise<string | undefined>;
  /** Each of these files as `walk` would give it, in their order, for sources that learn paths elsewhere; `broken` with
   *  the reason `gone` where there is none. Some hundred paths a call are quick. Throws `InputError` as `walk` does. */
  states(root: string, paths: readonly string[], signal: AbortSignal): Promise<readonly FileEntry[]>;
}

/** A file of this machine or an object in a bucket that is read in parts: tables, videos. */
export interface InputFile extends AsyncDisposable {
  /** The last part of its path. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Changes when the bytes do. */
  readonly revision: string;
  /** Bytes from `start` up to `end`, which is left out; fewer at the end of the file. */
  slice(start: number, end: number, signal: AbortSignal): Promise<Uint8Array>;
  /** All of it, in pieces. */
  stream(signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** Its absolute path on this machine, for other programs. An object is downloaded into the folder for large things. */
  local(signal: AbortSignal): Promise<string>;
}

/** Single files, wherever they are. There is no limit on their size. */
export interface InputsHost {
  /** Opens a path, looked up from the working folder, or an `s3://` address. `InputError` when there is none. */
  open(address: string, signal: AbortSignal): Promise<InputFile>;
}

/** Other datasets of the store that this run writes to. */
export interface DatasetsHost {
  /** `cameras`, `cameras@3` or `cameras@tag`; the newest version without more. It is named in the provenance of the
   *  version that is made. `InputError` when there is none, or when a dataset would read itself. */
  open(name: string): Promise<InputDataset>;
}

export interface InputDataset extends InputVersion {
  /** Its items in the order of `compareItems`. */
  items(): AsyncIterable<Item>;
}

/** Buckets of S3 and of servers that speak its language. */
export interface BucketsHost {
  /** Opens `s3://bucket/prefix?region=…&endpoint=…`. `InputError` for any other address. */
  open(address: string): Promise<Bucket>;
}

export type BucketEntry = {
  /** Relative to the prefix. */
  readonly path: string;
  /** Changes when the bytes do. */
  readonly etag: string;
  /** Bytes. */
  readonly size: number;
  readonly modifiedMs: number;
  /** Set when the object must not be read (more than the limit, a name that is no path …). */
  readonly broken?: { readonly reason: string; readonly detail: string };
};

export interface Bucket {
  /** Objects below the prefix in UTF-8 byte order of their paths. Globs as for `FileQuery`. Folders (`x/`) and hidden
   *  entries (leading dot) are left out. Throws `InputError` when the bucket cannot be listed. */
  list(query: Omit<FileQuery, "root">, signal: AbortSignal): AsyncIterable<BucketEntry>;
  /** The bytes. `TransientError` when they are no longer those of `etag`; `ItemError` when they are gone, not allowed or
   *  more than the limit. */
  read(path: string, etag: string, signal: AbortSignal): Promise<Uint8Array>;
  /** A text of the source itself, such as a table beside its images; `undefined` when there is none. */
  text(path: string, signal: AbortSignal): Promise<string | undefined>;
}
