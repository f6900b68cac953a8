import assert from "node:assert/strict";
import { StoreError } from "../../runtime/contract/errors.ts";
import { digestOf } from "../../runtime/contract/json.ts";
import { createMemoryStore } from "../../runtime/store/memory.ts";
import { createStorage } from "../../runtime/store/open.ts";
import { createOutbox, type Formed, type Page, type Result } from "../../runtime/store/outbox.ts";
import { eraseMessages, expiredPages } from "../../runtime/store/outbox_pages.ts";
import { bytesOf } from "../suites/object_store_suite.ts";

const name = { dataset: "cameras", sink: "webhook" };
const at = "2026-01-01T00:00:00.000Z";
const claim = { at, run: "r1" };

Deno.test("createOutbox() gives the number of a page to one of many, who finds it again", async () => {
  const outbox = createOutbox(createMemoryStore());
  assert.equal(await outbox.newest(name), undefined);
  const added = await Promise.all([1, 2, 3].map((taken) => outbox.add(name, 1, page(taken))));
  assert.deepEqual(added, [true, false, false]);
  assert.deepEqual(await outbox.newest(name), { number: 1, page: page(1) });
  await outbox.add({ ...name, sink: "log" }, 1, page(7));
  assert.deepEqual(await Array.fromAsync(outbox.names()), [{ ...name, sink: "log" }, name]);
  assert.deepEqual(await Array.fromAsync(outbox.names("other")), []);
});

Deno.test("createOutbox() keeps every try, lets one of many make it, and keeps the first result", async () => {
  const outbox = createOutbox(createMemoryStore());
  await outbox.add(name, 1, page(1, formed("d1"), formed("d2")));
  const where = { ...name, page: 1, id: "d1", attempt: 1 };
  assert.deepEqual(await Promise.all([outbox.claim(where, claim), outbox.claim(where, claim)]), [true, false]);
  await outbox.settle(where, result("again"));
  await outbox.settle(where, result("delivered"));
  await outbox.claim({ ...where, attempt: 2 }, { ...claim, lease: "leases/x" });
  const [state] = await Array.fromAsync(outbox.pages(name, "open"));
  assert.deepEqual(state?.posted.map(({ attempts }) => attempts), [
    [{ claim, result: result("again") }, { claim: { ...claim, lease: "leases/x" } }],
    [],
  ]);
});

Deno.test("close() takes a page from those that are open, and askAgain() puts it back", async () => {
  const outbox = createOutbox(createMemoryStore());
  for (const number of [1, 2]) await outbox.add(name, number, page(number, formed(`d${number}`)));
  const open = async () => (await Array.fromAsync(outbox.pages(name, "open"))).map(({ number }) => number);
  const where = { ...name, page: 1, id: "d1", attempt: 1 };
  await outbox.claim(where, claim);
  await outbox.settle(where, result("failed"));
  await outbox.close(name, 1);
  assert.deepEqual(await open(), [2]);
  await outbox.askAgain(where);
  assert.deepEqual(await open(), [1, 2]);
  const [first] = await Array.fromAsync(outbox.pages(name, "all"));
  assert.deepEqual(first?.posted[0]?.attempts, [{ claim, result: result("failed"), asked: true }]);
});

Deno.test("createOutbox() refuses names that lead elsewhere", async () => {
  const outbox = createOutbox(createMemoryStore());
  await assert.rejects(outbox.add({ ...name, sink: "../s" }, 1, page(1)), RangeError);
  for (const id of ["", "..", "a/b"]) {
    await assert.rejects(outbox.claim({ ...name, page: 1, id, attempt: 1 }, claim), RangeError, id);
  }
});

Deno.test("pages() says which object is damaged", async () => {
  for (const file of ["00000001.json", "00000001/d1/0001.claim", "00000001/d1/0001.result"]) {
    const store = createMemoryStore();
    const outbox = createOutbox(store);
    await outbox.add(name, 1, page(1, formed("d1")));
    await outbox.claim({ ...name, page: 1, id: "d1", attempt: 1 }, claim);
    const key = `outbox/cameras/webhook/${file}`;
    await store.put(key, bytesOf("{}"));
    const read = Array.fromAsync(outbox.pages(name, "open"));
    await assert.rejects(read, (error) => error instanceof StoreError && error.message.includes(key));
  }
});

Deno.test("expiredPages() gives pages whose version is gone, the page first, and never one that is needed", async () => {
  const storage = createStorage(createMemoryStore());
  const { outbox, store } = storage;
  for (const number of [1, 2, 3, 4]) await outbox.add(name, number, page(number, formed(`d${number}`)));
  await outbox.claim({ ...name, page: 1, id: "d1", attempt: 1 }, claim);
  for (const number of [1, 2, 4]) await outbox.close(name, number);
  const expired = async (...kept: number[]) => (
    (await Array.fromAsync(expiredPages(storage, "cameras", (number) => kept.includes(number)))).map((entries) =>
      entries.map(({ key }) => key.slice("outbox/cameras/webhook/".length))
    )
  );
  assert.deepEqual(await expired(2), [["00000001.json", "00000001.done", "00000001/d1/0001.claim"]]);
  await store.remove(["outbox/cameras/webhook/00000001.json"]);
  assert.deepEqual(await expired(2), [["00000001.done", "00000001/d1/0001.claim"]], "what a cut clean-up has left");
});

Deno.test("eraseMessages() takes what names an image out of what waits and of what was sent", async () => {
  const storage = createStorage(createMemoryStore());
  const [gone, stays] = [digestOf("gone"), digestOf("stays")];
  const list = await storage.chunks.putList([`{"image":"${gone}"}`, `{"image":"${stays}"}`]);
  const other = await storage.chunks.putList([`{"image":"${stays}"}`]);
  const waiting = { messages: list, count: 2, from: at };
  await storage.outbox.add(name, 1, { ...page(1, { ...formed("d1"), messages: list, count: 2 }), waiting });
  await eraseMessages(storage, new Set([gone]));
  const newest = await storage.outbox.newest(name);
  assert.deepEqual(newest?.page.waiting, { messages: other, count: 1, from: at });
  assert.deepEqual(newest?.page.formed, [{ ...formed("d1"), messages: other, count: 1 }]);
});

function page(taken: number, ...formed: Formed[]): Page {
  return { format: 1, at, run: "r1", taken, formed };
}

function formed(id: string): Formed {
  return { id, group: "g", count: 1, messages: digestOf(id) };
}

function result(outcome: Result["outcome"]): Result {
  return { outcome, at, run: "r1" };
}
