import assert from "node:assert/strict";
import coco from "../../plugins/coco.ts";
import { InputError } from "../../runtime/contract/errors.ts";
import type { Item } from "../../runtime/contract/item.ts";
import { type CocoFile, readCoco } from "./coco_reader.ts";
import { stepWithModel } from "./models.ts";
import { memoryDataset, type MemoryTree, runExport, sketchedItem } from "../suites/memory_dataset.ts";

function read(tree: MemoryTree, split: string): CocoFile {
  return readCoco(tree).get(split) ?? assert.fail(`there is no file of ${split}`);
}

function split(key: string, split: string, detections: readonly (readonly [string, ...number[]])[] = []): Item {
  const boxes = detections.map(([label, ...box]) => ({ label, score: 0.5, box }));
  return sketchedItem({ key, facts: { split, ...(boxes.length === 0 ? {} : { detections: boxes }) } });
}

Deno.test("coco writes one file a split with image lists, sizes of the edited picture and no categories", async () => {
  const edits = [{ op: "orient", value: 6 }, { op: "crop", x: 0, y: 0, width: 80, height: 90 }] as const;
  const items = [
    sketchedItem({ key: "a.jpg", child: "crop1", edits, facts: { split: "train" } }),
    split("b.jpg", "val"),
  ];
  const { tree } = await runExport(coco, {}, memoryDataset({ name: "motogp", items }));
  assert.deepEqual(read(tree, "train"), {
    info: { contributor: "Framewright", description: "motogp" },
    licenses: [],
    images: [{ id: 1, file_name: "a__crop1.jpg", width: 80, height: 90 }],
    annotations: [],
    categories: [],
  });
  assert.deepEqual(read(tree, "val").images.map(({ id }) => id), [2]);
  assert.deepEqual(tree.pictures(), ["images/train/a__crop1.jpg", "images/val/b.jpg"]);
});

Deno.test("coco writes instances_all.json where there is no split, also for no items", async () => {
  const { tree } = await runExport(coco, {}, memoryDataset({ items: [sketchedItem({ key: "a.jpg" })] }));
  assert.deepEqual(read(tree, "all").images.map(({ file_name }) => file_name), ["a.jpg"]);
  assert.deepEqual(tree.pictures(), ["images/all/a.jpg"]);
  const empty = await runExport(coco, {}, memoryDataset({ items: [] }));
  assert.deepEqual(read(empty.tree, "all").images, []);
});

Deno.test("coco writes boxes with numbers unique across splits and one list of categories", async () => {
  const items = [
    split("a.jpg", "train", [["rider", 10, 10, 20.5, 30], ["bike", -5, 0, 10, 10]]),
    split("b.jpg", "train"),
    split("c.jpg", "val", [["flag", 600, 400, 100, 100], ["rider", 700, 0, 9, 9]]),
  ];
  const { tree } = await runExport(coco, {}, memoryDataset({ items }));
  const [train, val] = [read(tree, "train"), read(tree, "val")];
  const names = train.categories.map(({ id, name }) => `${id} ${name}`);
  assert.deepEqual(names, ["1 bike", "2 flag", "3 rider"]);
  assert.deepEqual(val.categories, train.categories);
  assert.deepEqual(train.images.map(({ id }) => id), [1, 2]);
  assert.deepEqual(train.annotations[0], {
    id: 1,
    image_id: 1,
    category_id: 3,
    bbox: [10, 10, 20.5, 30],
    area: 615,
    iscrowd: 0,
    segmentation: [],
    score: 0.5,
  });
  assert.deepEqual(train.annotations[1]?.bbox, [0, 0, 5, 10]);
  assert.deepEqual(val.annotations.map(({ id, image_id, bbox }) => [id, image_id, bbox]), [[3, 3, [600, 400, 40, 80]]]);
});

Deno.test("coco numbers categories as the model does, others behind them, in every file", async () => {
  const provenance = { steps: [stepWithModel(["rider", "bike"]), stepWithModel(["bike", "flag"])] };
  const items = [split("a.jpg", "train", [["zebra", 1, 1, 9, 9], ["ape", 1, 1, 9, 9]]), split("b.jpg", "val")];
  const namesOf = (tree: MemoryTree) => read(tree, "val").categories.map(({ name }) => name);
  const { tree } = await runExport(coco, {}, memoryDataset({ items, provenance }));
  assert.deepEqual(namesOf(tree), ["rider", "bike", "flag", "ape", "zebra"]);
  const told = await runExport(coco, { labels: ["zebra"] }, memoryDataset({ items, provenance }));
  assert.deepEqual(namesOf(told.tree), ["zebra", "ape"]);
});

