// A store that lives as long as the process: for tests, and the shortest statement of what a store is.
import { StoreError } from "../contract/errors.ts";
import type { BlobRef } from "../contract/image.ts";
import { type Digest, digestOf } from "../contract/json.ts";
import type { ObjectEntry, ObjectStore, PutOptions } from "../contract/store.ts";
import { checkedKey, checkedPrefix } from "./keys.ts";

/** An empty store. It shares no bytes with its callers. */
export function createMemoryStore(): ObjectStore {
  const objects = new Map<string, MemoryObject>();

  const write = (key: string, body: Uint8Array, { ifAbsent = false, named = false }: PutOptions = {}) => {
    const there = objects.has(checkedKey(key));
    if (there && (ifAbsent || named)) return !ifAbsent;
    // Not `slice()`, with which a Buffer goes on sharing its memory.
    objects.set(key, { body: new Uint8Array(body), modifiedMs: Date.now() });
    return true;
  };

  return {
    place: "memory",
    get: (key) => Promise.try(() => objects.get(checkedKey(key))?.body.slice()),
    getStream: (key) =>
      Promise.try(() => {
        const body = objects.get(checkedKey(key))?.body;
        return body === undefined ? undefined : new Blob([body.slice()]).stream();
      }),
    put: (key, body, options) => Promise.try(() => write(key, body, options)),
    async putStream(pieces, keyOf) {
      const body = await joined(pieces);
      const ref = refOf(body);
      write(keyOf(ref.digest), body, { ifAbsent: true });
      return ref;
    },
    flush: () => Promise.resolve(),
    list: (prefix) => listed(objects, checkedPrefix(prefix)),
    copy: (from, to) =>
      Promise.try(() => {
        const body = objects.get(checkedKey(from))?.body;
        checkedKey(to);
        if (body === undefined) throw new StoreError("missing", `Cannot copy "${from}": there is no such object`);
        write(to, body, { ifAbsent: true });
      }),
    has: (key) => Promise.try(() => objects.has(checkedKey(key))),
    remove: (keys) =>
      Promise.try(() => {
        for (const key of keys) objects.delete(checkedKey(key));
      }),
  };
}

type MemoryObject = { readonly body: Uint8Array<ArrayBuffer>; readonly modifiedMs: number };

function refOf(body: Uint8Array): BlobRef {
  const digest: Digest = digestOf(body);
  return { digest, size: body.length };
}

async function joined(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: BlobPart[] = [];
  for await (const piece of pieces) chunks.push(piece.slice());
  return await new Blob(chunks).bytes();
}

async function* listed(objects: ReadonlyMap<string, MemoryObject>, prefix: string): AsyncIterable<ObjectEntry> {
  const keys = [...objects.keys()].filter((key) => key.startsWith(prefix)).sort();
  for (const key of keys) {
    const object = await Promise.resolve(objects.get(key));
    if (object !== undefined) yield { key, size: object.body.length, modifiedMs: object.modifiedMs };
  }
}
