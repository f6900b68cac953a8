// Lines of canonical JSON, many to an object: single chunks, and lists of any length that are cut by content.
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { type Digest, digestOf } from "../contract/json.ts";
import type { ObjectStore } from "../contract/store.ts";
import { corrupt, missing } from "./blobs.ts";
import { cutByContent } from "./cut.ts";
import { checkedDigest } from "./keys.ts";

/** Longest chunk that is read, in bytes: a damaged object cannot fill the memory. */
const longestChunk = 1 << 29;

/** Lines hold no line break, which canonical JSON never does: `RangeError` else. Equal lines have equal digests. */
export interface Chunks {
  /** Keeps a few thousand lines at most as one object. Durable after a flush of the store. */
  put(lines: readonly string[]): Promise<Digest>;
  /** The lines, compared with their name. `StoreError` with `missing` or `corrupt`. */
  get(digest: Digest): Promise<readonly string[]>;
  /** The same lines as UTF-8, each with its line break. */
  bytes(digest: Digest): Promise<Uint8Array>;
  has(digest: Digest): Promise<boolean>;
  /** Keeps lines of any number. A change of some lines changes only their chunks and the list of chunks. */
  putList(lines: AsyncIterable<string> | Iterable<string>): Promise<Digest>;
  /** The lines of a list in order; two chunks are held at a time. */
  readList(digest: Digest): AsyncIterable<string>;
}

/** The chunks of a store. */
export function createChunks(store: ObjectStore): Chunks {
  const put = async (lines: readonly string[]) => {
    const bytes = bytesOf(lines);
    const digest = digestOf(bytes);
    const key = chunkKeyOf(digest);
    // Looking first is cheaper than compressing for nothing.
    if (!await store.has(key)) await store.put(key, zstdCompressSync(bytes), { named: true });
    return digest;
  };

  const read = async (digest: Digest) => {
    const key = chunkKeyOf(digest);
    const packed = await store.get(key);
    if (packed === undefined) throw missing(store, key);
    const bytes = unpacked(store, key, packed);
    if (digestOf(bytes) !== digest) throw corrupt(store, key);
    return bytes;
  };
  const get = async (digest: Digest) => linesOf(await read(digest));

  return {
    put,
    get,
    bytes: read,
    has: (digest) => store.has(chunkKeyOf(digest)),
    async putList(lines) {
      const chunks: string[] = [];
      for await (const chunk of cutByContent(lines)) chunks.push(JSON.stringify(await put(chunk)));
      return await put(chunks);
    },
    async *readList(digest) {
      const chunks = (await get(digest)).map((line) => digestIn(store, digest, line));
      for await (const lines of oneAhead(chunks, get)) yield* lines;
    },
  };
}

/** Where the chunk of this digest is kept. */
export function chunkKeyOf(digest: Digest): string {
  return `chunks/${checkedDigest(digest).slice(0, 2)}/${digest}.zst`;
}

/** The digest of the chunk that is kept there; `undefined` when no chunk is. */
export function digestOfChunkKey(key: string): Digest | undefined {
  return /^chunks\/[0-9a-f]{2}\/([0-9a-f]{64})\.zst$/.exec(key)?.[1];
}

function bytesOf(lines: readonly string[]): Uint8Array {
  const text = lines.map((line) => `${line}\n`).join("");
  if (lines.some((line) => line.includes("\n"))) {
    throw new RangeError("Cannot keep lines in a chunk: one of them holds a line break");
  }
  return new TextEncoder().encode(text);
}

function linesOf(bytes: Uint8Array): readonly string[] {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes).split("\n").slice(0, -1);
}

function unpacked(store: ObjectStore, key: string, packed: Uint8Array): Uint8Array {
  try {
    return zstdDecompressSync(packed, { maxOutputLength: longestChunk });
  } catch (thrown) {
    throw corrupt(store, key, thrown);
  }
}

function digestIn(store: ObjectStore, list: Digest, line: string): Digest {
  const match = /^"([0-9a-f]{64})"$/.exec(line);
  if (match?.[1] === undefined) throw corrupt(store, chunkKeyOf(list));
  return match[1];
}

/** Results in order, the next one begun while one is used. A result that fails early waits, as a value, for its turn:
 *  a promise that rejects before anyone awaits it ends the process. */
async function* oneAhead<T, R>(values: readonly T[], read: (value: T) => Promise<R>): AsyncIterable<R> {
  const begin = (value: T) => read(value).then((result) => ({ result }), (thrown: unknown) => ({ thrown }));
  let next = values[0] === undefined ? undefined : begin(values[0]);
  for (let at = 1; next !== undefined; at++) {
    const settled: Awaited<typeof next> = await next;
    if ("thrown" in settled) throw settled.thrown;
    const following = values[at];
    next = following === undefined ? undefined : begin(following);
    yield settled.result;
  }
}
