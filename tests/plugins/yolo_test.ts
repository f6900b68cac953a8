import assert from "node:assert/strict";
import yolo from "../../plugins/yolo.ts";
import { InputError } from "../../runtime/contract/errors.ts";
import type { Item } from "../../runtime/contract/item.ts";
import { memoryDataset, memoryTree, runExport, sketchedItem } from "../suites/memory_dataset.ts";
import { stepWithModel } from "./models.ts";
import { readYolo } from "./yolo_reader.ts";

type Box = readonly [label: string, x: number, y: number, width: number, height: number];

function item(key: string, split: string | undefined, boxes: readonly Box[] = [], size: [number, number] = [640, 480]) {
  const detections = boxes.map(([label, ...box]) => ({ label, box }));
  return sketchedItem({ key, size, facts: { ...(split === undefined ? {} : { split }), detections } });
}

async function exported(items: readonly Item[], written: unknown = {}, history?: readonly string[]) {
  const run = await runExport(yolo, written, memoryDataset({ items }), history === undefined ? {} : { history });
  return { ...readYolo(run.tree), ...run };
}

Deno.test("yolo writes pictures, five columns a box, and an empty file where there is none", async () => {
  const { tree, boxes, folders } = await exported([
    item("a.jpg", "train", [["rider", 160, 120, 320, 240], ["bike", 0, 0, 64, 48]]),
    item("b.jpg", "val"),
    item("c.jpg", "test", [["rider", 639, 479, 1, 1]]),
  ]);
  assert.equal(
    tree.textOf("labels/train/a.txt"),
    "1 0.500000 0.500000 0.500000 0.500000\n0 0.050000 0.050000 0.100000 0.100000\n",
  );
  assert.equal(tree.textOf("labels/val/b.txt"), "");
  assert.deepEqual([...boxes.keys()], ["images/test/c.jpg", "images/train/a.jpg", "images/val/b.jpg"]);
  assert.deepEqual(folders, { train: "images/train", val: "images/val", test: "images/test" });
});

Deno.test("yolo keeps every box inside the picture and above nothing, however it is rounded", async () => {
  const sizes = [[640, 480], [333, 777], [4999, 3001], [65_535, 65_535], [1, 1]] as const;
  const items = sizes.flatMap(([width, height], index) =>
    [[0, 0, width, height], [width - 0.01, height - 0.01, 0.01, 0.01], [0, 0, 0.01, height], [
      width / 3,
      0,
      2 * width,
      9,
    ]]
      .map(([x = 0, y = 0, w = 0, h = 0], at) =>
        item(`${index}-${at}.jpg`, "train", [["x", x, y, w, h]], [width, height])
      )
  );
  const { boxes } = await exported(items);
  assert.ok([...boxes.values()].every((found) => found.length === 1));
});

Deno.test("yolo writes equal boxes once", async () => {
  const { boxes } = await exported([item("a.jpg", "train", [["x", 1, 1, 9, 9], ["x", 1, 1, 9, 9], ["y", 1, 1, 9, 9]])]);
  assert.deepEqual(boxes.get("images/train/a.jpg")?.map(({ name }) => name), ["x", "y"]);
});

Deno.test("yolo understands the usual names of splits and those it is told", async () => {
  const names = ["train", "training", "val", "valid", "validation", "test", "testing", undefined, "holdout"];
  const items = names.map((name, index) => item(`${index}.jpg`, name));
  const { tree } = await exported(items, { splits: { holdout: "test" } });
  const folders = tree.pictures().map((path) => path.split("/").slice(1).join("/"));
  assert.deepEqual(folders, [
    ...["test/5.jpg", "test/6.jpg", "test/8.jpg", "train/0.jpg", "train/1.jpg", "train/7.jpg"],
    ...["val/2.jpg", "val/3.jpg", "val/4.jpg"],
  ]);
  for (const odd of ["holdout", "constructor", "Train"]) {
    await assert.rejects(exported([item("a.jpg", odd)]), (thrown) => {
      return thrown instanceof InputError && thrown.message.includes(`its split "${odd}"`);
    });
  }
});

Deno.test("yolo names something that is there as `val`, whatever splits there are", async () => {
  const valOf = async (splits: readonly string[], written: unknown = {}) =>
    (await exported(splits.map((split) => item(`${split}.jpg`, split)), written)).folders;
  assert.deepEqual(await valOf(["train", "test"]), { train: "images/train", val: "images/test", test: "images/test" });
  assert.equal((await valOf(["train", "test"], { missing_val: "train" })).val, "images/train");
  assert.deepEqual(await valOf(["train"]), { train: "images/train", val: "images/train" });
  assert.deepEqual(await valOf(["val"]), { train: "images/val", val: "images/val" });
  assert.deepEqual(await valOf(["test"], { missing_val: "train" }), {
    train: "images/test",
    val: "images/test",
    test: "images/test",
  });
  assert.deepEqual(await valOf([]), { train: "images/train", val: "images/train" });
});

Deno.test("yolo numbers classes as the model does, others behind them, and keeps the numbers", async () => {
  const provenance = { steps: [stepWithModel(["person", "ball"])] };
  const items = [item("a.jpg", "train", [["zebra", 0, 0, 9, 9], ["ball", 0, 0, 9, 9], ["ape", 0, 0, 9, 9]])];
  const first = await runExport(yolo, {}, memoryDataset({ items, provenance }));
  assert.deepEqual(readYolo(first.tree).names, ["person", "ball", "ape", "zebra"]);
  const later = [item("a.jpg", "train", [["bee", 0, 0, 9, 9]])];
  const second = await exported(later, { labels: ["ape", "cow"] }, first.notes);
  assert.deepEqual(second.names, ["person", "ball", "ape", "zebra", "cow", "bee"]);
  assert.deepEqual((await exported(later, { labels: ["cow"] })).names, ["cow", "bee"]);
});

Deno.test("yolo writes names that YAML would take for something else, or not at all", async () => {
  const odd = [
    "no",
    "0123",
    "null",
    "a: b",
    "# c",
    '"q"',
    "- x",
    "日本 😀",
    "two\nlines",
    "\u0085\u2028\u007f",
    "\\",
    "",
  ];
  const labels = odd.filter((label) => label !== "");
  const { names, tree } = await exported([item("a.jpg", "train")], { labels });
  assert.deepEqual(names, labels);
  assert.ok(!/[\u007f-\u009f\u2028]/.test(tree.textOf("data.yaml")));
  assert.deepEqual((await exported([item("a.jpg", "train")])).names, []);
});

Deno.test("yolo says how many pictures are too small for readers", async () => {
  const logs: string[] = [];
  const host = { note: () => Promise.resolve(), log: (text: string) => void logs.push(text) };
  const dataset = memoryDataset({ items: [item("a.jpg", "train", [], [9, 100]), item("b.jpg", "train")] });
  const opened = await yolo.open(yolo.options.parse({}), host);
  await opened.write(dataset, memoryTree(), new AbortController().signal);
  assert.deepEqual(logs, ["Pictures with a side below 10 pixels, which Ultralytics leaves out: 1"]);
});
