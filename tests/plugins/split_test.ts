import assert from "node:assert/strict";
import split from "../../plugins/split.ts";
import type { Facts, Item } from "../../runtime/plugin.ts";
import { sketchedItem } from "../suites/memory_dataset.ts";
import { itemsAfter, viewOf } from "./steps.ts";

type Row = readonly [key: string, facts?: Facts, child?: string];

function itemsFrom(rows: readonly Row[]): Item[] {
  return rows.map(([key, facts = {}, child = ""]) => sketchedItem({ key, facts, child }));
}

function numbered(count: number, factsOf: (index: number) => Facts = () => ({}), prefix = ""): Item[] {
  return itemsFrom(
    Array.from({ length: count }, (_, index) => [`${prefix}${String(index).padStart(6, "0")}.jpg`, factsOf(index)]),
  );
}

function countsOf(items: readonly Item[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { facts } of items) counts[String(facts.split)] = (counts[String(facts.split)] ?? 0) + 1;
  return counts;
}

function splitsBy(items: readonly Item[], nameOf: (item: Item) => string): Map<string, Set<string>> {
  const splits = new Map<string, Set<string>>();
  for (const item of items) {
    splits.set(nameOf(item), (splits.get(nameOf(item)) ?? new Set()).add(String(item.facts.split)));
  }
  return splits;
}

Deno.test("split deals out exact shares by largest remainder, whatever the count", async () => {
  for (const [count, train, test] of [[1000, 800, 200], [24, 19, 5], [22, 18, 4], [7, 6, 1], [3, 2, 1], [1, 1, 0]]) {
    const { items, logs } = await itemsAfter(split, {}, numbered(count ?? 0));
    assert.deepEqual([countsOf(items).train ?? 0, countsOf(items).test ?? 0], [train, test], `of ${count}`);
    assert.deepEqual(logs, []);
  }
});

Deno.test("split deals out three shares that do not divide evenly", async () => {
  const { items } = await itemsAfter(split, { train: 70, val: 15, test: 15 }, numbered(10));
  assert.deepEqual(countsOf(items), { train: 7, val: 2, test: 1 });
  const thirds = await itemsAfter(split, { train: 1, val: 1, test: 1 }, numbered(100));
  assert.deepEqual(countsOf(thirds.items), { train: 34, val: 33, test: 33 });
});

Deno.test("split takes shares relative to their sum", async () => {
  const options = { train: 0.8, val: 0.1, test: 0.1 };
  assert.deepEqual(countsOf((await itemsAfter(split, options, numbered(50))).items), { train: 40, val: 5, test: 5 });
});

Deno.test("split keeps all items of a source in one split", async () => {
  const rows = Array.from({ length: 300 }, (_, index): Row => [`${Math.floor(index / 3)}.jpg`, {}, `crop${index % 3}`]);
  const { items } = await itemsAfter(split, {}, itemsFrom(rows));
  assert.ok([...splitsBy(items, ({ key }) => key).values()].every((splits) => splits.size === 1));
  assert.deepEqual(countsOf(items), { train: 240, test: 60 });
});

Deno.test("split keeps all items of a fact's value in one split", async () => {
  const { items } = await itemsAfter(
    split,
    { group_by: "camera" },
    numbered(1000, (index) => ({ camera: `cam${index % 20}` })),
  );
  const cameras = splitsBy(items, ({ facts }) => String(facts.camera));
  assert.ok([...cameras.values()].every((splits) => splits.size === 1));
  assert.deepEqual(countsOf(items), { train: 800, test: 200 });
});

Deno.test("split says so when whole groups cannot make the shares", async () => {
  const { items, logs } = await itemsAfter(
    split,
    { group_by: "camera" },
    numbered(10, (index) => ({ camera: index % 2 })),
  );
  assert.deepEqual(countsOf(items), { train: 5, test: 5 });
  assert.deepEqual(logs, [
    "train 5, val 0, test 5 instead of train 8, val 0, test 2: groups stay whole, and in the split they were in",
  ]);
});

Deno.test("split groups items that lack the fact by their source, and says how many", async () => {
  const items = itemsFrom([["a", { camera: "b" }], ["b", {}, "x"], ["b", {}, "y"], ["c", { camera: null }]]);
  const result = await itemsAfter(split, { group_by: "camera", train: 50, test: 50 }, items);
  assert.equal(result.logs[0], '2 items have no "camera" and are grouped by their source instead');
  assert.equal(splitsBy(result.items, ({ key }) => key).get("b")?.size, 1);
});

Deno.test("split depends on group names and seed, not on order or size of the set it was never told of", async () => {
  const once = await itemsAfter(split, {}, numbered(100));
  assert.deepEqual(await itemsAfter(split, {}, numbered(100)), once);
  assert.notDeepEqual((await itemsAfter(split, {}, numbered(100), undefined, 8)).items, once.items);
});

Deno.test("split keeps every earlier item where it was as the set grows, and the shares exact", async () => {
  let history: readonly Item[] = [];
  for (const count of [3, 10, 11, 24, 100, 101, 1000]) {
    const { items } = await itemsAfter(split, { train: 70, val: 10, test: 20 }, numbered(count), history);
    const before = new Map(history.map(({ key, facts }) => [key, facts.split]));
    assert.ok(items.every(({ key, facts }) => !before.has(key) || before.get(key) === facts.split));
    history = items;
  }
  assert.deepEqual(countsOf(history), { train: 700, val: 100, test: 200 });
});

