import assert from "node:assert/strict";
import { InputError, TransientError } from "../../runtime/contract/errors.ts";
import type { ObjectStore } from "../../runtime/contract/store.ts";
import type { DeliveryOutcome, NewMessage, VersionChange } from "../../runtime/plugin.ts";
import { createMemoryStore } from "../../runtime/store/memory.ts";
import { createStorage } from "../../runtime/store/open.ts";
import { bodies, createTelling, itemMessages, type Telling, type TellingOptions } from "./telling.ts";

Deno.test("tellSinks() tells of each version once, also of the newest one to a sink that is new", async () => {
  const telling = createTelling();
  telling.hasSink = false;
  await telling.run("a");
  await telling.run("a", "b");
  telling.hasSink = true;
  for (const keys of [[], [], ["a", "b", "c"], []]) await telling.run(...keys);
  const news = telling.told.map(({ messages }) => messages.map(({ number, body }) => [number, countOf(body)]));
  assert.deepEqual(news, [[[2, 2]], [[3, 3]]]);
  assert.match(telling.logs().join("\n"), /info: tell: delivered 1 message in 1 delivery/);
});

Deno.test("tellSinks() hands over new items only, and reads no shard that was there before", async () => {
  const seen: string[][] = [];
  const reads: number[] = [];
  const counted = countingStore();
  const telling = newItems(async (change) => {
    reads.push(counted.gets());
    seen.push((await Array.fromAsync(change.added())).map(({ key }) => key));
    reads.push(counted.gets());
    const all = await Array.fromAsync(change.items());
    assert.deepEqual(all.filter(({ isNew }) => isNew).map(({ key }) => key), seen.at(-1));
    assert.equal(all.length, change.counts.items);
  }, { storage: createStorage(counted.store) });
  const many = Array.from({ length: 3000 }, (_, index) => `f${String(index).padStart(5, "0")}`);
  await telling.run(...many);
  await telling.run(...many, "f00000b", "g");
  await telling.run(...many.slice(1), "f00000b", "g");
  assert.deepEqual(seen, [many, ["f00000b", "g"], []]);
  const [, , before = 0, after = 0] = reads;
  assert.ok(after - before <= 12, `${after - before} objects were read for two new items`);
});

Deno.test("tellSinks() delivers a group together, others apart, and what is not due later", async () => {
  const telling = itemMessages((key) => ({
    key,
    group: key.slice(0, 1),
    body: key,
    ...(key.endsWith("late") ? { notBefore: "2026-11-21T12:10:00.000Z" } : {}),
  }));
  await telling.run("a1", "a2", "a3late", "b1");
  assert.deepEqual(bodies(telling), [["a1", "a2"], ["b1"]]);
  assert.match(telling.logs().join("\n"), /1 message waiting until 2026-11-21 12:10 UTC/);
  telling.clock = "2026-11-21T12:09:59.999Z";
  await telling.run();
  assert.equal(telling.told.length, 2);
  telling.clock = "2026-11-21T12:10:00.000Z";
  await telling.run("a1", "a2", "a3late", "a4", "b1");
  await telling.run();
  assert.deepEqual(bodies(telling).slice(2), [["a3late", "a4"]], "with what came meanwhile");
});

Deno.test("tellSinks() keeps quiet hours by the clock of the place, for what is new and for what failed", async () => {
  const quiet = { from: "22:00", to: "07:00", timezone: "Europe/Rome" };
  let answer: DeliveryOutcome = { outcome: "again", why: "busy" };
  const telling = itemMessages((key) => ({ key, group: "", body: key, ...(key.startsWith("q") ? { quiet } : {}) }), {
    answer: () => answer,
  });
  telling.clock = "2026-11-21T20:59:00.000Z"; // 21:59 in Rome
  await telling.run("q1");
  answer = { outcome: "delivered" };
  telling.clock = "2026-11-21T21:00:00.000Z";
  await telling.run("q1", "q2", "x");
  assert.deepEqual(bodies(telling), [["q1"], ["x"]], "neither the new one nor another try of the first");
  telling.clock = "2026-11-22T06:00:00.000Z";
  await telling.run();
  assert.deepEqual(bodies(telling).slice(2).flat().sort(), ["q1", "q2"]);
});

Deno.test("tellSinks() tries again what failed with the same id and the same messages, whatever came meanwhile", async () => {
  let answer: DeliveryOutcome = { outcome: "again", why: "busy", reply: { status: 503 } };
  const telling = itemMessages((key) => ({ key, group: "g", body: key }), { answer: () => answer });
  assert.equal((await telling.run("a", "b")).outcome, "published");
  assert.match(telling.logs().join("\n"), /warning: tell: busy\. It stays in the outbox/);
  answer = { outcome: "delivered", reply: { status: 200 } };
  await telling.run("a", "b", "c");
  assert.deepEqual(bodies(telling), [["a", "b"], ["c"], ["a", "b"]]);
  const [first, , again] = telling.told;
  assert.equal(again?.id, first?.id);
  assert.deepEqual([first?.attempt, again?.attempt], [1, 2]);
  const results = (await telling.pages()).flatMap(({ posted }) => posted.flatMap(({ attempts }) => attempts));
  assert.deepEqual(results.map(({ result }) => [result?.outcome, result?.reply]), [
    ["again", { status: 503 }],
    ["delivered", { status: 200 }],
    ["delivered", { status: 200 }],
  ]);
});

