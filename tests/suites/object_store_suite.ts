// What every store promises. Each implementation runs all of it.
import assert from "node:assert/strict";
import { digestOf } from "../../runtime/contract/json.ts";
import { StoreError } from "../../runtime/contract/errors.ts";
import type { ObjectStore } from "../../runtime/contract/store.ts";

/** A fresh, empty store, closed by the suite. `again` opens the same place once more, where that can be. */
export type OpenedStore = AsyncDisposable & {
  readonly store: ObjectStore;
  readonly again?: () => Promise<ObjectStore>;
};

type StoreTest = (store: ObjectStore, opened: OpenedStore) => Promise<void>;

/** Declares the tests of `name`, such as `createMemoryStore()`; `declare` where a test needs more than this process. */
export function objectStoreSuite(
  name: string,
  open: () => Promise<OpenedStore>,
  declare: (title: string, body: () => Promise<void>) => void = Deno.test,
): void {
  for (const [does, test] of Object.entries({ ...reading, ...writing, ...racing, ...listing, ...keys })) {
    const title = `${name} ${does}`;
    declare(title, async () => {
      await using opened = await open();
      await test(opened.store, opened);
    });
  }
}

const reading: Record<string, StoreTest> = {
  async "get() gives what put() wrote"(store) {
    assert.equal(await store.put("a/b", bytesOf("hello")), true);
    assert.deepEqual(await store.get("a/b"), bytesOf("hello"));
  },
  async "get() gives undefined when there is no such object"(store) {
    await store.put("a/b", bytesOf("hello"));
    for (const key of ["x", "a", "a/b/c", "a/b2", "a/c"]) assert.equal(await store.get(key), undefined, key);
  },
  async "has() tells objects from what only looks like one"(store) {
    await store.put("a/b", bytesOf("hello"));
    assert.equal(await store.has("a/b"), true);
    for (const key of ["x", "a", "a/b/c", "a/b2", "a/c"]) assert.equal(await store.has(key), false, key);
  },
  async "keeps an empty body"(store) {
    await store.put("empty", new Uint8Array());
    await store.put("none", new Uint8Array(), { ifAbsent: true });
    assert.equal((await store.get("empty"))?.length, 0);
    assert.equal((await store.get("none"))?.length, 0);
    assert.deepEqual(await listed(store, ""), [["empty", 0], ["none", 0]]);
  },
  async "keeps a body of 20 MB byte for byte"(store) {
    const body = noise(20 << 20, 7);
    await store.put("large", body);
    assert.equal(digestOf(await store.get("large") ?? bytesOf("")), digestOf(body));
  },
  async "shares no bytes with its callers"(store) {
    const body = bytesOf("hello");
    await store.put("a", body);
    body.fill(0);
    (await store.get("a"))?.fill(1);
    assert.deepEqual(await store.get("a"), bytesOf("hello"));
  },
};

