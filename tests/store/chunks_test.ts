import assert from "node:assert/strict";
import { zstdCompressSync } from "node:zlib";
import { StoreError } from "../../runtime/contract/errors.ts";
import { digestOf } from "../../runtime/contract/json.ts";
import { chunkKeyOf, createChunks } from "../../runtime/store/chunks.ts";
import { createMemoryStore } from "../../runtime/store/memory.ts";
import { bytesOf, listed } from "../suites/object_store_suite.ts";

Deno.test("createChunks() names a chunk by its uncompressed bytes and gives its lines back", async () => {
  const chunks = createChunks(createMemoryStore());
  for (const lines of [[], [""], ["a"], ["a", "", "ü", "\u2028", "\r"], ["\ufeffa", "{}"]]) {
    const digest = await chunks.put(lines);
    assert.equal(digest, digestOf(lines.map((line) => `${line}\n`).join("")));
    assert.deepEqual(await chunks.get(digest), lines);
  }
});

Deno.test("createChunks() refuses a line that would be two", async () => {
  const chunks = createChunks(createMemoryStore());
  await assert.rejects(chunks.put(["a", "b\nc"]), RangeError);
});

Deno.test("createChunks() says when a chunk is missing or is not what it was", async () => {
  const store = createMemoryStore();
  const chunks = createChunks(store);
  const lines = manyLines(500);
  const digest = await chunks.put(lines);
  const key = chunkKeyOf(digest);
  const whole = await store.get(key) ?? new Uint8Array();
  const damaged = [new Uint8Array(), whole.subarray(0, -20), bytesOf("no zstd"), zstdCompressSync(bytesOf("other\n"))];
  for (const bytes of damaged) {
    await store.put(key, bytes);
    await assert.rejects(chunks.get(digest), (error) => error instanceof StoreError && error.failure === "corrupt");
  }
  const unknown = chunks.get(digestOf("unknown"));
  await assert.rejects(unknown, (error) => error instanceof StoreError && error.failure === "missing");
});

Deno.test("createChunks() gives a list of any length back in order", async () => {
  const chunks = createChunks(createMemoryStore());
  for (const count of [0, 1, 255, 5_000, 30_000]) {
    const lines = manyLines(count);
    const digest = await chunks.putList(lines);
    assert.deepEqual(await collected(chunks.readList(digest)), lines);
    assert.equal(await chunks.putList(later(lines)), digest);
  }
});

Deno.test("createChunks() writes few chunks anew when one line is added to a long list", async () => {
  const store = createMemoryStore();
  const chunks = createChunks(store);
  const lines = manyLines(60_000);
  await chunks.putList(lines);
  const before = (await listed(store, "chunks/")).length;
  await chunks.putList(lines.toSpliced(30_000, 0, "added"));
  const after = (await listed(store, "chunks/")).length;
  assert.ok(before >= 30 && before <= 120, `${before} chunks for 60,000 lines`);
  assert.ok(after - before >= 2 && after - before <= 6, `${after - before} new chunks`);
});

Deno.test("readList() stops with the error of the chunk it needs, when it needs it", async () => {
  const store = createMemoryStore();
  const chunks = createChunks(store);
  const lines = manyLines(10_000);
  const digest = await chunks.putList(lines);
  const second = JSON.parse((await chunks.get(digest))[1] ?? "");
  const first = await chunks.get(JSON.parse((await chunks.get(digest))[0] ?? ""));
  await store.put(chunkKeyOf(second), new Uint8Array());
  const seen: string[] = [];
  const read = async () => {
    for await (const line of chunks.readList(digest)) seen.push(line);
  };
  await assert.rejects(read(), (error) => error instanceof StoreError && error.failure === "corrupt");
  assert.deepEqual(seen, first);
  for await (const line of chunks.readList(digest)) if (line === first[3]) break;
});

Deno.test("readList() refuses a chunk that is no list", async () => {
  const chunks = createChunks(createMemoryStore());
  const digest = await chunks.put(["some", "lines"]);
  await assert.rejects(
    collected(chunks.readList(digest)),
    (error) => error instanceof StoreError && error.failure === "corrupt",
  );
});

function manyLines(count: number): string[] {
  return Array.from(
    { length: count },
    (_, at) => JSON.stringify({ path: `images/${String(at).padStart(9, "0")}.jpg` }),
  );
}

async function* later(lines: readonly string[]): AsyncIterable<string> {
  for (const line of lines) yield await Promise.resolve(line);
}

async function collected<T>(values: AsyncIterable<T>): Promise<T[]> {
  return await Array.fromAsync(values);
}
