// What every store promises. Each implementation runs all of it.
import assert from "node:assert/strict";
import { digestOf } from "../../runtime/contract/json.ts";
import { StoreError } from "../../runtime/contract/errors.ts";
import type { ObjectStore } from "../../runtime/contract/store.ts";
import { bytesOf, listed, noise, piecesOf } from "./object_bytes.ts";
import { removing, streaming } from "./object_store_streaming.ts";

export { bytesOf, listed, noise };

/** A fresh, empty store, closed by the suite. `again` opens the same place once more, where that can be. */
export type OpenedStore = AsyncDisposable & {
  readonly store: ObjectStore;
  readonly again?: () => Promise<ObjectStore>;
};

export type StoreTest = (store: ObjectStore, opened: OpenedStore) => Promise<void>;

/** Declares the tests of `name`, such as `createMemoryStore()`; `declare` where a test needs more than this process. */
export function objectStoreSuite(
  name: string,
  open: () => Promise<OpenedStore>,
  declare: (title: string, body: () => Promise<void>) => void = Deno.test,
): void {
  const all = { ...reading, ...streaming, ...writing, ...racing, ...listing, ...removing, ...keys };
  for (const [does, test] of Object.entries(all)) {
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
  async "put() of a named object writes what is not there and leaves what is"(store, { again }) {
    for (const length of [10, 2 << 20]) {
      const body = noise(length, 4);
      const key = `by/${digestOf(body)}`;
      assert.equal(await store.put(key, body, { named: true }), true);
      assert.equal(await store.put(key, body, { named: true }), true);
      await store.flush();
      assert.equal(digestOf(await (await again?.() ?? store).get(key) ?? bytesOf("")), digestOf(body));
    }
    assert.equal((await listed(store, "by/")).length, 2);
  },
  async "put() of something else takes the place of what streamed in"(store) {
    const { digest } = await store.putStream(piecesOf(bytesOf("one"), 2), (digest) => digest);
    await store.put(digest, bytesOf("two"));
    await store.flush();
    assert.deepEqual(await store.get(digest), bytesOf("two"));
  },
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
  async "list() says when each object was written last, by one clock"(store) {
    const modified = async (key: string) => {
      for await (const entry of store.list(key)) return entry.modifiedMs;
      return assert.fail(`${key} is not listed`);
    };
    await store.put("a", bytesOf("x"));
    await store.put("b", bytesOf("x"), { ifAbsent: true });
    await store.flush();
    const [a, b] = [await modified("a"), await modified("b")];
    // Servers round to seconds.
    assert.ok(Math.abs(a - b) < 60_000 && a > Date.UTC(2020), `${a}, ${b}`);
    await store.put("a", bytesOf("y"));
    await store.flush();
    assert.ok(await modified("a") >= a);
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
      await assert.rejects(store.getStream(key), RangeError, `get in pieces ${key}`);
      await assert.rejects(store.remove([key]), RangeError, `remove ${key}`);
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
