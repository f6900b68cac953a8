// Bytes named by what they are.
import { createHash } from "node:crypto";
import { StoreError } from "../contract/errors.ts";
import type { BlobRef } from "../contract/image.ts";
import { type Digest, digestOf } from "../contract/json.ts";
import type { ObjectStore } from "../contract/store.ts";
import { checkedDigest } from "./keys.ts";

export interface Blobs {
  /** Keeps bytes; those that are there already are not written again. Durable after a flush of the store. */
  put(bytes: Uint8Array): Promise<BlobRef>;
  /** The same for bytes that come in pieces, of which one at a time is held. */
  putStream(pieces: AsyncIterable<Uint8Array>): Promise<BlobRef>;
  /** The bytes, compared with their name. `StoreError` with `missing` or `corrupt`. */
  get(blob: BlobRef | Digest): Promise<Uint8Array>;
  /** The same in pieces. Only after the last of them is it known that they are right: `corrupt` is thrown then. */
  getStream(blob: BlobRef | Digest): AsyncIterable<Uint8Array>;
  has(digest: Digest): Promise<boolean>;
  keyOf(digest: Digest): string;
}

/** The blobs of a store. */
export function createBlobs(store: ObjectStore): Blobs {
  const has = (digest: Digest) => store.has(blobKeyOf(digest));
  return {
    async put(bytes) {
      const digest = digestOf(bytes);
      await store.put(blobKeyOf(digest), bytes, { named: true });
      return { digest, size: bytes.length };
    },
    putStream: (pieces) => store.putStream(pieces, blobKeyOf),
    async get(blob) {
      const digest = typeof blob === "string" ? blob : blob.digest;
      const key = blobKeyOf(digest);
      const bytes = await store.get(key);
      if (bytes === undefined) throw missing(store, key);
      if (digestOf(bytes) !== digest) throw corrupt(store, key);
      return bytes;
    },
    async *getStream(blob) {
      const digest = typeof blob === "string" ? blob : blob.digest;
      const key = blobKeyOf(digest);
      const pieces = await store.getStream(key);
      if (pieces === undefined) throw missing(store, key);
      const hash = createHash("sha256");
      for await (const piece of pieces) {
        hash.update(piece);
        yield piece;
      }
      if (hash.digest("hex") !== digest) throw corrupt(store, key);
    },
    has,
    keyOf: blobKeyOf,
  };
}

/** Where the bytes of this digest are kept. */
export function blobKeyOf(digest: Digest): string {
  return `blobs/sha256/${checkedDigest(digest).slice(0, 2)}/${digest}`;
}

/** The digest of the blob that is kept there; `undefined` when no blob is. */
export function digestOfBlobKey(key: string): Digest | undefined {
  return /^blobs\/sha256\/[0-9a-f]{2}\/([0-9a-f]{64})$/.exec(key)?.[1];
}

/** The error for an object that something names and that is not there. */
export function missing(store: ObjectStore, key: string): StoreError {
  return new StoreError("missing", `Cannot read "${key}": it is not in "${store.place}"; bring it back from a copy`);
}

/** The error for an object whose bytes are not those of its name. */
export function corrupt(store: ObjectStore, key: string, cause?: unknown): StoreError {
  const reason = `its bytes in "${store.place}" are not what was written; bring it back from a copy`;
  return new StoreError("corrupt", `Cannot read "${key}": ${reason}`, { cause });
}
