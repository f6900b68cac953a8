// The only door to bytes that outlive a run.
import type { BlobRef } from "./image.ts";
import type { Digest } from "./json.ts";

/** Keys are relative paths of printable ASCII without backslashes, `/` between parts, 255 characters a part and 1,024 in
 *  all; no part is empty or starts with a dot, and the first is not `tmp`. `RangeError` for any other.
 *
 *  What is put is there for this store object as soon as `put` resolves, and never in part for anyone. It is there for
 *  everyone, also after a power cut, once `flush` has resolved. So whoever writes something that names other objects
 *  flushes first, and then puts it. All methods throw `StoreError`. */
export interface ObjectStore {
  /** Says where this is, for messages. */
  readonly place: string;
  /** The absolute path of the folder whose files the objects are, key by key; absent when they are no files. */
  readonly folder?: string;
  /** The bytes, or `undefined` when there is no such object. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** Writes, in place of what was there. With `ifAbsent`, writes only when there is no such object and says whether it
   *  did: of any number of writers at once exactly one is told `true`, and the object is durable without a flush. */
  put(key: string, body: Uint8Array, options?: PutOptions): Promise<boolean>;
  /** Writes pieces, one after the other, under the key that `keyOf` makes from their digest, unless that is there
   *  already. Holds no more than a piece in memory. */
  putStream(pieces: AsyncIterable<Uint8Array>, keyOf: (digest: Digest) => string): Promise<BlobRef>;
  /** Resolves when all that was put or copied before, and all that `has` found, is durable. */
  flush(): Promise<void>;
  /** Objects whose key starts with `prefix`, in byte order. What is put meanwhile may be left out. */
  list(prefix: string): AsyncIterable<ObjectEntry>;
  /** Makes `to` hold the bytes of `from`; they may share storage. An existing `to` is left as it is. `StoreError`
   *  with `missing` when there is no `from`. */
  copy(from: string, to: string): Promise<void>;
  has(key: string): Promise<boolean>;
}

export type PutOptions = { readonly ifAbsent?: boolean };

/** `size` in bytes. */
export type ObjectEntry = { readonly key: string; readonly size: number };