Deno.test("split keeps earlier items where they were when others vanish or come in between", async () => {
  const first = (await itemsAfter(split, {}, numbered(100))).items;
  const before = new Map(first.map(({ key, facts }) => [key, facts.split]));
  const rest = [...numbered(100).filter((_, index) => index % 3 > 0), ...numbered(40, () => ({}), "new")];
  const { items } = await itemsAfter(split, {}, rest, first);
  assert.equal(items.length, rest.length);
  assert.ok(items.every(({ key, facts }) => !before.has(key) || before.get(key) === facts.split));
});

Deno.test("split lets changed shares act on new items, and says what they came to", async () => {
  const first = (await itemsAfter(split, { train: 50, test: 50 }, numbered(100))).items;
  const { items, logs } = await itemsAfter(split, { train: 90, test: 10 }, numbered(120), first);
  assert.deepEqual(countsOf(items), { train: 70, test: 50 });
  assert.match(logs[0] ?? "", /^train 70, val 0, test 50 instead of train 108, val 0, test 12/);
});

Deno.test("split empties a split that has no share any more", async () => {
  const first = (await itemsAfter(split, { train: 50, val: 25, test: 25 }, numbered(100))).items;
  const { items } = await itemsAfter(split, { train: 75, test: 25 }, numbered(100), first);
  assert.deepEqual(countsOf(items), { train: 75, test: 25 });
});

Deno.test("split puts a group of which history knows both sides on one side", async () => {
  const history = itemsFrom([["a", { camera: 1, split: "test" }], ["b", { camera: 1, split: "train" }]]);
  const rows = itemsFrom([["a", { camera: 1 }], ["b", { camera: 1 }]]);
  const { items } = await itemsAfter(split, { group_by: "camera" }, rows, history);
  assert.deepEqual(countsOf(items), { test: 2 });
});

Deno.test("split spreads the values of a fact over the splits in equal shares", async () => {
  const weathers = ["sun", "rain", "dusk"];
  const rows = numbered(300, (index) => ({ weather: weathers[index % 10 < 6 ? 0 : index % 10 < 9 ? 1 : 2] }));
  const { items } = await itemsAfter(split, { train: 70, val: 10, test: 20, stratify_by: "weather" }, rows);
  const counts = (weather: string) => countsOf(items.filter(({ facts }) => facts.weather === weather));
  assert.deepEqual(counts("sun"), { train: 126, val: 18, test: 36 });
  assert.deepEqual(counts("rain"), { train: 63, val: 9, test: 18 });
  assert.deepEqual(counts("dusk"), { train: 21, val: 3, test: 6 });
});

Deno.test("split keeps the shares of the whole exact although each stratum is tiny", async () => {
  const rows = numbered(100, (index) => ({ id: index }));
  const { items } = await itemsAfter(split, { stratify_by: "id" }, rows);
  assert.deepEqual(countsOf(items), { train: 80, test: 20 });
  const pairs = await itemsAfter(
    split,
    { train: 70, val: 15, test: 15, stratify_by: "id" },
    numbered(101, (index) => ({ id: index % 37 })),
  );
  assert.deepEqual(countsOf(pairs.items), { train: 71, val: 15, test: 15 });
});

Deno.test("split gives one verdict an item, in the order of the scan, and an empty set none", async () => {
  const rows = numbered(50);
  const { items } = await itemsAfter(split, {}, rows);
  assert.deepEqual(items.map(({ key }) => key), rows.map(({ key }) => key));
  assert.deepEqual((await itemsAfter(split, {}, [])).items, []);
});

Deno.test("split needs the facts that its options name", () => {
  assert.equal(typeof split.needs, "function");
  const needs = (options: unknown) =>
    typeof split.needs === "function" ? split.needs(split.options.parse(options)) : [];
  assert.deepEqual(needs({}), []);
  assert.deepEqual(needs({ group_by: "camera", stratify_by: "weather" }), ["camera", "weather"]);
});

Deno.test("split gives testing what the other shares leave of 100, or of 1", async () => {
  const countOf = async (asked: Record<string, number>) => {
    const step = await split.open(split.options.parse(asked), { random: Math.random, log: () => {} });
    const splits: unknown[] = [];
    for await (const verdict of step.whole(viewOf(numbered(200)), new AbortController().signal)) {
      if (verdict.kind === "keep") splits.push(verdict.item.facts.split);
    }
    return splits.filter((name) => name === "test").length;
  };
  assert.equal(await countOf({}), 40);
  assert.equal(await countOf({ train: 90 }), 20);
  assert.equal(await countOf({ train: 70, val: 20 }), 20);
  assert.equal(await countOf({ train: 0.75 }), 50);
  assert.equal(await countOf({ train: 100 }), 0);
  assert.equal(await countOf({ train: 3, test: 1 }), 50);
});

Deno.test("split refuses shares that are all 0 or negative", () => {
  assert.equal(split.options.safeParse({ train: 0, test: 0 }).success, false);
  assert.equal(split.options.safeParse({ train: -1 }).success, false);
});

Deno.test("split stops when it is aborted", async () => {
  const step = await split.open(split.options.parse({}), { random: () => 0, log: () => {} });
  const verdicts = step.whole(viewOf(numbered(3)), AbortSignal.abort());
  await assert.rejects(async () => await Array.fromAsync(verdicts), { name: "AbortError" });
});
