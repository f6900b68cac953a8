import assert from "node:assert/strict";
import drift from "../../plugins/drift.ts";
import type { RecordDiff } from "../../runtime/contract/diff.ts";
import type { Item } from "../../runtime/contract/item.ts";
import { memoryDataset, runExport, sketchedItem } from "../suites/memory_dataset.ts";

type Shape = {
  readonly count: number;
  readonly labels: (index: number) => readonly string[];
  readonly brightness?: (index: number) => number;
  readonly size?: readonly [number, number];
};

function itemsOf({ count, labels, brightness, size }: Shape): Item[] {
  return Array.from({ length: count }, (_, index) => {
    const detections = labels(index).map((label) => ({ label, score: 0.5, box: [0, 0, 9, 9] }));
    const light = brightness === undefined ? {} : { brightness: brightness(index) };
    return sketchedItem({
      key: `frame ${String(index).padStart(6, "0")}`,
      facts: { detections, ...light },
      ...(size === undefined ? {} : { size }),
    });
  });
}

function someCars(index: number): readonly string[] {
  return index % 3 === 0 ? [] : index % 3 === 1 ? ["car"] : ["car", "bus"];
}

async function run(items: readonly Item[], history?: readonly string[], options: unknown = {}, changes?: RecordDiff) {
  const { tree, notes } = await runExport(drift, options, memoryDataset({ name: "street", items }), {
    ...(history === undefined ? {} : { history }),
    ...(changes === undefined ? {} : { changes }),
  });
  const [page, markdown] = [tree.textOf("index.html"), tree.textOf("drift.md")];
  return { page, markdown, json: JSON.parse(tree.textOf("drift.json")), notes: notes ?? assert.fail() };
}

function verdictsOf({ json }: { readonly json: { since: { rows: { of: string; verdict: string }[] } } }) {
  return Object.fromEntries(json.since.rows.map(({ of, verdict }) => [of, verdict]));
}

Deno.test("drift has nothing to compare a first version with, and says so", async () => {
  const { page, markdown, json } = await run(itemsOf({ count: 30, labels: someCars }));
  for (const text of [page, markdown]) assert.match(text, /This is the first version.*nothing to compare it with/);
  assert.deepEqual([json.since, json.trend.length, json.trend[0].values.images], [null, 1, 30]);
  assert.deepEqual(json.statistics.names["boxes by label"], { bus: 10, car: 20 });
});

Deno.test("drift finds nothing between two versions that are alike", async () => {
  const first = await run(itemsOf({ count: 300, labels: someCars }));
  const second = await run(itemsOf({ count: 303, labels: someCars }), first.notes, {}, {
    added: 5,
    changed: 1,
    removed: 2,
  });
  assert.deepEqual(new Set(Object.values(verdictsOf(second))), new Set(["steady"]));
  assert.match(second.markdown, /Nothing changed beyond chance/);
  assert.deepEqual(second.json.since.records, { added: 5, changed: 1, removed: 2, unchanged: 297 });
  assert.match(second.page, /<b>297<\/b><span>unchanged records/);
});

Deno.test("drift names what changed, by which statistic, and how much", async () => {
  const first = await run(itemsOf({ count: 400, labels: someCars, brightness: (index) => 100 + index % 50 }));
  const darker = itemsOf({
    count: 400,
    labels: (index) => index % 2 === 0 ? ["bus", "bus", "bus", "tram"] : ["car"],
    brightness: (index) => 60 + index % 50,
    size: [1280, 960],
  });
  const second = await run(darker, first.notes);
  const verdicts = verdictsOf(second);
  for (const name of ["boxes by label", "boxes in an image", "brightness", "megapixels of sources"]) {
    assert.equal(verdicts[name], "changed much", name);
  }
  assert.equal(verdicts["aspect of sources"], "steady");
  assert.equal(verdicts["outcomes of records"], "steady");
  assert.match(second.markdown, /boxes by label \| changed much \| Jensen–Shannon distance \| 0\.\d{3} \|.*\| tram \|/);
  assert.match(second.markdown, /brightness \| changed much \| Kolmogorov–Smirnov statistic \| 0\.800 \| &lt; 0\.0001/);
  assert.match(second.markdown, /mean 125, median 124 \| mean 84\.5, median 84/);
  assert.match(second.page, /<small>new: tram<\/small>/);
});

Deno.test("drift takes a difference between few images for chance", async () => {
  const first = await run(itemsOf({ count: 4, labels: () => ["car"] }));
  const second = await run(itemsOf({ count: 4, labels: (index) => index < 2 ? ["car"] : ["bus"] }), first.notes);
  assert.equal(verdictsOf(second)["boxes by label"], "within chance");
});

Deno.test("drift says what only one of two versions has", async () => {
  const plain = itemsOf({ count: 9, labels: someCars });
  const bright = itemsOf({ count: 9, labels: someCars, brightness: () => 1 });
  const first = await run(plain);
  const second = await run(bright, first.notes);
  assert.equal(verdictsOf(second)["brightness"], "only now");
  assert.equal(verdictsOf(await run(plain, second.notes))["brightness"], "only before");
});

Deno.test("drift keeps a trend over the last versions and no more", async () => {
  let notes: readonly string[] | undefined;
  let last = await run([]);
  for (let count = 1; count <= 8; count++) {
    last = await run(itemsOf({ count, labels: someCars }), notes, { versions: 5 });
    notes = last.notes;
  }
  assert.deepEqual(
    last.json.trend.map(({ nth, values }: { nth: number; values: Record<string, number> }) => [nth, values["images"]]),
    [[4, 4], [5, 5], [6, 6], [7, 7], [8, 8]],
  );
  assert.equal(last.notes.length, 6);
  assert.equal([...last.page.matchAll(/<polyline/g)].length > 3, true);
  assert.match(last.markdown, /## Trend/);
});

Deno.test("drift writes the same bytes for the same input", async () => {
  const items = itemsOf({ count: 50, labels: someCars, brightness: (index) => index / 3 });
  const before = (await run(itemsOf({ count: 40, labels: someCars }))).notes;
  const [one, other] = [await run(items, before), await run(items, before)];
  assert.deepEqual(one, other);
});

Deno.test("drift notes stay small when names and values are all different", async () => {
  const items = itemsOf({ count: 5000, labels: (index) => [`label ${index}`], brightness: (index) => index * 1.0001 });
  const { notes } = await run(items);
  assert.ok(notes.join("\n").length < 120_000, String(notes.join("\n").length));
});

Deno.test("drift page loads nothing, runs nothing and shows hostile text as text", async () => {
  const evil = `"><script>alert(1)</script>\n| x | ![z](http://evil.example/z.png)`;
  const first = await run(itemsOf({ count: 20, labels: () => ["car"] }));
  const { page, markdown } = await run(itemsOf({ count: 20, labels: () => [evil] }), first.notes);
  assert.ok(!/<script|<img|<link|<iframe|javascript:| on\w+=|@import|url\(/i.test(page));
  assert.ok(page.includes("&lt;script&gt;"));
  assert.ok(!/<|(?<!\\)\]\(|:\/\//.test(markdown));
});