Deno.test("coco keeps the numbers of categories from version to version, new ones come last", async () => {
  const version = (...labels: string[]) =>
    memoryDataset({ items: [split("a.jpg", "val", labels.map((label) => [label, 0, 0, 9, 9] as const))] });
  const first = await runExport(coco, {}, version("rider", "bike"));
  const second = await runExport(coco, {}, version("ape", "rider"), { history: first.notes ?? [] });
  const { categories, annotations } = read(second.tree, "val");
  assert.deepEqual(categories.map(({ name }) => name), ["bike", "rider", "ape"]);
  assert.deepEqual(annotations.map(({ category_id }) => category_id), [3, 2]);
});

Deno.test("coco takes numbers from notes that name no categories", async () => {
  const history = [
    JSON.stringify({ key: "a.jpg", child: "", id: 7, firstBox: 1, boxesDigest: "" }),
    JSON.stringify({ id: 8, box: 1 }),
  ];
  const { tree } = await runExport(coco, {}, memoryDataset({ items: [split("a.jpg", "val")] }), { history });
  assert.deepEqual(read(tree, "val").images.map(({ id }) => id), [7]);
});

Deno.test("coco gives the smallest boxes an area", async () => {
  const items = [split("a.jpg", "val", [["x", 0, 0, 0.01, 0.01]])];
  const { tree } = await runExport(coco, {}, memoryDataset({ items }));
  assert.deepEqual(read(tree, "val").annotations.map(({ area }) => area), [0.0001]);
});

Deno.test("coco keeps numbers from version to version and never gives one out again", async () => {
  const first = await runExport(
    coco,
    {},
    memoryDataset({ items: [split("b.jpg", "train"), split("d.jpg", "val", [["x", 0, 0, 9, 9]])] }),
  );
  const grown = [
    split("a.jpg", "train"),
    split("b.jpg", "val", [["x", 0, 0, 5, 5]]),
    split("d.jpg", "val", [["x", 0, 0, 9, 9]]),
  ];
  const second = await runExport(coco, {}, memoryDataset({ items: grown }), { history: first.notes ?? [] });
  assert.deepEqual(read(second.tree, "train").images.map(({ id }) => id), [3]);
  assert.deepEqual(read(second.tree, "val").images.map(({ id }) => id), [1, 2]);
  assert.deepEqual(read(second.tree, "val").annotations.map(({ id, image_id }) => [id, image_id]), [[2, 1], [1, 2]]);
  const shrunk = await runExport(coco, {}, memoryDataset({ items: [] }), { history: second.notes ?? [] });
  const back = [split("a.jpg", "train", [["x", 0, 0, 5, 5]])];
  const third = await runExport(coco, {}, memoryDataset({ items: back }), { history: shrunk.notes ?? [] });
  assert.deepEqual(read(third.tree, "train").images.map(({ id }) => id), [4]);
  assert.deepEqual(read(third.tree, "train").annotations.map(({ id }) => id), [3]);
});

Deno.test("coco gives boxes new numbers when they change, and equal notes for equal input", async () => {
  const version = (width: number) => memoryDataset({ items: [split("a.jpg", "val", [["x", 0, 0, width, 9]])] });
  const first = await runExport(coco, {}, version(5));
  const same = await runExport(coco, {}, version(5), { history: first.notes ?? [] });
  assert.deepEqual(same.notes, first.notes);
  assert.deepEqual(
    same.tree.textOf("annotations/instances_val.json"),
    first.tree.textOf("annotations/instances_val.json"),
  );
  const changed = await runExport(coco, {}, version(6), { history: first.notes ?? [] });
  assert.deepEqual(read(changed.tree, "val").annotations.map(({ id, image_id }) => [id, image_id]), [[2, 1]]);
});

Deno.test("coco keeps folders and names safe whatever split and key hold", async () => {
  const items = [split("../x/\n<b>.jpg", "../../etc"), split("A.jpg", "Train"), split("a.jpg", "Train")];
  const { tree } = await runExport(coco, {}, memoryDataset({ items }));
  assert.equal(tree.pictures().length, 3);
});

Deno.test("coco leaves pictures out when asked, and takes format and quality", async () => {
  const dataset = memoryDataset({ items: [split("a.jpg", "val")] });
  assert.deepEqual((await runExport(coco, { pictures: false }, dataset)).tree.pictures(), []);
  const { tree } = await runExport(coco, { format: "png" }, dataset);
  assert.deepEqual(tree.pictures(), ["images/val/a-jpg.png"]);
});

Deno.test("coco refuses a split that is a name of each item", async () => {
  const items = Array.from({ length: 60 }, (_, index) => split(`${index}.jpg`, `s${index}`));
  await assert.rejects(runExport(coco, {}, memoryDataset({ items })), InputError);
});

Deno.test("coco stops when it is told to", async () => {
  const signal = AbortSignal.abort(new RangeError("enough"));
  const dataset = memoryDataset({ items: [split("a.jpg", "val")] });
  await assert.rejects(runExport(coco, {}, dataset, { signal }), RangeError);
});
