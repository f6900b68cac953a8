import assert from "node:assert/strict";
import { ItemError } from "../../runtime/contract/errors.ts";
import type { Json } from "../../runtime/contract/json.ts";
import { openDataset } from "../../runtime/engine/reader.ts";
import { drop, type Item, type ItemStepDefinition, keep, withFacts } from "../../runtime/plugin.ts";
import { collected, createBench } from "./bench.ts";
import { itemStep } from "./fixtures.ts";

const files = new Map(Array.from({ length: 500 }, (_, index) => [`f${String(index).padStart(4, "0")}`, `b ${index}`]));

type Scoring = {
  readonly least: number;
  readonly key?: Json;
  readonly looked: string[];
  readonly broken?: string;
};

/** Finds a score from 0 to 9 in every item, and drops those with less than `least`. */
function scoring({ least, key = "model", looked, broken }: Scoring): ItemStepDefinition {
  const find = (item: Item) => {
    looked.push(item.key);
    if (item.key === broken) return Promise.reject(new ItemError("bad_output", "Cannot score it: it is odd"));
    return Promise.resolve({ score: Number(item.key.at(4)) });
  };
  const model = { name: "m", digest: "d", labels: ["a"], layout: "l", runtime: "r" };
  return itemStep({
    name: "score",
    raw: {
      plan: () => Promise.resolve({ key, notes: ["model m on native"], model }),
      open: () => ({ find }),
    },
    each(item, raw) {
      const { score } = raw as { score: number }; // what `find` gave
      return score < least ? drop("low_score") : keep(withFacts(item, { score }));
    },
  });
}

async function itemsOf(bench: ReturnType<typeof createBench>) {
  return await collected((await openDataset(bench.storage, "test")).items());
}

Deno.test("createRawStage() hands what was found to the step, and keeps it out of the items", async () => {
  const looked: string[] = [];
  const bench = createBench({ files, steps: [itemStep({ name: "a" }), scoring({ least: 8, looked })] });
  const { counts } = await bench.run();
  assert.equal(looked.length, 500);
  assert.deepEqual(counts?.losses, { "score/low_score": 400 });
  const items = await itemsOf(bench);
  assert.deepEqual([...new Set(items.map(({ facts }) => facts.score))], [8, 9]);
  assert.ok(items.every((item) => !("raw" in item)));
  const { version } = await openDataset(bench.storage, "test");
  assert.deepEqual(version.columns.map(({ name }) => name), ["records", "admit", "a", "score raw", "score", "ledger"]);
  assert.equal(version.provenance.steps[1]?.model?.name, "m");
});

Deno.test("createRawStage() looks at nothing again when only the sifting changes", async () => {
  const looked: string[] = [];
  const { storage } = createBench({ files, steps: [] });
  await createBench({ files, steps: [scoring({ least: 8, looked }), itemStep({ name: "b" })], storage }).run();
  looked.length = 0;
  // The step behind it has another version, which stands for an option of the sifting: one stage, another key.
  const changed = itemStep({ name: "b", version: 2 });
  const bench = createBench({ files, steps: [scoring({ least: 3, looked }), changed], storage });
  assert.equal((await bench.run()).counts?.items, 350);
  assert.equal(looked.length, 0);
});

Deno.test("createRawStage() looks again when what finds is another, and only at what is new", async () => {
  const looked: string[] = [];
  const { storage } = createBench({ files, steps: [] });
  await createBench({ files, steps: [scoring({ least: 8, looked })], storage }).run();
  looked.length = 0;
  const more = new Map([...files, ["f0100b", "new"]]);
  await createBench({ files: more, steps: [scoring({ least: 8, looked })], storage }).run();
  assert.deepEqual(looked, ["f0100b"]);
  looked.length = 0;
  await createBench({ files, steps: [scoring({ least: 8, looked, key: "other model" })], storage }).run();
  assert.equal(looked.length, 500);
});

Deno.test("createRawStage() does not look again at an image of which only a fact changed", async () => {
  const looked: string[] = [];
  const { storage } = createBench({ files, steps: [] });
  const telling = (word: string) => itemStep({ name: word, each: (item) => keep(withFacts(item, { word })) });
  await createBench({ files, steps: [telling("one"), scoring({ least: 0, looked })], storage }).run();
  looked.length = 0;
  const bench = createBench({ files, steps: [telling("two"), scoring({ least: 0, looked })], storage });
  await bench.run();
  assert.equal(looked.length, 0);
  assert.ok((await itemsOf(bench)).every(({ facts }) => facts.word === "two" && facts.score !== undefined));
});

Deno.test("createRawStage() refuses what is no plain data, and names the step and the item", async () => {
  const odd = scoring({ least: 0, looked: [] });
  const find = () => Promise.resolve(NaN);
  const raw = { plan: () => Promise.resolve({ key: 1, notes: [] }), open: () => ({ find }) };
  await assert.rejects(createBench({ files, steps: [{ ...odd, raw }] }).run(), {
    name: "PluginError",
    message: 'Cannot use what "score" found in "f0000": it is not plain data',
  });
});

Deno.test("createRawStage() rejects an item that cannot be looked at, and goes on", async () => {
  const looked: string[] = [];
  const bench = createBench({ files, steps: [scoring({ least: 0, looked, broken: "f0007" })] });
  const { counts } = await bench.run();
  assert.equal(counts?.items, 499);
  assert.deepEqual(counts?.losses, { "score/bad_output": 1 });
});
