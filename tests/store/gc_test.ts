import assert from "node:assert/strict";
import type { ObjectStore } from "../../runtime/contract/store.ts";
import { openDataset } from "../../runtime/engine/reader.ts";
import { openFolderStore } from "../../runtime/store/folder.ts";
import { createMemoryStore } from "../../runtime/store/memory.ts";
import { createStorage, type DatasetStorage } from "../../runtime/store/open.ts";
import { publishTree } from "../../runtime/store/published.ts";
import { inFolder } from "../temp_folder.ts";
import { clean, dyingAfter, names, pictureBench } from "./gc_fixtures.ts";
import { keysOf, readWhole } from "./whole_store.ts";

function memory(): DatasetStorage {
  return createStorage(createMemoryStore());
}

/** A dataset with this many versions, each with one image more. */
async function withVersions(storage: DatasetStorage, versions: number, items = 5): Promise<void> {
  const bench = pictureBench(storage, names(items));
  for (let version = 1; version <= versions; version++) {
    bench.files.set(`g${version}`, `more ${version}`);
    await bench.run();
  }
}

async function numbersOf({ refs }: DatasetStorage, dataset = "test"): Promise<number[]> {
  return (await Array.fromAsync(refs.history(dataset))).map(({ number }) => number);
}

Deno.test("collectGarbage() keeps all that any version needs, and what a later run takes over", async () => {
  const storage = memory();
  await withVersions(storage, 4, 600);
  const before = await readWhole(storage);
  const report = await clean(storage, 1000, { graceMs: 0 });
  assert.deepEqual(await readWhole(storage), before);
  assert.equal(before.versions, 4);
  assert.equal(report.removed.chunks.count + report.removed.blobs.count, 0);
  const again = pictureBench(storage, [...names(600), "new"]);
  for (let version = 1; version <= 4; version++) again.files.set(`g${version}`, `more ${version}`);
  await again.run();
  assert.deepEqual([...again.calls.keys()], ["one new", "two new"]);
});

Deno.test("collectGarbage() leaves what a killed run has left until the grace period is over", async () => {
  const storage = memory();
  const bench = pictureBench(storage, names(900));
  await assert.rejects(bench.run({ stopAfterCalls: 1500 }), { name: "AbortError" });
  const young = await clean(storage, 23);
  assert.equal(young.removed.shards.count + young.removed.blobs.count + young.removed.chunks.count, 0);
  assert.ok(young.young.count > 0, "blobs of shards that were not finished");
  bench.calls.clear();
  await assert.rejects(bench.run({ stopAfterCalls: 100 }), { name: "AbortError" });
  assert.ok(!bench.calls.has("one f0000"), "the run went on from what was left");
  const old = await clean(storage, 25);
  assert.ok(old.removed.shards.count > 0 && old.removed.chunks.count > 0 && old.removed.blobs.count > 900);
  assert.deepEqual(await keysOf(storage), []);
});

Deno.test("collectGarbage() counts on a dry run what it would remove, and removes and writes nothing", async () => {
  const storage = memory();
  await withVersions(storage, 3);
  const before = await Array.fromAsync(storage.store.list(""));
  const planned = await clean(storage, 30, { keeping: { last: 1 }, dryRun: true });
  assert.deepEqual(await Array.fromAsync(storage.store.list("")), before);
  const done = await clean(storage, 30, { keeping: { last: 1 } });
  assert.deepEqual({ ...planned, dryRun: false }, done);
  assert.deepEqual(done.expired.map(({ number }) => number), [1, 2]);
  assert.equal(done.removed.records.count, 2);
  assert.equal(done.removed.runs.count, 4, "files.txt and run.json of two runs");
});

Deno.test("collectGarbage() lets versions expire but the newest, tagged ones and inputs of kept ones", async () => {
  const storage = memory();
  await withVersions(storage, 7);
  await storage.tags.move("test", { name: "best", number: 2, taggedAt: "2026-01-01T00:00:00Z" });
  await storage.tags.move("test", { name: "old", number: 4, taggedAt: "2026-01-01T00:00:00Z" });
  await storage.tags.move("test", { name: "old", taggedAt: "2026-01-02T00:00:00Z" });
  await madeFrom(storage, "made", "test", 3);
  await madeFrom(storage, "again", "made", 1);
  const report = await clean(storage, 30, { keeping: { last: 2 } });
  assert.deepEqual(report.expired.map(({ number }) => number), [1, 4, 5]);
  assert.deepEqual(await numbersOf(storage), [2, 3, 6, 7]);
  assert.equal((await readWhole(storage)).versions, 6);
  const none = await clean(storage, 30, { keeping: { last: 2 } });
  assert.equal(Object.values(none.removed).reduce((sum, { count }) => sum + count, 0), 0);
});

/** A version of `dataset` that says it was made from a version of another one, and is else the same. */
async function madeFrom(storage: DatasetStorage, dataset: string, from: string, number: number): Promise<void> {
  const { ref, version } = await openDataset(storage, from, number);
  const inputs = [{ dataset: from, number, version: ref.version }];
  const id = await storage.versions.put({ ...version, dataset, provenance: { ...version.provenance, inputs } });
  await storage.refs.publish(dataset, 1, { ...ref, version: id });
}

