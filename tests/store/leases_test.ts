import assert from "node:assert/strict";
import { StoreError } from "../../runtime/contract/errors.ts";
import type { ObjectStore } from "../../runtime/contract/store.ts";
import { openFolderStore } from "../../runtime/store/folder.ts";
import { createLeases } from "../../runtime/store/leases.ts";
import { createMemoryStore } from "../../runtime/store/memory.ts";
import { type AtWork, usualPresence } from "../../runtime/store/presence.ts";
import { inFolder } from "../temp_folder.ts";
import { start } from "./process.ts";

const quick = { ...usualPresence, pollMs: 1 };

function leasesOf(store: ObjectStore) {
  return createLeases(store, quick);
}

Deno.test("sweep() waits for every open lease, and says for whom", async () => {
  const leases = leasesOf(createMemoryStore());
  const lease = await leases.open("run motogp");
  const waited: (AtWork | undefined)[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const sweeping = leases.sweep("gc", {
    onWait(who) {
      waited.push(who);
      resolve();
    },
  });
  await promise;
  assert.equal(await Promise.race([sweeping, Promise.resolve("waiting")]), "waiting");
  await lease.check();
  await lease.close();
  await (await sweeping).close();
  assert.deepEqual(waited.map((who) => [who?.what, who?.pid]), [["run motogp", Deno.pid]]);
});

Deno.test("open() waits while a sweep is under way, and can be stopped while it does", async () => {
  const leases = leasesOf(createMemoryStore());
  const sweep = await leases.sweep("gc");
  const { promise, resolve } = Promise.withResolvers<void>();
  const opening = leases.open("run motogp", { onWait: () => resolve() });
  const stop = new AbortController();
  const stopped = leases.open("run soccer", { signal: stop.signal });
  await promise;
  stop.abort(new DOMException("stopped", "AbortError"));
  await assert.rejects(stopped, { name: "AbortError" });
  assert.equal(await Promise.race([opening, Promise.resolve("waiting")]), "waiting");
  await sweep.close();
  await (await opening).close();
  // The one that was stopped left nothing that anybody waits for.
  await (await leases.sweep("gc")).close();
});

Deno.test("open() and sweep() never let both in, whoever comes first", async () => {
  const leases = leasesOf(createMemoryStore());
  let working = 0;
  let sweeping = 0;
  let together = 0;
  const turns = () => new Promise<void>((resolve) => setTimeout(resolve, Math.random() * 2));
  const worker = async () => {
    for (let round = 0; round < 15; round++) {
      const lease = await leases.open("run");
      working++;
      together += sweeping;
      await turns();
      together += sweeping;
      working--;
      await lease.close();
      await turns();
    }
  };
  const sweeper = async () => {
    for (let round = 0; round < 15; round++) {
      const sweep = await leases.sweep("gc");
      sweeping++;
      together += working + sweeping - 1;
      await turns();
      together += working + sweeping - 1;
      sweeping--;
      await sweep.close();
      await turns();
    }
  };
  await Promise.all([worker(), worker(), sweeper(), worker(), sweeper(), sweeper()]);
  assert.equal(together, 0);
});

Deno.test("check() refuses what was silent for too long, and a sweep does not wait for it", () =>
  inFolder(async (place) => {
    const store = await openFolderStore(place);
    const lease = await leasesOf(store).open("run motogp");
    await lease.check();
    for await (const { key } of store.list("leases/")) Deno.utimeSync(`${place}/${key}`, 1e9, 1e9);
    const sweep = await leasesOf(store).sweep("gc");
    assert.equal(sweep.foundDead, true);
    await assert.rejects(lease.check(), (thrown: unknown) => {
      assert.ok(thrown instanceof StoreError && thrown.failure === "conflict");
      assert.match(thrown.message, /^Cannot finish "run motogp": it gave no sign of life for minutes/);
      return true;
    });
    await lease.close();
    await sweep.close();
    assert.deepEqual([...Deno.readDirSync(`${place}/leases`)], [], "a lease that died does not come back");
    assert.deepEqual([...Deno.readDirSync(`${place}/tmp`)], []);
  }));

Deno.test("check() refuses when this machine slept, though nobody has looked yet", async () => {
  let nowMs = 0;
  const leases = createLeases(createMemoryStore(), { ...quick, now: () => nowMs });
  const lease = await leases.open("run motogp");
  nowMs = 200_000;
  await lease.check();
  nowMs = 400_000;
  await assert.rejects(lease.check(), { failure: "conflict" });
  await lease.close();
});

Deno.test("sweep() does not wait for a process of this machine that was killed", () =>
  inFolder(async (place) => {
    const holder = start("lease_holder.ts", place);
    const reader = holder.stdout.getReader();
    await reader.read();
    const leases = leasesOf(await openFolderStore(place));
    const impatient = AbortSignal.timeout(5_000);
    const { promise: waits, resolve } = Promise.withResolvers<void>();
    const sweeping = leases.sweep("gc", { signal: impatient, onWait: () => resolve() });
    await waits;
    holder.kill("SIGKILL");
    await holder.status;
    await reader.cancel();
    const sweep = await sweeping;
    assert.equal(sweep.foundDead, true);
    await sweep.close();
  }));

Deno.test("openForReading() gives a lease also where nothing may be written", async () => {
  const refusing: ObjectStore = {
    ...createMemoryStore(),
    put: () => Promise.reject(new StoreError("read_only", "Cannot write: it may only be read")),
  };
  const lease = await leasesOf(refusing).openForReading("verify motogp");
  await lease.check();
  await lease.close();
  await assert.rejects(leasesOf(refusing).open("run motogp"), { failure: "read_only" });
});
