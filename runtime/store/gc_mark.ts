// Finds out what is needed. Nothing here knows what versions and chunks look like, so that nothing needed is missed when
// they change: whatever looks like a digest in them counts as a name.
import type { Digest } from "../contract/json.ts";
import type { ShardRow } from "../contract/version.ts";
import { chunkKeyOf, digestOfChunkKey } from "./chunks.ts";
import { missing } from "./blobs.ts";
import { createDigestSet, type DigestSet, eachDigest } from "./digest_set.ts";
import { eachAtOnce } from "./each_at_once.ts";
import { type DatasetVersion, idOf } from "./gc_roots.ts";
import { jsonBytes } from "./json_text.ts";
import type { DatasetStorage } from "./open.ts";

/** Objects that are read at once. */
const atOnce = 16;

export interface Marks {
  /** Adds what these versions reach, with the files beside them, and what memo entries reach that were written after
   *  `memoSinceMs`. Throws `StoreError` when a version cannot be read whole: what it reaches is not known then. */
  add(versions: readonly DatasetVersion[], memoSinceMs: number): Promise<void>;
  has(digest: Digest): boolean;
  readonly size: number;
}

export type MarkOptions = {
  readonly signal?: AbortSignal | undefined;
  /** Told now and then how many chunks were read. */
  readonly onProgress?: ((chunks: number) => void) | undefined;
};

type Marking = MarkOptions & {
  readonly storage: DatasetStorage;
  readonly named: DigestSet;
  /** Chunks that were read. */
  readonly read: DigestSet;
  /** Versions whose names are in, by dataset and id, and run folders likewise. */
  readonly entered: Set<string>;
};

/** No marks yet. Marks are only ever added. */
export function createMarks(storage: DatasetStorage, options: MarkOptions = {}): Marks {
  const named = createDigestSet();
  const marking: Marking = { ...options, storage, named, read: createDigestSet(), entered: new Set() };
  return {
    async add(versions, memoSinceMs) {
      const fresh = versions.filter((one) => !marking.entered.has(idOf(one)));
      for (const one of versions) await enterVersion(marking, one);
      await enterMemo(marking, memoSinceMs);
      await enterOutbox(marking);
      const there = await readNamedChunks(marking);
      const checked = createDigestSet();
      for (const one of fresh) await checkWhole(marking, one, there, checked);
    },
    has: named.has,
    get size() {
      return named.size;
    },
  };
}

async function enterVersion(marking: Marking, one: DatasetVersion): Promise<void> {
  const { storage: { versions, runs }, named, entered } = marking;
  const { dataset, ref } = one;
  if (!entered.has(idOf(one))) {
    enter(named, jsonBytes(await versions.get(dataset, ref.version)));
    entered.add(idOf(one));
  }
  const run = `${dataset} ${ref.run}`;
  if (entered.has(run)) return;
  const files = await runs.get({ dataset, id: ref.run }, "files.txt");
  if (files === undefined) return;
  enter(named, files);
  entered.add(run);
}

function enter(named: DigestSet, bytes: Uint8Array): void {
  eachDigest(bytes, (at) => named.addAt(bytes, at));
}

/** A run that was killed goes on from these. */
async function enterMemo({ storage: { store }, named, signal }: Marking, sinceMs: number): Promise<void> {
  const young = async function* () {
    for await (const { key, modifiedMs } of store.list("shards/")) if (modifiedMs >= sinceMs) yield key;
  };
  await eachAtOnce(young(), atOnce, async (key) => {
    signal?.throwIfAborted();
    const bytes = await store.get(key);
    if (bytes !== undefined) enter(named, bytes);
  });
}

/** Messages that wait, and those of the delivery log, with the images that they show. */
async function enterOutbox({ storage: { store }, named }: Marking): Promise<void> {
  for await (const { key } of store.list("outbox/")) {
    const bytes = key.endsWith(".json") ? await store.get(key) : undefined;
    if (bytes !== undefined) enter(named, bytes);
  }
}

/** Reads every chunk that is named, until none names another, and gives all that there are. A chunk that was named
 *  before it was there is found as well. */
async function readNamedChunks(marking: Marking): Promise<DigestSet> {
  const { storage: { store, chunks }, named, read, signal, onProgress } = marking;
  const there = createDigestSet();
  let unread: Digest[] = [];
  for await (const { key } of store.list("chunks/")) {
    const digest = digestOfChunkKey(key);
    if (digest === undefined) continue;
    there.add(digest);
    if (!read.has(digest)) unread.push(digest);
  }
  for (;;) {
    const next = unread.filter(named.has);
    if (next.length === 0) return there;
    await eachAtOnce(next, atOnce, async (digest) => {
      signal?.throwIfAborted();
      enter(named, await chunks.bytes(digest));
      read.add(digest);
      if (read.size % 100 === 0) onProgress?.(read.size);
    });
    unread = unread.filter((digest) => !read.has(digest));
  }
}

/** Throws when a chunk of a version is not there: what that chunk names would be taken for garbage. */
async function checkWhole(
  { storage, signal }: Marking,
  { dataset, ref }: DatasetVersion,
  there: DigestSet,
  checked: DigestSet,
): Promise<void> {
  const { chunks, versions, store } = storage;
  const { shards, tree, notes } = await versions.get(dataset, ref.version);
  const need = (digest: Digest) => {
    if (!there.has(digest)) throw missing(store, chunkKeyOf(digest));
  };
  for (const list of [shards, tree, ...Object.values(notes)]) {
    need(list);
    for (const line of await chunks.get(list)) {
      signal?.throwIfAborted();
      const digest: Digest = JSON.parse(line);
      need(digest);
      if (list !== shards || !checked.add(digest)) continue;
      for (const row of await chunks.get(digest)) {
        const { cells }: ShardRow = JSON.parse(row);
        cells.forEach((cell) => need(cell.digest));
      }
    }
  }
}