Deno.test("collectGarbage() lets only versions of the dataset expire that was named, and those old enough", async () => {
  const storage = memory();
  await withVersions(storage, 3);
  await madeFrom(storage, "other", "test", 3);
  const { ref } = await openDataset(storage, "other", 1);
  for (const number of [2, 3]) {
    await storage.refs.publish("other", number, { ...ref, publishedAt: `2026-02-0${number}` });
  }
  const keeping = { dataset: "other", sinceMs: Date.parse("2026-02-02") };
  assert.deepEqual((await clean(storage, 30, { keeping })).expired.map(({ number }) => number), [1]);
  assert.deepEqual(await numbersOf(storage, "other"), [2, 3]);
  assert.deepEqual(await numbersOf(storage), [1, 2, 3]);
  // Its version was that of v1 too.
  assert.equal((await readWhole(storage)).versions, 5);
});

Deno.test("collectGarbage() leaves gaps in the numbers, which readers and the next run tell from versions", async () => {
  const storage = memory();
  await withVersions(storage, 3);
  await clean(storage, 30, { keeping: { last: 1 } });
  await assert.rejects(openDataset(storage, "test", 2), {
    message: 'Cannot find v2 of "test" in memory: it has expired, and a clean-up removed it; there is v3',
  });
  await assert.rejects(openDataset(storage, "test", 4), /Cannot find v4 of "test" in memory: the store has "test"/);
  const bench = pictureBench(storage, names(2));
  assert.equal((await bench.run()).number, 4);
});

Deno.test("collectGarbage() removes nothing when a version cannot be read whole", async () => {
  const storage = memory();
  await withVersions(storage, 2);
  const { store } = storage;
  for (const prefix of ["chunks/", "versions/"]) {
    for (const { key } of await Array.fromAsync(store.list(prefix))) {
      const bytes = await store.get(key) ?? new Uint8Array();
      const others = (await keysOf(storage)).filter((one) => one !== key);
      await store.remove([key]);
      await assert.rejects(clean(storage, 30), { failure: "missing" }, key);
      assert.deepEqual(await keysOf(storage), others);
      await store.put(key, bytes.slice(1));
      await assert.rejects(clean(storage, 30), { failure: "corrupt" }, key);
      await store.put(key, bytes);
      assert.deepEqual((await keysOf(storage)).filter((one) => one !== key), others);
    }
  }
  // Chunks of killed runs are nobody's: that they are damaged stops nothing.
  await store.put(`chunks/ab/${"ab".repeat(32)}.zst`, new Uint8Array([1]));
  assert.equal((await clean(storage, 30)).removed.chunks.count, 1);
});

Deno.test("collectGarbage() leaves a whole store wherever it is killed, and the next one finishes", async () => {
  const undisturbed = memory();
  await withVersions(undisturbed, 4);
  await clean(undisturbed, 30, { keeping: { last: 2 } });
  const expected = await keysOf(undisturbed);
  let kills = 0;
  for (let effects = 0;; effects++) {
    const store = createMemoryStore();
    await withVersions(createStorage(store), 4);
    const killed = await clean(createStorage(dyingAfter(store, effects)), 30, { keeping: { last: 2 } })
      .then(() => false, () => true);
    const storage = createStorage(store);
    await readWhole(storage);
    await forgetTheDead(store);
    await clean(storage, 30, { keeping: { last: 2 } });
    assert.deepEqual(await keysOf(storage), expected, `killed after ${effects} effects`);
    if (!killed) break;
    kills++;
  }
  assert.ok(kills > 15, `${kills} kills`);
});

/** What ten minutes do to the markers of somebody who was killed. */
async function forgetTheDead(store: ObjectStore): Promise<void> {
  for await (const { key } of store.list("gc/")) await store.remove([key]);
}

Deno.test("collectGarbage() removes published trees of expired versions and old temporary files", () =>
  inFolder(async (place) => {
    const storage = createStorage(await openFolderStore(place));
    await withVersions(storage, 2);
    for (const number of [1, 2]) {
      const { files } = await openDataset(storage, "test", number);
      await publishTree({ store: storage.store, dataset: "test", number, entries: files() });
    }
    Deno.mkdirSync(`${place}/tmp/20200101T000000Z-run`, { recursive: true });
    for (const path of ["12-old", "20200101T000000Z-run/0"]) Deno.writeTextFileSync(`${place}/tmp/${path}`, "half");
    for (const path of ["12-old", "20200101T000000Z-run/0", "20200101T000000Z-run"]) {
      Deno.utimeSync(`${place}/tmp/${path}`, 1_600_000_000, 1_600_000_000);
    }
    Deno.writeTextFileSync(`${place}/tmp/13-new`, "half");
    const report = await clean(storage, 0, { keeping: { last: 1 } });
    assert.deepEqual(report.removed.temporary, { count: 2, bytes: 8 });
    assert.deepEqual([...Deno.readDirSync(`${place}/tmp`)].map(({ name }) => name), ["13-new"]);
    assert.deepEqual([...Deno.readDirSync(`${place}/published/test`)].map(({ name }) => name).sort(), ["latest", "v2"]);
    assert.ok(Deno.readTextFileSync(`${place}/published/test/latest/pictures/list.txt`).includes("g2"));
    assert.ok(report.young.count > 0, "what v1 alone needed is young");
    await clean(storage, 25);
    await readWhole(storage);
  }));
