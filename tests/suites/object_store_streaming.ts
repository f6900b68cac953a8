// What every store promises about bodies in pieces, and about taking objects away: parts of the suite of all stores.
import assert from "node:assert/strict";
import { digestOf } from "../../runtime/contract/json.ts";
import { bytesOf, listed, noise, piecesOf, wholeOf } from "./object_bytes.ts";
import type { StoreTest } from "./object_store_suite.ts";

export const streaming: Record<string, StoreTest> = {
  async "getStream() gives the bytes in pieces, flushed or not"(store) {
    const body = noise(3 << 20, 5);
    await store.put("a/b", body);
    assert.equal(digestOf(await wholeOf(await store.getStream("a/b"))), digestOf(body));
    await store.flush();
    const pieces = await store.getStream("a/b");
    assert.equal(digestOf(await wholeOf(pieces)), digestOf(body));
  },
  async "getStream() gives undefined when there is no such object"(store) {
    await store.put("a/b", bytesOf("hello"));
    for (const key of ["x", "a", "a/b/c"]) assert.equal(await store.getStream(key), undefined, key);
  },
  async "getStream() keeps an empty body"(store) {
    await store.put("empty", new Uint8Array());
    await store.flush();
    assert.equal((await wholeOf(await store.getStream("empty"))).length, 0);
  },
  async "getStream() lets a reader stop early"(store) {
    await store.put("a", noise(1 << 20, 6));
    await store.flush();
    for await (const piece of await store.getStream("a") ?? []) {
      assert.ok(piece.length > 0);
      break;
    }
    assert.equal((await store.get("a"))?.length, 1 << 20);
  },
  async "getStream() gives one state of an object that is written again meanwhile"(store) {
    const bodies = [noise(2 << 20, 1), noise(2 << 20, 2)];
    await store.put("a", bodies[0] ?? bytesOf(""));
    await store.flush();
    const pieces = await store.getStream("a");
    await store.put("a", bodies[1] ?? bytesOf(""));
    await store.flush();
    assert.ok(bodies.map(digestOf).includes(digestOf(await wholeOf(pieces))));
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
  async "putStream() keeps a stream that is longer than memory should hold"(store) {
    const body = noise(18 << 20, 8);
    const ref = await store.putStream(piecesOf(body, 300_001), (digest) => `by/${digest}`);
    assert.deepEqual(ref, { digest: digestOf(body), size: body.length });
    await store.flush();
    assert.equal(digestOf(await wholeOf(await store.getStream(`by/${ref.digest}`))), ref.digest);
  },
};

export const removing: Record<string, StoreTest> = {
  async "remove() takes objects away, flushed or not"(store, { again }) {
    for (const key of ["a", "b/c", "b/d", "e"]) await store.put(key, bytesOf(key));
    await store.remove(["b/c"]);
    await store.flush();
    await store.remove(["a", "none", "b/none"]);
    const other = await again?.() ?? store;
    for (const key of ["a", "b/c"]) {
      assert.equal(await store.has(key), false, key);
      assert.equal(await other.get(key), undefined, key);
      assert.equal(await other.getStream(key), undefined, key);
    }
    assert.deepEqual(await listed(store, ""), [["b/d", 3], ["e", 1]]);
  },
  async "remove() lets a key be used again"(store) {
    assert.equal(await store.put("a", bytesOf("one"), { ifAbsent: true }), true);
    await store.remove(["a"]);
    assert.equal(await store.put("a", bytesOf("two"), { ifAbsent: true }), true);
    assert.deepEqual(await store.get("a"), bytesOf("two"));
  },
  async "remove() leaves a copy of what it removes"(store) {
    await store.put("a", bytesOf("hello"));
    await store.copy("a", "b");
    await store.remove(["a"]);
    assert.deepEqual(await store.get("b"), bytesOf("hello"));
  },
  async "remove() of nothing does nothing"(store) {
    await store.remove([]);
    assert.deepEqual(await listed(store, ""), []);
  },
};
