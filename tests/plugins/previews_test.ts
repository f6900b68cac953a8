import assert from "node:assert/strict";
import { loadImage } from "@napi-rs/canvas";
import previews from "../../plugins/previews.ts";
import { ItemError, StoreError } from "../../runtime/contract/errors.ts";
import type { Image } from "../../runtime/contract/image.ts";
import { type ItemSketch, memoryDataset, runExport, sketchedItem } from "../suites/memory_dataset.ts";
import { paintedJpeg } from "../suites/painted.ts";

const rider = { label: "rider", score: 0.5, box: [10, 10, 200, 200] };

function sketches(count: number, splitOf: (index: number) => string = () => "train"): ItemSketch[] {
  return Array.from({ length: count }, (_, index) => ({
    key: `${String(index).padStart(3, "0")}.jpg`,
    facts: { split: splitOf(index), detections: index % 2 === 0 ? [rider] : [] },
  }));
}

const picture = await paintedJpeg(160, 120);

async function drawn(items: readonly ItemSketch[], written: unknown = {}, thumbnail = () => Promise.resolve(picture)) {
  const { tree } = await runExport(previews, written, memoryDataset({ items: items.map(sketchedItem), thumbnail }));
  const files = [...tree.files.keys()].sort();
  const pictures = files.filter((file) => file.startsWith("pictures/")).map((file) => file.slice(9, -4));
  return { tree, pictures, sheets: files.filter((file) => file.startsWith("sheet_")) };
}

Deno.test("previews draws a JPEG of every item, and sheets of them", async () => {
  const { tree, pictures, sheets } = await drawn(sketches(5), { sheet: { columns: 2, rows: 2 } });
  assert.deepEqual(pictures, ["000", "001", "002", "003", "004"]);
  assert.deepEqual(sheets, ["sheet_01.jpg", "sheet_02.jpg"]);
  assert.equal((await loadImage(tree.bytesOf("pictures/000.jpg"))).width, 480, "small pictures are enlarged");
  assert.notDeepEqual(tree.bytesOf("pictures/000.jpg"), tree.bytesOf("pictures/001.jpg"));
  assert.deepEqual((await drawn(sketches(5), { sheet: false })).sheets, []);
  assert.deepEqual([...(await drawn([])).tree.files.keys()], []);
});

Deno.test("previews asks for pictures of the edge that it is given", async () => {
  const edges: number[] = [];
  const thumbnail = (_: Image, edge: number) => {
    edges.push(edge);
    return Promise.resolve(picture);
  };
  const dataset = memoryDataset({ items: sketches(2).map(sketchedItem), thumbnail });
  const { tree } = await runExport(previews, { edge: 200 }, dataset);
  assert.deepEqual(edges, [200, 200]);
  assert.equal((await loadImage(tree.bytesOf("pictures/000.jpg"))).width, 160, "two times 160 is more than 200");
});

Deno.test("previews leaves out items without detections when asked", async () => {
  assert.deepEqual((await drawn(sketches(6), { empty: false, most: 2 })).pictures, ["002", "004"]);
});

Deno.test("previews spreads what it draws over the dataset and its splits", async () => {
  const items = sketches(100, (index) => index < 80 ? "train" : index < 99 ? "val" : "test");
  const { pictures } = await drawn(items, { most: 10, sheet: false });
  const numbers = pictures.map(Number);
  assert.ok(numbers.length >= 8 && numbers.length <= 10, String(numbers));
  assert.deepEqual(numbers.slice(-1), [99], "each split has one at least");
  const train = numbers.filter((number) => number < 80);
  assert.ok(train.every((number, index) => Math.abs(number - (index + 1) * 80 / train.length) <= 1), String(train));
  assert.equal((await drawn(items, { most: null, sheet: false })).pictures.length, 100);
  const splits = await drawn(sketches(30, (index) => `s${index}`), { most: 3, sheet: false });
  assert.deepEqual(splits.pictures, ["009", "019", "029"], "more splits than pictures count as one");
});

Deno.test("previews goes on when an item cannot be decoded and stops when the store fails", async () => {
  const broken = () => Promise.reject(new ItemError("broken", "Cannot decode it: it ends early"));
  const { pictures, sheets } = await drawn(sketches(2), {}, broken);
  assert.deepEqual([pictures, sheets], [[], ["sheet_01.jpg"]]);
  const failing = () => Promise.reject(new StoreError("corrupt", "Cannot read it: it changed"));
  await assert.rejects(drawn(sketches(2), {}, failing), StoreError);
});

Deno.test("previews are equal byte for byte for equal datasets", async () => {
  const [first, second] = [await drawn(sketches(3)), await drawn(sketches(3))];
  for (const file of first.tree.files.keys()) {
    assert.deepEqual(first.tree.bytesOf(file), second.tree.bytesOf(file), file);
  }
});
