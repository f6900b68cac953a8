import assert from "node:assert/strict";
import { InputError, StoreError } from "../../runtime/contract/errors.ts";
import { digestOf } from "../../runtime/contract/json.ts";
import { createMemoryStore } from "../../runtime/store/memory.ts";
import { createRefs } from "../../runtime/store/refs.ts";
import { bytesOf } from "../suites/object_store_suite.ts";

Deno.test("createRefs() has no head before the first version", async () => {
  const refs = createRefs(createMemoryStore());
  assert.equal(await refs.head("motogp"), undefined);
  assert.equal(await refs.get("motogp", 1), undefined);
  assert.deepEqual(await Array.fromAsync(refs.history("motogp")), []);
  assert.deepEqual(await Array.fromAsync(refs.datasets()), []);
});

Deno.test("createRefs() takes the highest number for the head", async () => {
  const store = createMemoryStore();
  const refs = createRefs(store);
  for (const number of [1, 2, 9, 10, 11, 100]) assert.equal(await refs.publish("motogp", number, ref(number)), true);
  await store.put("refs/motogp/note", bytesOf("not a number"));
  assert.deepEqual(await refs.head("motogp"), { number: 100, ref: ref(100) });
  assert.deepEqual(await refs.get("motogp", 9), ref(9));
  const numbers = (await Array.fromAsync(refs.history("motogp"))).map(({ number }) => number);
  assert.deepEqual(numbers, [1, 2, 9, 10, 11, 100]);
});

Deno.test("publish() tells one of two that it has the number and keeps what that one wrote", async () => {
  const refs = createRefs(createMemoryStore());
  assert.deepEqual(await Promise.all([1, 2].map((run) => refs.publish("motogp", 1, ref(run)))), [true, false]);
  assert.deepEqual(await refs.get("motogp", 1), ref(1));
});

Deno.test("publish() makes what it names durable before itself", async () => {
  const order: string[] = [];
  const store = createMemoryStore();
  const refs = createRefs({
    ...store,
    flush: () => (order.push("flush"), store.flush()),
    put: (key, ...rest) => (order.push(key), store.put(key, ...rest)),
  });
  await refs.publish("motogp", 1, ref(1));
  assert.deepEqual(order, ["flush", "refs/motogp/00000001"]);
});

Deno.test("datasets() names each dataset once", async () => {
  const refs = createRefs(createMemoryStore());
  const names = ["b", "a", "a-b", "a_b", "a~3f2a", "a0"];
  for (const name of names) for (const number of [1, 2]) await refs.publish(name, number, ref(number));
  assert.deepEqual((await Array.fromAsync(refs.datasets())).sort(), names.toSorted());
});

Deno.test("createRefs() refuses names and numbers that are none", async () => {
  const refs = createRefs(createMemoryStore());
  for (const name of ["", "A", "a/b", "..", "-a", "a~", "a~x", "a b", "é", "a".repeat(201)]) {
    await assert.rejects(refs.head(name), InputError, name);
    await assert.rejects(refs.publish(name, 1, ref(1)), InputError, name);
  }
  for (const number of [0, -1, 1.5, NaN, 100_000_000]) {
    await assert.rejects(refs.get("a", number), RangeError, `${number}`);
    await assert.rejects(refs.publish("a", number, ref(1)), RangeError, `${number}`);
  }
});

Deno.test("createRefs() says which ref is damaged", async () => {
  const store = createMemoryStore();
  const refs = createRefs(store);
  for (const text of ["", "{", "[]", "null", '{"version":1}', '{"version":"x","run":"r"}']) {
    await store.put("refs/motogp/00000001", bytesOf(text));
    await assert.rejects(refs.head("motogp"), (error) => {
      assert.ok(error instanceof StoreError && error.message.includes("refs/motogp/00000001"));
      return error.failure === "corrupt";
    });
  }
});

function ref(run: number) {
  return { version: digestOf(`${run}`), run: `run-${run}`, publishedAt: "2026-01-01T00:00:00.000Z" };
}
