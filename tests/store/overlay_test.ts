import assert from "node:assert/strict";
import { digestOf } from "../../runtime/contract/json.ts";
import { createMemoryStore } from "../../runtime/store/memory.ts";
import { createStorage } from "../../runtime/store/open.ts";
import { createOverlayStorage, createOverlayStore } from "../../runtime/store/overlay.ts";
import { objectStoreSuite } from "../suites/object_store_suite.ts";

objectStoreSuite("createOverlayStore()", () => {
  const store = createOverlayStore(createMemoryStore(), createMemoryStore());
  return Promise.resolve({
    store,
    again: () => Promise.resolve(store),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
});

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

async function keysOf(store: ReturnType<typeof createMemoryStore>): Promise<string[]> {
  return (await Array.fromAsync(store.list(""))).map(({ key }) => key);
}

Deno.test("createOverlayStore() reads from both and writes to the one in front", async () => {
  const [below, above] = [createMemoryStore(), createMemoryStore()];
  await below.put("a", bytesOf("old"));
  await below.put("c", bytesOf("below"));
  const store = createOverlayStore(below, above);
  await store.put("a", bytesOf("new"));
  await store.put("b", bytesOf("above"));
  assert.deepEqual(await store.get("a"), bytesOf("new"));
  assert.deepEqual(await store.get("c"), bytesOf("below"));
  assert.deepEqual((await Array.fromAsync(store.list(""))).map(({ key, size }) => `${key} ${size}`), [
    "a 3",
    "b 5",
    "c 5",
  ]);
  await store.copy("c", "d");
  await store.remove(["c", "b"]);
  assert.deepEqual(await below.get("a"), bytesOf("old"));
  assert.deepEqual([await keysOf(below), await keysOf(above)], [["a", "c"], ["a", "d"]]);
});

Deno.test("createOverlayStore() does not write what is there already under the name of its bytes", async () => {
  const [below, above] = [createMemoryStore(), createMemoryStore()];
  const digest = digestOf("hello");
  await createStorage(below).blobs.put(bytesOf("hello"));
  const storage = createOverlayStorage(createStorage(below), above);
  assert.deepEqual(await storage.blobs.put(bytesOf("hello")), { digest, size: 5 });
  assert.deepEqual(await keysOf(above), []);
  assert.equal(
    await createOverlayStore(below, above).put(storage.blobs.keyOf(digest), bytesOf("x"), { ifAbsent: true }),
    false,
  );
});

Deno.test("createOverlayStorage() remembers nothing of shards that were finished", async () => {
  const below = createStorage(createMemoryStore());
  await below.memo.put(digestOf("stage"), digestOf("input"), { digest: digestOf("x"), items: 1 });
  const { memo } = createOverlayStorage(below, createMemoryStore());
  await memo.put(digestOf("stage"), digestOf("other"), 1);
  assert.deepEqual([
    await memo.get(digestOf("stage"), digestOf("input")),
    await memo.get(digestOf("stage"), digestOf("other")),
  ], [undefined, undefined]);
});
