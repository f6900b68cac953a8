import assert from "node:assert/strict";
import { StoreError } from "../../runtime/contract/errors.ts";
import { digestOf } from "../../runtime/contract/json.ts";
import { createMemo } from "../../runtime/store/memo.ts";
import { createMemoryStore } from "../../runtime/store/memory.ts";
import { listed } from "../suites/object_store_suite.ts";

const stage = digestOf("stage");
const input = digestOf("input");
const key = `shards/${stage}/${input.slice(0, 2)}/${input}`;

Deno.test("createMemo() gives back what was put for the same stage and input", async () => {
  const store = createMemoryStore();
  const memo = createMemo(store);
  for (const value of [null, 0, "ü", [1, { a: [] }], { digest: input, count: 3 }]) {
    memo.put(stage, input, value);
    assert.deepEqual(await memo.get(stage, input), value, "at once");
    await memo.settled();
    assert.deepEqual(await memo.get(stage, input), value);
  }
  assert.deepEqual((await listed(store, "")).map(([name]) => name), [key]);
  assert.equal(await memo.get(input, stage), undefined);
});

Deno.test("createMemo() takes an object that is not whole for absent", async () => {
  const store = createMemoryStore();
  const memo = createMemo(store);
  memo.put(stage, input, { some: "value", count: 12 });
  await memo.settled();
  const whole = await store.get(key) ?? new Uint8Array();
  for (let length = 0; length < whole.length; length++) {
    await store.put(key, whole.subarray(0, length));
    assert.equal(await memo.get(stage, input), undefined, `${length} bytes`);
  }
  for (let at = 0; at < whole.length; at++) {
    await store.put(key, whole.with(at, (whole[at] ?? 0) ^ 1));
    assert.equal(await memo.get(stage, input), undefined, `byte ${at}`);
  }
});

Deno.test("createMemo() makes what a value names durable before the value", async () => {
  const order: string[] = [];
  const store = createMemoryStore();
  const put = (name: string, body: Uint8Array) => (order.push(name), store.put(name, body));
  const memo = createMemo({ ...store, put, flush: () => (order.push("flush"), store.flush()) });
  memo.put(stage, input, 1);
  await memo.settled();
  assert.deepEqual(order, ["flush", key, "flush"]);
});

Deno.test("createMemo() forgets what cannot be kept, and goes on", async () => {
  const store = createMemoryStore();
  let full = true;
  const flush = () => full ? Promise.reject(new StoreError("full", "Cannot write: the disk is full")) : store.flush();
  const memo = createMemo({ ...store, flush });
  memo.put(stage, input, 1);
  await memo.settled();
  assert.equal(await memo.get(stage, input), undefined);
  full = false;
  memo.put(stage, input, 2);
  await memo.settled();
  assert.equal(await createMemo(store).get(stage, input), 2);
});
