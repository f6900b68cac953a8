import assert from "node:assert/strict";
import { LimitError, PluginError, StoreError, TransientError } from "../../runtime/contract/errors.ts";
import { digestOf } from "../../runtime/contract/json.ts";
import { openDataset } from "../../runtime/engine/reader.ts";
import { drop, type Item, keep, many, reject, withFacts } from "../../runtime/plugin.ts";
import { createMemoryStore } from "../../runtime/store/memory.ts";
import { createStorage, type DatasetStorage } from "../../runtime/store/open.ts";
import { itemStep } from "./fixtures.ts";
import { collected, createBench, fold } from "./bench.ts";

function files(count: number): Map<string, string> {
  return new Map(Array.from({ length: count }, (_, index) => [`f${String(index).padStart(5, "0")}`, `bytes ${index}`]));
}

function storage(): DatasetStorage {
  return createStorage(createMemoryStore());
}

async function idsOf(storage: DatasetStorage, dataset = "test"): Promise<string[]> {
  return (await collected((await openDataset(storage, dataset)).items())).map((item) => `${item.key}/${item.child}`);
}

Deno.test("runPipeline() publishes a version of every record, then says that nothing changed", async () => {
  const bench = createBench({ files: files(700), steps: [itemStep({ name: "a" })] });
  const first = await bench.run();
  assert.equal(first.outcome, "published");
  assert.equal(first.number, 1);
  assert.equal(first.counts?.items, 700);
  assert.deepEqual(bench.plan()?.records, { total: 700, new: 700, changed: 0, unchanged: 0, removed: 0 });
  bench.calls.clear();
  const second = await bench.run();
  assert.equal(second.outcome, "unchanged");
  assert.equal(second.version, first.version);
  assert.deepEqual(bench.plan()?.records, { total: 700, new: 0, changed: 0, unchanged: 700, removed: 0 });
  assert.equal(bench.calls.size, 0, "a step ran although nothing changed");
  assert.equal(bench.reads, 700, "a file was read although nothing changed");
});

Deno.test("runPipeline() reads and computes only what is new or changed, and drops what is gone", async () => {
  const bench = createBench({ files: files(1500), steps: [itemStep({ name: "a" })] });
  await bench.run();
  bench.files.set("f00700", "other bytes");
  bench.files.set("f00700b", "new");
  bench.files.delete("f01400");
  bench.calls.clear();
  bench.reads = 0;
  const second = await bench.run();
  assert.equal(second.number, 2);
  assert.deepEqual(bench.plan()?.records, { total: 1500, new: 1, changed: 1, unchanged: 1498, removed: 1 });
  assert.equal(bench.reads, 2);
  assert.deepEqual([...bench.calls.keys()].sort(), ["a f00700", "a f00700b"]);
  const ids = await idsOf(bench.storage);
  assert.equal(ids.length, 1500);
  assert.ok(ids.includes("f00700b/") && !ids.includes("f01400/"));
});

Deno.test("runPipeline() gives the same version whatever order, width or history of crashes", async () => {
  const steps = [
    itemStep({ name: "a", costly: true, each: (item) => keep(withFacts(item, { a: digestOf(item.key).slice(0, 4) })) }),
    itemStep({ name: "b", each: (item) => many([{ name: "x", item }, { name: "y", item }]) }),
  ];
  const calm = createBench({ files: files(900), steps });
  const wide = createBench({ files: files(900), steps, concurrency: 64 });
  const crashing = createBench({ files: files(900), steps });
  for (const after of [10, 300, 700, 1100]) {
    await assert.rejects(crashing.run({ stopAfterCalls: after }), { name: "AbortError" });
    assert.equal(await crashing.storage.refs.head("test"), undefined);
  }
  const versions = [(await calm.run()).version, (await wide.run()).version, (await crashing.run()).version];
  assert.equal(new Set(versions).size, 1);
});

