import assert from "node:assert/strict";
import { StoreError } from "../../runtime/contract/errors.ts";
import type { ObjectStore } from "../../runtime/contract/store.ts";
import { collectGarbage } from "../../runtime/store/gc.ts";
import { createMemoryStore } from "../../runtime/store/memory.ts";
import { createStorage, openStore } from "../../runtime/store/open.ts";
import { openBucket, s3Test } from "../s3/server.ts";
import { bodies, createTelling, itemMessages } from "./telling.ts";

Deno.test("tellSinks() loses nothing and repeats with the same id, wherever it is cut short", async () => {
  const calm = cuttable(Infinity);
  await calm.telling.run("a");
  const writes = calm.writes();
  assert.ok(writes >= 8, `${writes} writes`);
  for (let cut = 1; cut <= writes; cut++) {
    const { telling, mend } = cuttable(cut);
    await assert.rejects(telling.run("a"), StoreError, `cut at ${cut}`);
    mend();
    telling.clock = "2026-11-21T12:30:00.000Z"; // a claim that nobody can look at is dead then
    await telling.run("a", "b");
    await telling.run();
    const told = telling.told.map(({ id, messages }) => [id, messages.map(({ body }) => body).join()] as const);
    assert.deepEqual([...new Set(told.map(([, keys]) => keys).join().split(","))].sort(), ["a", "b"], `cut at ${cut}`);
    assert.equal(new Set(told.map(([id]) => id)).size, new Set(told.map(([, keys]) => keys)).size, `cut at ${cut}`);
    const results = (await telling.pages()).flatMap(({ posted }) => posted.flatMap(({ attempts }) => attempts));
    const repeats = results.filter(({ result }) => result?.maybe_repeated).length;
    // Cut between the claim and the sending, it is not known whether it was sent.
    assert.ok(told.length - new Set(told.map(([id]) => id)).size <= repeats && repeats <= 1, `cut at ${cut}`);
  }
});

Deno.test("tellSinks() sends nothing twice when many runs do it at once", async () => {
  const storage = createStorage(createMemoryStore());
  const first = itemMessages((key) => ({ key, group: key, body: key }), { storage });
  first.hasSink = false;
  await first.run("a", "b", "c", "d");
  const all = [1, 2, 3, 4].map(() => itemMessages((key) => ({ key, group: key, body: key }), { storage }));
  for (const one of all) one.files = first.files;
  await Promise.all(all.map((one) => one.run()));
  assert.deepEqual(all.flatMap(bodies).flat().sort(), ["a", "b", "c", "d"]);
});

Deno.test("tellSinks() takes over a claim at once whose run is gone, and leaves one that is at work", async () => {
  const telling = createTelling({ answer: () => ({ outcome: "again", why: "busy" }) });
  await telling.run("a");
  const [one] = (await telling.pages()).flatMap(({ posted }) => posted);
  assert.ok(one);
  const lease = await telling.storage.leases.open("run test");
  const where = { dataset: "test", sink: "tell", page: one.page, id: one.formed.id, attempt: 2 };
  await telling.storage.outbox.claim(where, {
    at: telling.clock,
    run: "other",
    ...(lease.key && { lease: lease.key }),
  });
  await telling.run();
  assert.equal(telling.told.length, 1);
  await lease.close();
  await telling.run();
  assert.equal(telling.told.length, 2);
  assert.equal(telling.told[1]?.attempt, 3);
});

Deno.test("collectGarbage() keeps what messages name while they wait, and lets the log go with its versions", async () => {
  const telling = itemMessages((key, digest) => ({
    key,
    group: "",
    body: { image: digest },
    ...(key === "gone" ? { notBefore: "2026-12-01T00:00:00.000Z" } : {}),
  }));
  const { storage } = telling;
  await telling.run("gone", "sent");
  await telling.run("b");
  await telling.run("c");
  const clean = () =>
    collectGarbage(storage, { keeping: { last: 1 }, graceMs: 0, dryRun: false, now: () => Date.now() + 1e9 });
  await clean();
  telling.clock = "2026-12-02T00:00:00.000Z";
  await telling.run();
  const late = telling.told.at(-1)?.messages[0];
  assert.equal(late?.key, "gone");
  assert.ok(await storage.blobs.has(digestIn(late?.body)), "its image went while the message waited");
  await telling.run("d");
  await telling.run("e");
  assert.ok((await clean()).removed.outbox.count > 0);
  await clean();
  assert.equal(await storage.blobs.has(digestIn(late?.body)), false);
  await telling.run();
  assert.deepEqual(telling.told.length, 6, "a clean-up sends nothing again");
});

s3Test("tellSinks() loses nothing in a bucket, and sends nothing twice", async () => {
  await using bucket = await openBucket();
  const storage = createStorage(await openStore(bucket.address("store")));
  const telling = itemMessages((key) => ({ key, group: "", body: key }), { storage });
  await telling.run("a", "b");
  await telling.run("a", "b", "c");
  await telling.run();
  assert.deepEqual(bodies(telling), [["a", "b"], ["c"]]);
});

function digestIn(body: unknown): string {
  assert.ok(typeof body === "object" && body !== null && "image" in body && typeof body.image === "string");
  return body.image;
}

/** A store that fails at one write of those that begin with the ref, as if the process had ended there. */
function cuttable(at: number) {
  const store = createMemoryStore();
  let writes = 0;
  let broken = true;
  const dead = () => Promise.reject(new StoreError("unavailable", "Cannot write: the process has ended"));
  const put: ObjectStore["put"] = (key, body, options) => {
    const counts = writes === 0 ? /^(refs|outbox)\// : /^(refs|outbox|chunks|runs)\//;
    if (!broken || !counts.test(key)) return store.put(key, body, options);
    return ++writes >= at ? dead() : store.put(key, body, options);
  };
  const telling = itemMessages((key) => ({ key, group: "", body: key }), { storage: createStorage({ ...store, put }) });
  const mend = () => void (broken = false);
  return { telling, mend, writes: () => writes };
}
