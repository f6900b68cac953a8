import assert from "node:assert/strict";
import { StoreError } from "../../runtime/contract/errors.ts";
import { digestOf } from "../../runtime/contract/json.ts";
import { createBlobs } from "../../runtime/store/blobs.ts";
import { createMemoryStore } from "../../runtime/store/memory.ts";
import { bytesOf, listed } from "../suites/object_store_suite.ts";

const hello = digestOf("hello");

Deno.test("createBlobs() names bytes by their digest and keeps them once", async () => {
  const store = createMemoryStore();
  const blobs = createBlobs(store);
  assert.deepEqual(await blobs.put(bytesOf("hello")), { digest: hello, size: 5 });
  assert.deepEqual(await blobs.put(bytesOf("hello")), { digest: hello, size: 5 });
  assert.deepEqual(await listed(store, ""), [[`blobs/sha256/2c/${hello}`, 5]]);
  assert.equal(blobs.keyOf(hello), `blobs/sha256/2c/${hello}`);
});

Deno.test("createBlobs() gives bytes by reference and by digest", async () => {
  const blobs = createBlobs(createMemoryStore());
  const ref = await blobs.put(bytesOf("hello"));
  assert.deepEqual(await blobs.get(ref), bytesOf("hello"));
  assert.deepEqual(await blobs.get(hello), bytesOf("hello"));
  assert.equal(await blobs.has(hello), true);
  assert.equal(await blobs.has(digestOf("other")), false);
});

Deno.test("createBlobs() keeps a stream under the same name as its bytes", async () => {
  const store = createMemoryStore();
  const blobs = createBlobs(store);
  const pieces = async function* () {
    yield await Promise.resolve(bytesOf("hel"));
    yield bytesOf("lo");
  };
  assert.deepEqual(await blobs.putStream(pieces()), { digest: hello, size: 5 });
  assert.deepEqual(await listed(store, ""), [[blobs.keyOf(hello), 5]]);
});

Deno.test("createBlobs() says which blob is missing or is not what it was", async () => {
  const store = createMemoryStore();
  const blobs = createBlobs(store);
  await assert.rejects(blobs.get(hello), (error) => error instanceof StoreError && error.failure === "missing");
  for (const damaged of ["", "hell", "hellO", "hello!"]) {
    await store.put(blobs.keyOf(hello), bytesOf(damaged));
    await assert.rejects(blobs.get(hello), (error) => {
      assert.ok(error instanceof StoreError);
      assert.equal(error.failure, "corrupt");
      assert.ok(error.message.includes(hello), error.message);
      return true;
    });
  }
});

Deno.test("createBlobs() refuses digests that are none", async () => {
  const blobs = createBlobs(createMemoryStore());
  for (const digest of ["", "../../x", hello.toUpperCase(), hello.slice(1)]) {
    await assert.rejects(blobs.get(digest), RangeError);
    assert.throws(() => blobs.keyOf(digest), RangeError);
  }
});