Deno.test("runPipeline() takes up finished shards after a crash", async () => {
  const bench = createBench({ files: files(2000), steps: [itemStep({ name: "a" })], concurrency: 4 });
  await assert.rejects(bench.run({ stopAfterCalls: 1600 }), { name: "AbortError" });
  bench.calls.clear();
  await bench.run();
  assert.ok(bench.calls.size < 1400, `${bench.calls.size} of 2000 items were computed again`);
});

Deno.test("runPipeline() runs again only from a step that changed", async () => {
  const step = (name: string, version = 1) => itemStep({ name, version, costly: true });
  const bench = createBench({ files: files(50), steps: [step("a"), step("b"), step("c")] });
  await bench.run();
  bench.calls.clear();
  bench.steps = [step("a"), step("b", 2), step("c")];
  const again = await bench.run();
  const steps = new Set([...bench.calls.keys()].map((call) => call.split(" ")[0]));
  assert.deepEqual([...steps], ["b"], "b gave the same as before, so c had nothing to do");
  assert.equal(again.number, 2, "the version says which code made it");
});

Deno.test("runPipeline() keeps a ledger line for every record", async () => {
  const each = (item: Item) => {
    if (item.key.endsWith("1")) return drop("not_sampled");
    if (item.key.endsWith("2")) return reject("too_dark", "It is night");
    return keep(item, item.key.endsWith("3") ? ["look here"] : undefined);
  };
  const bench = createBench({ files: files(20), steps: [itemStep({ name: "a", each })], maxRejected: { share: 1 } });
  bench.files.set("f00004", "");
  const summary = await bench.run();
  assert.deepEqual(summary.counts, {
    records: 20,
    kept: 15,
    dropped: 2,
    rejected: 3,
    items: 15,
    losses: { "a/not_sampled": 2, "a/too_dark": 2, "admit/empty_file": 1 },
    notes: { a: 2 },
  });
  const ledger = await collected((await openDataset(bench.storage, "test")).ledger());
  assert.deepEqual(ledger.map(({ key }) => key), [...files(20).keys()]);
  assert.equal(ledger[4]?.blob?.size, 0, "the bytes of a rejected record are kept");
  assert.deepEqual(summary.rejected?.map(({ id, reason }) => `${id} ${reason}`), [
    "f00002 too_dark",
    "f00004 empty_file",
    "f00012 too_dark",
  ]);
});

Deno.test("runPipeline() publishes nothing when too much is rejected, and does not wait for the end", async () => {
  const each = () => reject("bad");
  const bench = createBench({
    files: files(5000),
    steps: [itemStep({ name: "a", each })],
    maxRejected: { share: 0.01 },
  });
  await assert.rejects(bench.run(), (thrown: unknown) => {
    assert.ok(thrown instanceof LimitError);
    assert.match(
      thrown.message,
      /^Cannot publish "test": 51 of 5000 records were rejected, and limits\.max_rejected is 1%/,
    );
    return true;
  });
  assert.ok(bench.calls.size < 1000, `${bench.calls.size} items were still computed`);
  assert.equal(await bench.storage.refs.head("test"), undefined);
});

Deno.test("runPipeline() lets one of two runs publish, and the other loses nothing", async () => {
  const shared = storage();
  const steps = [itemStep({ name: "a" })];
  const one = createBench({ files: files(300), steps, storage: shared });
  const other = createBench({ files: new Map([...files(300), ["g", "more"]]), steps, storage: shared });
  const results = await Promise.allSettled([one.run(), other.run()]);
  const failed = results.filter((result) => result.status === "rejected");
  assert.equal(failed.length, 1);
  assert.ok(failed[0]?.reason instanceof StoreError && failed[0].reason.failure === "conflict");
  const again = await (results[0]?.status === "rejected" ? one : other).run();
  assert.equal(again.number, 2);
});

Deno.test("runPipeline() tries again, in the next run, what failed for a passing reason", async () => {
  const bench = createBench({ files: files(10), steps: [itemStep({ name: "a" })], maxRejected: { share: 1 } });
  bench.failing.set("f00003", () => new TransientError("the disk is busy"));
  assert.equal((await bench.run()).counts?.rejected, 1);
  bench.failing.clear();
  bench.reads = 0;
  const second = await bench.run();
  assert.equal(second.number, 2);
  assert.equal(second.counts?.rejected, 0);
  assert.equal(bench.reads, 1);
});

