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
  /** Gives objects plain names for people, where they are no files; absent when they are. */
  readonly views?: Views;
  /** The bytes, or `undefined` when there is no such object. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** The same in pieces, of which few are held at a time. */
  getStream(key: string): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** Writes, in place of what was there. With `ifAbsent`, writes only when there is no such object and says whether it
   *  did: of any number of writers at once exactly one is told `true`, and the object is durable without a flush. With
   *  `named`, the key is made from the body, so that an object that is there already may stay as it is. */
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
  /** Removes objects; those that are not there are no error. No run calls this: what is written stays until somebody
   *  cleans up. */
  remove(keys: readonly string[]): Promise<void>;
}

export type PutOptions = { readonly ifAbsent?: boolean; readonly named?: boolean };

/** `size` in bytes; `modifiedMs` since 1970, by the clock of whoever holds the objects. */
export type ObjectEntry = { readonly key: string; readonly size: number; readonly modifiedMs: number };

/** What people see below `published/`. Paths may be any UTF-8 that is no key; nothing here is read by the product. */
export interface Views {
  /** Gives the object `key` the name `path` too. What is there is replaced. */
  show(key: string, path: string): Promise<void>;
  /** Writes a small text. */
  say(path: string, text: string): Promise<void>;
  /** Takes all names away that start so. */
  hide(prefix: string): Promise<void>;
}
