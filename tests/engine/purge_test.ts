import assert from "node:assert/strict";
import { zstdDecompressSync } from "node:zlib";
import { digestOf } from "../../runtime/contract/json.ts";
import type { ObjectStore } from "../../runtime/contract/store.ts";
import { planPurge, purgeImage } from "../../runtime/engine/purge.ts";
import { openDataset } from "../../runtime/engine/reader.ts";
import type { DatasetView } from "../../runtime/plugin.ts";
import { createMemoryStore } from "../../runtime/store/memory.ts";
import { createStorage, type DatasetStorage } from "../../runtime/store/open.ts";
import { createTombstones } from "../../runtime/store/tombstones.ts";
import { depsOf, pipelineOf, source } from "./bench.ts";
import { dyingAfter, names, pictureBench, pictures } from "../store/gc_fixtures.ts";
import { readWhole } from "../store/whole_store.ts";
import { purge, signal, target, withTarget } from "./purge_fixtures.ts";

/** All that is in a store, chunks unpacked, as one text an object. */
async function textsOf(store: ObjectStore): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for await (const { key } of store.list("")) {
    const bytes = await store.get(key) ?? new Uint8Array();
    const plain = key.endsWith(".zst") ? zstdDecompressSync(bytes) : bytes;
    texts.set(key, new TextDecoder().decode(plain));
  }
  return texts;
}

function holders(texts: ReadonlyMap<string, string>, needle: string): string[] {
  return [...texts].filter(([key, text]) => key.includes(needle) || text.includes(needle)).map(([key]) => key)
    .filter((key) => !/^(?:tombstones|purges)\//.test(key));
}

Deno.test("purgeImage() leaves nothing of an image in any version, under whatever key, and all others as they were", async () => {
  const store = createMemoryStore();
  const storage = await withTarget(store);
  const before = await filesOf(storage);
  const report = await purge(storage);
  assert.equal(report?.purge.versions.length, 3, "the third has other parents");
  const texts = await textsOf(store);
  for (const needle of ["first secret", "second secret"]) {
    assert.deepEqual(holders(texts, needle), []);
    // Revisions of this source are digests.
    assert.deepEqual(holders(texts, digestOf(needle)), []);
    assert.ok(texts.has(`tombstones/${digestOf(needle)}`));
  }
  assert.equal((await readWhole(storage)).versions, 3);
  const after = await filesOf(storage);
  for (const [path, digest] of before) {
    if (path.includes(target) || path.includes("copy") || path.endsWith("list.txt")) continue;
    assert.equal(after.get(path), digest, path);
  }
  assert.deepEqual([...after.keys()].filter((path) => path.includes(target) || path.includes("copy")), []);
  const first = await openDataset(storage, "test", 1);
  assert.deepEqual(first.version.counts, {
    records: 7,
    kept: 5,
    dropped: 2,
    rejected: 0,
    items: 5,
    losses: { "purge/purged": 2 },
    notes: {},
  });
  assert.equal((await openDataset(storage, "test", 2)).version.parent, first.ref.version);
  const trace = await first.find(target);
  assert.deepEqual(trace?.line.losses.map(({ step, reason }) => [step, reason]), [["purge", "purged"]]);
});

/** Files of all versions: number and path -> digest. */
async function filesOf(storage: DatasetStorage): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const number of [1, 2, 3]) {
    for await (const { path, digest } of (await openDataset(storage, "test", number)).files()) {
      files.set(`v${number}/${path}`, digest);
    }
  }
  return files;
}

Deno.test("purgeImage() is finished by the next one wherever it was cut short, and every version reads until then", async () => {
  const undisturbed = createMemoryStore();
  await purge(await withTarget(undisturbed));
  const expected = contentOf(await textsOf(undisturbed));
  let kills = 0;
  for (let effects = 0;; effects++) {
    const store = createMemoryStore();
    await withTarget(store);
    const killed = await purge(createStorage(dyingAfter(store, effects))).then(() => false, (thrown) => {
      assert.equal(thrown.message, "killed");
      return true;
    });
    const storage = createStorage(store);
    await readWhole(storage);
    for await (const { key } of store.list("gc/")) await store.remove([key]);
    const plan = await planPurge(storage, { dataset: "test", key: target, signal });
    // What the command asks as well, before it does anything.
    if (plan?.unfinished === true || plan?.holding.length !== 0) await purge(storage);
    assert.deepEqual(contentOf(await textsOf(store)), expected, `killed after ${effects} effects`);
    if (!killed) break;
    kills++;
  }
  assert.ok(kills > 25, `${kills} kills`);
});

/** Without who was at work, and with runs by what they say: their names are made by chance. */
function contentOf(texts: ReadonlyMap<string, string>): string[] {
  return [...texts].filter(([key]) => !/^(?:gc|leases|runs|refs)\//.test(key)).map(([key, text]) => `${key} ${text}`);
}

Deno.test("purgeImage() keeps an image away that the source still has, under whatever key", async () => {
  const storage = await withTarget(createMemoryStore());
  await purge(storage);
  const bench = pictureBench(storage, names(20));
  bench.files.set(target, "first secret");
  bench.files.set("another", "second secret");
  const { counts } = await bench.run();
  assert.deepEqual(counts?.losses, { "admit/purged": 2 });
  for (const text of ["first secret", "second secret"]) assert.equal(await storage.blobs.has(digestOf(text)), false);
});

Deno.test("purgeImage() erases facts of a record whose bytes were never read, and knows when there is nothing to do", async () => {
  const storage = createStorage(createMemoryStore());
  const bench = pictureBench(storage, names(20));
  bench.failing.set(target, () => new DOMException("no", "AbortError"));
  await assert.rejects(bench.run());
  bench.failing.delete(target);
  await bench.run();
  assert.equal(await planPurge(storage, { dataset: "test", key: "nobody", signal }), undefined);
  assert.equal(await purge(storage, "nobody"), undefined);
  await purge(storage);
  assert.deepEqual(await planPurge(storage, { dataset: "test", key: target, signal }), {
    digests: [],
    holding: [],
    unfinished: false,
  });
});

Deno.test("purgeImage() changes nothing when an export cannot be written again", async () => {
  const store = createMemoryStore();
  const storage = await withTarget(store);
  const broken = {
    ...pictures,
    open: () => ({ write: (_: DatasetView) => Promise.reject(new Error("broken")) }),
  };
  const before = await Array.fromAsync(storage.refs.history("test"));
  const bench = pictureBench(storage, []);
  const options = { files: new Map(), steps: [], exports: [broken] };
  const purging = purgeImage(storage, {
    dataset: "test",
    key: target,
    signal,
    today: () => "2026-11-21T12:00:00Z",
    now: Date.now,
    exporting: (version) => {
      const pipeline = pipelineOf(options, source(bench, options), []);
      return Promise.resolve({ deps: depsOf(pipeline, storage, false, () => {}), version });
    },
  });
  await assert.rejects(purging, /failed with "broken"/);
  assert.deepEqual(await Array.fromAsync(storage.refs.history("test")), before);
  assert.equal((await createTombstones(store).digests()).size, 0);
  await readWhole(storage);
});
