import assert from "node:assert/strict";
import { loadImage } from "@napi-rs/canvas";
import charts from "../../plugins/charts.ts";
import type { LedgerLine } from "../../runtime/contract/item.ts";
import { type ItemSketch, memoryDataset, runExport, sketchedItem } from "../suites/memory_dataset.ts";

const sketches: readonly ItemSketch[] = Array.from({ length: 12 }, (_, index) => ({
  key: `${index}.jpg`,
  facts: {
    split: index < 9 ? "train" : "val",
    camera: `cam${index % 2}`,
    "odd/../name": `v${index % 3}`,
    frame: index,
    detections: [{ label: "rider", score: 0.5, box: [1, 1, 9, 9] }],
  },
}));
const rejected: LedgerLine = {
  key: "x.jpg",
  verdict: "rejected",
  items: 0,
  losses: [{ child: "", verdict: "rejected", step: "validate", reason: "truncated" }],
  notes: [],
};

async function drawn(items: readonly ItemSketch[], written: unknown = {}, ledger?: readonly LedgerLine[]) {
  const view = { items: items.map(sketchedItem), ...(ledger === undefined ? {} : { ledger }) };
  return (await runExport(charts, written, memoryDataset(view))).tree;
}

Deno.test("charts draws a PNG for each thing that the dataset has", async () => {
  const tree = await drawn(sketches);
  const files = [...tree.files.keys()].sort();
  assert.equal(files.length, 9);
  const odd = files.find((file) => /^by_odd_name_[0-9a-f]{12}\.png$/.test(file));
  assert.deepEqual(files.filter((file) => file !== odd), [
    "box_areas.png",
    "boxes_per_image.png",
    "by_camera.png",
    "labels.png",
    "outcomes.png",
    "scores.png",
    "source_sizes.png",
    "splits.png",
  ]);
  for (const file of files) assert.equal((await loadImage(tree.bytesOf(file))).width, 1440);
});

Deno.test("charts leaves out what there is nothing to draw of", async () => {
  const outcomes = await drawn([], {}, [rejected]);
  assert.deepEqual([...outcomes.files.keys()], ["outcomes.png"]);
  assert.deepEqual([...(await drawn([])).files.keys()], []);
});

Deno.test("charts draws the facts asked for only", async () => {
  const tree = await drawn(sketches, { facts: ["camera", "unknown"] });
  assert.deepEqual([...tree.files.keys()].filter((file) => file.startsWith("by_")), ["by_camera.png"]);
});

Deno.test("charts are equal byte for byte for equal datasets and differ for others", async () => {
  const [first, second, other] = [await drawn(sketches), await drawn(sketches), await drawn(sketches, {}, [rejected])];
  for (const file of first.files.keys()) assert.deepEqual(first.bytesOf(file), second.bytesOf(file), file);
  assert.notDeepEqual(other.bytesOf("outcomes.png"), first.bytesOf("outcomes.png"));
});
