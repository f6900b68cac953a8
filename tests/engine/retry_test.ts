import assert from "node:assert/strict";
import { ItemError, LimitError } from "../../runtime/contract/errors.ts";
import { failuresOf } from "../../runtime/engine/failures.ts";
import { openDataset } from "../../runtime/engine/reader.ts";
import { openParent } from "../../runtime/engine/parent.ts";
import { retryStanding } from "../../runtime/engine/standing.ts";
import { drop, type Item, keep, reject } from "../../runtime/plugin.ts";
import { type Bench, createBench, fold } from "./bench.ts";
import { itemStep } from "./fixtures.ts";

/** A thousand records in several shards. */
const files = new Map(Array.from({ length: 1000 }, (_, at) => [`f${String(at).padStart(5, "0")}`, `bytes ${at}`]));
const broken = ["f00007", "f00400", "f00900"];

type Flaky = { readonly bench: Bench; readonly ill: Map<string, string> };

/** A step that rejects what is ill, for the reason it is ill with, and drops one item for good. */
function flaky(more: Partial<Parameters<typeof createBench>[0]> = {}): Flaky {
  const ill = new Map(broken.map((key, at) => [key, at === 0 ? "undecodable" : "too_dark"]));
  const each = (item: Item) => {
    const reason = ill.get(item.key);
    if (item.key === "f00100") return drop("unwanted");
    return reason === undefined ? keep(item) : reject(reason);
  };
  const steps = [itemStep({ name: "check", costly: true, each }), itemStep({ name: "after" })];
  return { ill, bench: createBench({ files, steps, maxRejected: { count: 9 }, ...more }) };
}

async function again({ bench }: Flaky, reasons?: readonly string[]) {
  bench.calls.clear();
  bench.reads = 0;
  const { outcome, number, counts } = await bench.run({
    retry: { dataset: "test", ...(reasons === undefined ? {} : { reasons }) },
  });
  return { outcome, number, rejected: counts?.rejected, calls: [...bench.calls.keys()].sort(), reads: bench.reads };
}

Deno.test("runPipeline() computes on a retry what failed, and only that", async () => {
  const one = flaky();
  await one.bench.run();
  one.ill.clear();
  assert.deepEqual(await again(one), {
    outcome: "published",
    number: 2,
    rejected: 0,
    calls: [...broken.map((key) => `after ${key}`), ...broken.map((key) => `check ${key}`)],
    reads: 0,
  });
});

Deno.test("runPipeline() takes failures over when it is no retry", async () => {
  const one = flaky();
  await one.bench.run();
  one.ill.clear();
  one.bench.calls.clear();
  assert.equal((await one.bench.run()).outcome, "unchanged");
  assert.equal(one.bench.calls.size, 0);
});

Deno.test("runPipeline() computes on a retry only what failed for the reasons in question", async () => {
  const one = flaky();
  await one.bench.run();
  one.ill.clear();
  const { calls, rejected } = await again(one, ["undecodable", "timeout"]);
  assert.deepEqual([calls, rejected], [["after f00007", "check f00007"], 2]);
  const none = await again(one, ["timeout"]);
  assert.deepEqual([none.outcome, none.calls], ["unchanged", []]);
});

Deno.test("runPipeline() finds nothing changed on a retry when all fails as before", async () => {
  const one = flaky();
  await one.bench.run();
  const { outcome, number, calls } = await again(one);
  assert.deepEqual([outcome, number, calls], ["unchanged", 1, broken.map((key) => `check ${key}`)]);
});

Deno.test("runPipeline() reads on a retry the records again that were refused, not those that were well", async () => {
  const one = flaky();
  one.bench.files.set("f00500", "");
  await one.bench.run();
  one.bench.files.set("f00500", ""); // still empty
  const { reads, calls, outcome } = await again(one, ["empty_file"]);
  assert.deepEqual([reads, calls, outcome], [1, [], "unchanged"]);
});

Deno.test("runPipeline() goes on where a retry was cut short", async () => {
  const one = flaky();
  await one.bench.run();
  one.ill.clear();
  const retry = { dataset: "test" };
  await assert.rejects(one.bench.run({ retry, stopAfterCalls: 6 }), { name: "AbortError" });
  const before = one.bench.calls.size;
  const { calls, rejected } = await again(one);
  assert.equal(rejected, 0);
  assert.ok(before > 0 && calls.length < 6, `${calls}`);
});

Deno.test("runPipeline() tries again on a retry what made a run fail as a whole", async () => {
  const one = flaky({ maxRejected: { count: 1 } });
  await assert.rejects(one.bench.run(), LimitError);
  one.ill.clear();
  const { outcome, number, rejected } = await again(one);
  assert.deepEqual([outcome, number, rejected], ["published", 1, 0]);
});

Deno.test("runPipeline() retries what a dataset step stands behind, and lets the step see what came of it", async () => {
  const seen: number[] = [];
  const steps = [
    itemStep({ name: "check", each: (item) => item.key === "b" && ill ? reject("too_dark") : keep(item) }),
    fold("count", async function* (dataset) {
      seen.push(dataset.count);
      for await (const item of dataset.scan()) yield keep(item);
    }),
  ];
  let ill = true;
  const bench = createBench({ files: new Map([["a", "1"], ["b", "2"]]), steps, maxRejected: { count: 9 } });
  await bench.run();
  ill = false;
  await bench.run({ retry: { dataset: "test" } });
  assert.deepEqual(seen, [1, 2]);
});

Deno.test("failuresOf() counts records by the reasons they failed for", async () => {
  const { bench } = flaky();
  bench.failing.set("f00003", () => new ItemError("gone", "Cannot read it: it is gone"));
  await bench.run();
  assert.deepEqual(await failuresOf(await openDataset(bench.storage, "test"), bench.storage.chunks), {
    failed: 4,
    records: 1000,
    reasons: { gone: 1, undecodable: 1, too_dark: 2 },
  });
});

Deno.test("retryStanding() takes over unread what lost nothing for the reasons in question", async () => {
  const one = flaky();
  await one.bench.run();
  const { chunks } = one.bench.storage;
  const { version, rows } = await openDataset(one.bench.storage, "test");
  const read: string[] = [];
  const counting = {
    ...chunks,
    get(digest: string) {
      read.push(digest);
      return chunks.get(digest);
    },
  };
  const standing = retryStanding(
    { dataset: "test", reasons: ["undecodable"] },
    await openParent(version, chunks),
    counting,
  );
  const all = await Array.fromAsync(rows());
  const cells = all.map((row) => row.cells[2] ?? assert.fail("no cell"));
  const stood = await Array.fromAsync(cells, (cell) => standing.cell(cell));
  assert.deepEqual(stood.map((stands, at) => stands ? [] : [all[at]?.first]).flat(), ["f00000"]);
  assert.deepEqual(read, cells.slice(0, 1).map(({ digest }) => digest));
});
