import assert from "node:assert/strict";
import { openDataset } from "../../runtime/engine/reader.ts";
import {
  type DatasetStepDefinition,
  drop,
  idOf,
  type Item,
  keep,
  many,
  type StepPlugin,
  withFacts,
} from "../../runtime/plugin.ts";
import { collected, createBench, fold } from "./bench.ts";
import { itemStep } from "./fixtures.ts";

const files = new Map(
  Array.from({ length: 900 }, (_, index) => [`f${String(index).padStart(4, "0")}`, `bytes ${index}`]),
);

/** Numbers the items in their order; says how many it saw. */
function numbering(adds: boolean, seen: number[] = []): DatasetStepDefinition {
  const step = fold("number", async function* (dataset) {
    seen.push(dataset.count);
    let number = 0;
    for await (const item of dataset.scan()) yield keep(withFacts(item, { number: number++ }));
  });
  return { ...step, gives: ["number"], ...(adds ? { adds } : {}) };
}

function halves(blind: boolean): StepPlugin {
  const each = (item: Item) => many([{ name: "left", item }, { name: "right", item }]);
  return itemStep({ name: "halves", each, ...(blind ? { blind } : {}) });
}

function some(blind: boolean): StepPlugin {
  const each = (item: Item) => item.key.endsWith("7") ? drop("seven") : keep(withFacts(item, { kept: true }));
  return itemStep({ name: "some", each, ...(blind ? { blind } : {}) });
}

async function factsOf(steps: readonly StepPlugin[]) {
  const bench = createBench({ files, steps });
  const { counts } = await bench.run();
  const version = await openDataset(bench.storage, "test");
  const items = await collected(version.items());
  const ledger = await collected(version.ledger());
  return { columns: version.version.columns.map(({ name }) => name), counts, items, ledger, bench };
}

Deno.test("stretchesOf() lets a step that adds facts run aside, with the result of one that everything waits for", async () => {
  const [aside, waiting] = [
    await factsOf([itemStep({ name: "a" }), numbering(true), halves(true), some(true)]),
    await factsOf([itemStep({ name: "a" }), numbering(true), halves(true), some(false)]),
  ];
  assert.deepEqual(aside.columns, ["records", "admit", "a", "halves+some", "number", "number joined", "ledger"]);
  assert.deepEqual(waiting.columns, ["records", "admit", "a", "number", "halves+some", "ledger"]);
  assert.deepEqual(aside.items, waiting.items);
  assert.deepEqual(aside.ledger, waiting.ledger);
  assert.deepEqual(aside.counts, waiting.counts);
  const item = aside.items.find((one) => idOf(one) === "f0003#right");
  assert.deepEqual(item?.facts, { number: 3, kept: true });
});

Deno.test("stretchesOf() lets nothing pass a step that does more than add facts, or that gives what is needed", async () => {
  const needing: StepPlugin = { ...halves(true), kind: "item", needs: ["number"] } as StepPlugin;
  for (const steps of [[numbering(false), halves(true)], [numbering(true), needing]]) {
    assert.deepEqual((await factsOf(steps)).columns.slice(2, -1), ["number", "halves"]);
  }
});

Deno.test("passWhole() takes from a step that adds facts the facts it gives and nothing else, and refuses a drop", async () => {
  const changing = fold("number", async function* (dataset) {
    for await (const item of dataset.scan()) {
      yield keep({
        ...withFacts(item, { number: 1, other: 2 }),
        image: { ...item.image, edits: [{ op: "grayscale" }] },
      });
    }
  });
  const { items } = await factsOf([{ ...changing, gives: ["number"], adds: true }]);
  assert.deepEqual(items[0]?.facts, { number: 1 });
  assert.deepEqual(items[0]?.image.edits, []);
  const dropping = fold("number", async function* (dataset) {
    for await (const _ of dataset.scan()) yield drop("no");
  });
  await assert.rejects(factsOf([{ ...dropping, gives: ["number"], adds: true }]), /it only adds facts/);
});

Deno.test("stretchesOf() shows a step that runs aside the items as they are at its place", async () => {
  const seen: number[] = [];
  const { bench } = await factsOf([numbering(true, seen), halves(true)]);
  bench.calls.clear();
  assert.equal((await bench.run()).outcome, "unchanged");
  bench.files.set("f0000b", "one more");
  await bench.run();
  assert.deepEqual(seen, [900, 901]);
  assert.deepEqual([...bench.calls.keys()], ["halves f0000b"], "facts that moved made images anew");
  const items = await collected((await openDataset(bench.storage, "test")).items());
  assert.equal(items.find((one) => idOf(one) === "f0899#left")?.facts["number"], 900);
});
