import assert from "node:assert/strict";
import { InputError, StoreError } from "../../runtime/contract/errors.ts";
import { digestOf, digestOfJson } from "../../runtime/contract/json.ts";
import type { Version } from "../../runtime/contract/version.ts";
import { createMemoryStore } from "../../runtime/store/memory.ts";
import { createVersions } from "../../runtime/store/versions.ts";
import { bytesOf } from "../suites/object_store_suite.ts";

const version: Version = {
  format: 1,
  dataset: "motogp",
  provenance: {
    pipeline: "motogp",
    params: { train: 80 },
    seed: 1,
    source: { id: "motogp", uses: "motogp", kind: "source", version: 1, options: {} },
    steps: [],
    exports: [],
    codec: "none",
    limits: { maxPixels: 100_000_000, maxBytes: 268_435_456 },
  },
  counts: { records: 0, kept: 0, dropped: 0, rejected: 0, items: 0, losses: {}, notes: {} },
  shards: digestOf(""),
  columns: [],
  tree: digestOf(""),
  notes: {},
};

Deno.test("createVersions() names a version by its canonical text and gives it back", async () => {
  const store = createMemoryStore();
  const versions = createVersions(store);
  const id = await versions.put(version);
  assert.equal(id, digestOfJson(version));
  assert.equal(await versions.put({ ...version }), id);
  assert.deepEqual(await versions.get("motogp", id), version);
  assert.equal(await store.has(`versions/motogp/${id}.json`), true);
});

Deno.test("createVersions() says when a version is missing, damaged or of another format", async () => {
  const store = createMemoryStore();
  const versions = createVersions(store);
  const id = await versions.put(version);
  const failing = (failure: string) => (error: unknown) => error instanceof StoreError && error.failure === failure;
  await assert.rejects(versions.get("motogp", digestOf("other")), failing("missing"));
  await assert.rejects(versions.get("other", id), failing("missing"));
  await store.put(`versions/motogp/${id}.json`, bytesOf('{"format":1}'));
  await assert.rejects(versions.get("motogp", id), failing("corrupt"));
  const later = '{"dataset":"motogp","format":2}';
  await store.put(`versions/motogp/${digestOf(later)}.json`, bytesOf(later));
  await assert.rejects(versions.get("motogp", digestOf(later)), failing("unavailable"));
});

Deno.test("createVersions() refuses datasets and ids that are none", async () => {
  const versions = createVersions(createMemoryStore());
  await assert.rejects(versions.put({ ...version, dataset: "../x" }), InputError);
  await assert.rejects(versions.get("motogp", "../x"), RangeError);
});