Deno.test("tellSinks() lets a sink that throws undo nothing, and tells the next run so", async () => {
  let thrown: Error | undefined = new InputError("Cannot log in: wrong password hunter2");
  const telling = createTelling({
    secrets: ["hunter2"],
    answer() {
      if (thrown !== undefined) throw thrown;
      return { outcome: "delivered" };
    },
  });
  assert.equal((await telling.run("a")).outcome, "published");
  const [state] = (await telling.pages()).slice(-1);
  assert.equal(state?.posted[0]?.attempts[0]?.result?.why, "Cannot log in: wrong password ***");
  thrown = undefined;
  assert.equal((await telling.run()).outcome, "unchanged");
  assert.equal(telling.told.length, 2);
  await telling.run();
  assert.equal(telling.told.length, 2);
});

Deno.test("tellSinks() leaves a receiver alone that is down or asks for time, and begins with what was tried least", async () => {
  let isDown = true;
  const telling = itemMessages((key) => ({ key, group: key, body: key }), {
    answer({ messages: [message] }) {
      if (isDown && message?.body === "b") throw new TransientError("No route");
      return { outcome: isDown ? "delivered" : "again", why: "Too many", afterMs: 3_600_000 };
    },
  });
  await telling.run("b", "c");
  assert.deepEqual(bodies(telling), [["b"], ["b"]], "twice in the first run, and nobody else");
  await telling.run();
  assert.deepEqual(bodies(telling).slice(2), [["c"], ["b"], ["b"]], "now the other comes first");
  isDown = false;
  await telling.run();
  telling.clock = "2026-11-21T12:59:00.000Z";
  await telling.run();
  assert.equal(telling.told.length, 6);
  telling.clock = "2026-11-21T13:00:01.000Z";
  await telling.run();
  assert.equal(telling.told.length, 7);
});

Deno.test("tellSinks() tries less and less often, gives up after the sink's patience, and does as asked", async () => {
  let answer: DeliveryOutcome = { outcome: "again", why: "busy" };
  const telling = createTelling({ patienceMs: 86_400_000, answer: () => answer });
  await telling.run("a");
  const start = Date.parse(telling.clock);
  for (let minute = 10; minute <= 26 * 60; minute += 10) {
    telling.clock = new Date(start + minute * 60_000).toISOString();
    await telling.run();
  }
  assert.ok(telling.told.length > 20 && telling.told.length < 45, `${telling.told.length} tries in a day`);
  const last = (await telling.pages()).flatMap(({ posted }) => posted)[0]?.attempts.at(-1);
  assert.equal(last?.result?.outcome, "failed");
  assert.match(last?.result?.why ?? "", /^busy \(after \d+ tries\)$/);
  answer = { outcome: "delivered" };
  const before = telling.told.length;
  await telling.run();
  assert.equal(telling.told.length, before);
  const [one] = (await telling.pages()).flatMap(({ posted }) => posted);
  assert.ok(one);
  const where = { dataset: "test", sink: "tell", page: one.page, id: one.formed.id, attempt: one.attempts.length };
  await telling.storage.outbox.askAgain(where);
  await telling.run();
  assert.equal(telling.told.length, before + 1);
});

Deno.test("tellSinks() ends a delivery that hangs, and says that it may have been more than it seemed", async () => {
  let hangs = true;
  const telling = createTelling({
    itemTimeout: 0.05,
    answer: (_, signal) =>
      hangs
        ? new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)))
        : { outcome: "delivered" },
  });
  await telling.run("a");
  hangs = false;
  await telling.run();
  const attempts = (await telling.pages()).flatMap(({ posted }) => posted[0]?.attempts ?? []);
  assert.deepEqual(attempts.map(({ result }) => [result?.outcome, result?.maybe_sent, result?.maybe_repeated]), [
    ["again", true, undefined],
    ["delivered", undefined, true],
  ]);
});

function countOf(body: unknown): unknown {
  assert.ok(typeof body === "object" && body !== null && "counts" in body);
  const { counts } = body;
  assert.ok(typeof counts === "object" && counts !== null && "items" in counts);
  return counts.items;
}

/** Looks at each version. */
function newItems(look: (change: VersionChange) => Promise<void>, more: TellingOptions = {}): Telling {
  return createTelling({
    async *messages(change): AsyncGenerator<NewMessage> {
      await look(change);
      yield* [];
    },
    ...more,
  });
}

function countingStore() {
  const store = createMemoryStore();
  let gets = 0;
  const get: ObjectStore["get"] = (key) => {
    if (key.startsWith("chunks/")) gets++;
    return store.get(key);
  };
  return { store: { ...store, get }, gets: () => gets };
}