Deno.test("runPipeline() ends when a plugin throws, hangs or talks nonsense, with its name and the item", async () => {
  const broken = (each: () => never) => createBench({ files: files(3), steps: [itemStep({ name: "odd", each })] });
  const throwing = broken(() => {
    throw new TypeError("x is undefined");
  });
  await assert.rejects(throwing.run(), (thrown: unknown) => {
    assert.ok(thrown instanceof PluginError);
    assert.match(thrown.message, /^Cannot process with "odd" on "f0000\d": the plugin failed with "x is undefined"$/);
    return true;
  });
  const silent = broken(() => undefined as never);
  await assert.rejects(silent.run(), PluginError);
  const each = () => new Promise<never>(() => {});
  const hanging = createBench({ files: files(3), steps: [itemStep({ name: "odd", each })], itemTimeout: 0.02 });
  await assert.rejects(hanging.run(), LimitError);
});

Deno.test("runPipeline() refuses a source whose keys are out of order or double", async () => {
  for (const keys of [["b", "a"], ["a", "a"]]) {
    const bench = createBench({ files: files(0), steps: [], keys });
    await assert.rejects(bench.run(), PluginError);
  }
});

Deno.test("runPipeline() sorts a source that promises no order", async () => {
  const bench = createBench({ files: files(300), steps: [], keys: [...files(300).keys()].reverse(), sorted: false });
  await bench.run();
  assert.deepEqual(await idsOf(bench.storage), [...files(300).keys()].map((key) => `${key}/`));
});

Deno.test("runPipeline() refuses an empty source and leaves the version as it is", async () => {
  const bench = createBench({ files: files(3), steps: [] });
  await bench.run();
  bench.files.clear();
  await assert.rejects(bench.run(), { code: "source" });
  assert.equal((await bench.storage.refs.head("test"))?.number, 1);
});

Deno.test("runPipeline() shows a dataset step all items and, from the second version on, its own answers", async () => {
  const seen: (number | undefined)[] = [];
  const order = fold("order", async function* (dataset, history) {
    seen.push(history?.count);
    const known = new Map<string, number>();
    if (history !== undefined) {
      for await (const item of history.scan()) known.set(item.key, Number(item.facts["place"]));
    }
    let next = known.size;
    for await (const item of dataset.scan()) yield keep(withFacts(item, { place: known.get(item.key) ?? next++ }));
  });
  const bench = createBench({ files: files(600), steps: [itemStep({ name: "a" }), order, itemStep({ name: "b" })] });
  await bench.run();
  bench.files.set("e", "an early one");
  await bench.run();
  assert.deepEqual(seen, [undefined, 600]);
  const items = await collected((await openDataset(bench.storage, "test")).items());
  assert.equal(items[0]?.facts["place"], 600);
  assert.equal(items[600]?.facts["place"], 599);
});

Deno.test("runPipeline() refuses a dataset step that skips, invents or swaps items", async () => {
  const wrong = {
    skips: fold("odd", async function* (dataset) {
      let index = 0;
      for await (const item of dataset.scan()) if (index++ > 0) yield keep(item);
    }),
    ends: fold("odd", async function* () {}),
    invents: fold("odd", async function* (dataset) {
      for await (const item of dataset.scan()) yield* [keep(item), keep(item)];
    }),
  };
  for (const step of Object.values(wrong)) {
    await assert.rejects(createBench({ files: files(5), steps: [step] }).run(), PluginError);
  }
});

Deno.test("runPipeline() writes nothing on a dry run", async () => {
  const bench = createBench({ files: files(30), steps: [itemStep({ name: "a" })] });
  const summary = await bench.run({ dryRun: true });
  assert.equal(summary.outcome, "planned");
  assert.deepEqual(bench.plan()?.records, { total: 30, new: 30, changed: 0, unchanged: 0, removed: 0 });
  assert.deepEqual(await collected(bench.storage.store.list("")), []);
});
