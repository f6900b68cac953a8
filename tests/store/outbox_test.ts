import assert from "node:assert/strict";
import { StoreError } from "../../runtime/contract/errors.ts";
import { digestOf } from "../../runtime/contract/json.ts";
import { createMemoryStore } from "../../runtime/store/memory.ts";
import { createOutbox } from "../../runtime/store/outbox.ts";
import { bytesOf } from "../suites/object_store_suite.ts";

const counts = { records: 1, kept: 1, dropped: 0, rejected: 0, items: 1, losses: {}, notes: {} };

Deno.test("createOutbox() holds a message until it is delivered", async () => {
  const outbox = createOutbox(createMemoryStore());
  for (const id of ["m-1", "m-1-2", "m-2"]) assert.equal(await outbox.add("webhook", message(id)), true);
  await outbox.add("mail", message("m-1"));
  await outbox.delivered("webhook", "m-1", { status: 200 });
  assert.deepEqual(await Array.fromAsync(outbox.pending("webhook")), [message("m-1-2"), message("m-2")]);
  assert.deepEqual(await Array.fromAsync(outbox.pending("mail")), [message("m-1")]);
  assert.equal(await outbox.isDelivered("webhook", "m-1"), true);
  assert.equal(await outbox.isDelivered("webhook", "m-2"), false);
});

Deno.test("createOutbox() takes a message once, also after it was delivered", async () => {
  const outbox = createOutbox(createMemoryStore());
  const added = await Promise.all([1, 2, 3].map(() => outbox.add("webhook", message("m"))));
  assert.deepEqual(added, [true, false, false]);
  await outbox.delivered("webhook", "m", { status: 200 });
  await outbox.delivered("webhook", "m", { status: 500 });
  assert.equal(await outbox.add("webhook", message("m")), false);
  assert.deepEqual(await Array.fromAsync(outbox.pending("webhook")), []);
});

Deno.test("createOutbox() records no delivery of a message that it does not have", async () => {
  const outbox = createOutbox(createMemoryStore());
  const recorded = outbox.delivered("webhook", "m", {});
  await assert.rejects(recorded, (error) => error instanceof StoreError && error.failure === "missing");
});

Deno.test("createOutbox() refuses names that lead elsewhere or look like a delivery", async () => {
  const outbox = createOutbox(createMemoryStore());
  for (const id of ["", "..", "a/b", "a.delivered"]) await assert.rejects(outbox.add("s", message(id)), RangeError, id);
  await assert.rejects(outbox.add("../s", message("m")), RangeError);
});

Deno.test("pending() says which message is damaged", async () => {
  const store = createMemoryStore();
  await store.put("outbox/webhook/m", bytesOf("{}"));
  const pending = Array.fromAsync(createOutbox(store).pending("webhook"));
  await assert.rejects(pending, (error) => error instanceof StoreError && error.message.includes("outbox/webhook/m"));
});

function message(id: string) {
  return { id, dataset: "motogp", number: 1, version: digestOf("v"), counts };
}
