// A store in front of another one: all is read from both, and nothing is written to the one behind.
import type { ObjectEntry, ObjectStore } from "../contract/store.ts";
import { createStorage, type DatasetStorage } from "./open.ts";

/** `above` gets what is written; of what is named by its bytes and `below` has already, nothing is. */
export function createOverlayStore(below: ObjectStore, above: ObjectStore): ObjectStore {
  const has = async (key: string) => await above.has(key) || await below.has(key);
  return {
    place: below.place,
    get: async (key) => await above.get(key) ?? await below.get(key),
    getStream: async (key) => await above.getStream(key) ?? await below.getStream(key),
    async put(key, body, options = {}) {
      const { ifAbsent = false, named = false } = options;
      if ((ifAbsent || named) && await below.has(key)) return !ifAbsent;
      return await above.put(key, body, options);
    },
    putStream: (pieces, keyOf) => above.putStream(pieces, keyOf),
    flush: () => above.flush(),
    list: (prefix) => merged(below.list(prefix), above.list(prefix)),
    async copy(from, to) {
      const body = await above.get(from) ?? await below.get(from);
      if (body === undefined) return await above.copy(from, to); // which says what is missing
      if (!await has(to)) await above.put(to, body, { ifAbsent: true });
    },
    has,
    remove: (keys) => above.remove(keys),
  };
}

/** The parts of a store behind an overlay. What interrupted runs have left is not looked at. */
export function createOverlayStorage({ store }: DatasetStorage, above: ObjectStore): DatasetStorage {
  return {
    ...createStorage(createOverlayStore(store, above)),
    memo: { get: () => Promise.resolve(undefined), put: () => {}, settled: () => Promise.resolve() },
  };
}

async function* merged(
  below: AsyncIterable<ObjectEntry>,
  above: AsyncIterable<ObjectEntry>,
): AsyncGenerator<ObjectEntry> {
  const upper = above[Symbol.asyncIterator]();
  let next = await upper.next();
  for await (const entry of below) {
    while (!next.done && next.value.key < entry.key) {
      yield next.value;
      next = await upper.next();
    }
    if (next.done || next.value.key !== entry.key) yield entry;
  }
  for (; !next.done; next = await upper.next()) yield next.value;
}