const writing: Record<string, StoreTest> = {
  async "put() takes the place of what was there"(store) {
    for (const text of ["one", "two", ""]) {
      await store.put("a/b", bytesOf(text));
      assert.deepEqual(await store.get("a/b"), bytesOf(text));
    }
  },
  async "put() leaves the last of many writes begun one after the other"(store) {
    await Promise.all(Array.from({ length: 50 }, (_, at) => store.put("a/b", bytesOf(`${at}`))));
    await store.put("a/b", bytesOf("last"));
    await store.flush();
    assert.deepEqual(await store.get("a/b"), bytesOf("last"));
  },
  async "put() with ifAbsent leaves what is there, flushed or not"(store) {
    await store.put("a", bytesOf("one"));
    assert.equal(await store.put("a", bytesOf("two"), { ifAbsent: true }), false);
    await store.flush();
    assert.equal(await store.put("a", bytesOf("three"), { ifAbsent: true }), false);
    assert.deepEqual(await store.get("a"), bytesOf("one"));
  },
  async "flush() makes all there for whoever opens the place again"(store, { again }) {
    const keys = Array.from({ length: 300 }, (_, at) => `some/${at % 7}/object-${at}`);
    await Promise.all(keys.map((key) => store.put(key, bytesOf(key))));
    await Promise.all([store.flush(), store.flush()]);
    const other = await again?.() ?? store;
    for (const key of keys) assert.deepEqual(await other.get(key), bytesOf(key));
  },
  async "flush() does nothing when nothing was written"(store) {
    await store.flush();
    assert.deepEqual(await listed(store, ""), []);
  },
  async "putStream() names the object by its digest"(store) {
    const body = noise(300_000, 3);
    const ref = await store.putStream(piecesOf(body, 70_000), (digest) => `by/${digest}`);
    assert.deepEqual(ref, { digest: digestOf(body), size: body.length });
    assert.deepEqual(await store.get(`by/${ref.digest}`), body);
    assert.deepEqual(await store.putStream(piecesOf(body, 9_999), (digest) => `by/${digest}`), ref);
    assert.deepEqual(await listed(store, ""), [[`by/${ref.digest}`, body.length]]);
  },
  async "putStream() keeps a stream of nothing"(store) {
    const ref = await store.putStream(piecesOf(new Uint8Array(), 1), (digest) => `by/${digest}`);
    assert.equal(ref.size, 0);
    assert.equal((await store.get(`by/${ref.digest}`))?.length, 0);
  },
  async "putStream() passes on what its pieces throw and writes nothing"(store) {
    const pieces = async function* () {
      yield await Promise.resolve(bytesOf("some"));
      throw new RangeError("from the pieces");
    };
    await assert.rejects(store.putStream(pieces(), (digest) => digest), new RangeError("from the pieces"));
    await store.flush();
    assert.deepEqual(await listed(store, ""), []);
  },
  async "copy() gives the bytes a second name"(store) {
    await store.put("a/b", bytesOf("hello"));
    await store.copy("a/b", "c/d/e");
    assert.deepEqual(await store.get("c/d/e"), bytesOf("hello"));
    await store.put("a/b", bytesOf("other"));
    assert.deepEqual(await store.get("c/d/e"), bytesOf("hello"));
  },
  async "copy() leaves what is there"(store) {
    await store.put("a", bytesOf("one"));
    await store.put("b", bytesOf("two"));
    await store.copy("a", "b");
    await store.flush();
    assert.deepEqual(await store.get("b"), bytesOf("two"));
  },
  async "copy() of what is missing says so"(store) {
    await assert.rejects(
      store.copy("none", "to"),
      (error) => error instanceof StoreError && error.failure === "missing",
    );
    assert.equal(await store.has("to"), false);
  },
};

const racing: Record<string, StoreTest> = {
  async "put() with ifAbsent tells exactly one of many that it won"(store) {
    for (let round = 0; round < 20; round++) {
      const tries = Array.from(
        { length: 24 },
        (_, at) => store.put(`refs/${round}`, bytesOf(`${at}`), { ifAbsent: true }),
      );
      const won = await Promise.all(tries);
      assert.equal(won.filter(Boolean).length, 1);
      assert.deepEqual(await store.get(`refs/${round}`), bytesOf(`${won.indexOf(true)}`));
    }
  },
  async "put() with ifAbsent tells exactly one of several stores at one place that it won"(store, { again }) {
    const stores = await Promise.all(Array.from({ length: 8 }, () => again?.() ?? store));
    for (let round = 0; round < 10; round++) {
      const tries = stores.map((each, at) => each.put(`refs/${round}`, bytesOf(`${at}`), { ifAbsent: true }));
      const won = await Promise.all(tries);
      assert.equal(won.filter(Boolean).length, 1);
      for (const each of stores) assert.deepEqual(await each.get(`refs/${round}`), bytesOf(`${won.indexOf(true)}`));
    }
  },
  async "get() never sees part of an object that is written again and again"(store) {
    const bodies = [noise(100_000, 1), noise(200_000, 2)];
    const whole = bodies.map(digestOf);
    await store.put("a", bodies[0] ?? bytesOf(""));
    const write = async () => {
      for (let at = 0; at < 40; at++) await store.put("a", bodies[at % 2] ?? bytesOf(""));
    };
    const read = async () => {
      for (let at = 0; at < 40; at++) assert.ok(whole.includes(digestOf(await store.get("a") ?? bytesOf(""))));
    };
    await Promise.all([write(), read(), read()]);
  },
};

const listing: Record<string, StoreTest> = {
  async "list() is in the byte order of whole keys"(store) {
    const names = ["a/b", "a.b", "a-b", "a/b/c2", "a0", "a", "B", "~", "a/B", "a b/c", "_", "b/00000010", "b/00000009"];
    const keys = names.filter((key) => key !== "a" && key !== "a/b");
    for (const key of keys) await store.put(key, bytesOf(key));
    assert.deepEqual(await listed(store, ""), keys.toSorted().map((key) => [key, key.length]));
  },
  async "list() takes a prefix that ends anywhere"(store) {
    for (const key of ["r/a/1", "r/a/2", "r/ab/1", "r/b/1", "ra"]) await store.put(key, bytesOf(key));
    const keysFrom = async (prefix: string) => (await listed(store, prefix)).map(([key]) => key);
    assert.deepEqual(await keysFrom("r/a/"), ["r/a/1", "r/a/2"]);
    assert.deepEqual(await keysFrom("r/a"), ["r/a/1", "r/a/2", "r/ab/1"]);
    assert.deepEqual(await keysFrom("r/a/2"), ["r/a/2"]);
    assert.deepEqual(await keysFrom("r"), ["r/a/1", "r/a/2", "r/ab/1", "r/b/1", "ra"]);
    assert.deepEqual(await keysFrom("none/"), []);
    assert.deepEqual(await keysFrom("ra/"), []);
  },
  async "list() goes on while others write"(store) {
    for (let at = 100; at < 150; at++) await store.put(`k/${at}`, bytesOf("before"));
    const seen: string[] = [];
    for await (const { key } of store.list("k/")) {
      seen.push(key);
      await store.put(`k/${seen.length + 200}`, bytesOf("meanwhile"));
    }
    assert.deepEqual(seen.slice(0, 50), Array.from({ length: 50 }, (_, at) => `k/${at + 100}`));
    assert.deepEqual(seen, seen.toSorted());
    assert.equal(new Set(seen).size, seen.length);
  },
};

const badKeys = [
  "",
  ".",
  "..",
  "/a",
  "a/",
  "a//b",
  "a/../b",
  "a/./b",
  ".hidden",
  "a/.hidden",
  "é",
  "a\nb",
  "a\0b",
  "a\\b",
];

const keys: Record<string, StoreTest> = {
  async "refuses keys that are none"(store) {
    for (const key of [...badKeys, "tmp", "tmp/a", "x".repeat(256), "a/".repeat(512) + "a"]) {
      await assert.rejects(store.get(key), RangeError, `get ${key}`);
      await assert.rejects(store.put(key, bytesOf("x")), RangeError, `put ${key}`);
      await assert.rejects(store.put(key, bytesOf("x"), { ifAbsent: true }), RangeError, `put absent ${key}`);
      await assert.rejects(store.has(key), RangeError, `has ${key}`);
      await assert.rejects(store.copy("a", key), RangeError, `copy to ${key}`);
      await assert.rejects(store.copy(key, "b"), RangeError, `copy from ${key}`);
      await assert.rejects(store.putStream(piecesOf(bytesOf("x"), 1), () => key), RangeError, `stream to ${key}`);
    }
    await store.flush();
    assert.deepEqual(await listed(store, ""), []);
  },
  async "refuses prefixes with which no key starts"(store) {
    for (const prefix of ["/", "..", "../", "a/../", "a//", ".", "tmp/", "é"]) {
      await assert.rejects(listed(store, prefix), RangeError, prefix);
    }
  },
  async "takes keys of all printable characters"(store) {
    const key = "refs/a b~1/!\"#$%&'()*+,-0:;<=>?@[]^_`{|}";
    await store.put(key, bytesOf("x"));
    await store.flush();
    assert.deepEqual(await listed(store, "refs/"), [[key, 1]]);
  },
};

/** Keys and sizes of a listing. */
export async function listed(store: ObjectStore, prefix: string): Promise<(readonly [string, number])[]> {
  const entries: (readonly [string, number])[] = [];
  for await (const { key, size } of store.list(prefix)) entries.push([key, size]);
  return entries;
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Bytes that no compression makes shorter; equal seeds give equal bytes. */
export function noise(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0, state = seed * 2654435761 + 1; at < length; at++) {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

async function* piecesOf(body: Uint8Array, length: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < body.length; at += length) yield await Promise.resolve(body.slice(at, at + length));
}
