import assert from "node:assert/strict";
import { parse } from "yaml";
import imagefolder from "../../plugins/imagefolder.ts";
import { type ItemSketch, memoryDataset, type MemoryTree, runExport, sketchedItem } from "../suites/memory_dataset.ts";
import { stepWithModel } from "./models.ts";

async function folderOf(sketches: readonly ItemSketch[]): Promise<MemoryTree> {
  return (await runExport(imagefolder, {}, memoryDataset({ name: "motogp", items: sketches.map(sketchedItem) }))).tree;
}

function linesOf(tree: MemoryTree, folder: string): string[] {
  return tree.textOf(`${folder}/metadata.jsonl`).trim().split("\n");
}

function rowsOf(tree: MemoryTree, folder: string) {
  return linesOf(tree, folder).map((line) => JSON.parse(line));
}

function configOf(tree: MemoryTree) {
  const [, front = ""] = /^---\n([\s\S]*?)---\n/.exec(tree.textOf("README.md")) ?? [];
  return parse(front);
}

Deno.test("imagefolder writes a folder a split, its lines beside the pictures, and names the splits", async () => {
  const tree = await folderOf([
    { key: "a.jpg", child: "crop1", facts: { split: "train", camera: "c1" } },
    { key: "b.jpg", facts: { split: "val", camera: "c2" } },
    { key: "c.jpg", facts: { split: "test", camera: "c2" } },
  ]);
  assert.deepEqual(tree.pictures(), ["test/c.jpg", "train/a__crop1.jpg", "validation/b.jpg"]);
  assert.deepEqual(rowsOf(tree, "train"), [{
    file_name: "a__crop1.jpg",
    split: "train",
    source: "a.jpg",
    width: 640,
    height: 480,
    edits: "",
    camera: "c1",
  }]);
  assert.equal(rowsOf(tree, "validation")[0].split, "val");
  assert.deepEqual(configOf(tree).configs, [{
    config_name: "default",
    data_files: [
      { split: "test", path: "test/**" },
      { split: "train", path: "train/**" },
      { split: "validation", path: "validation/**" },
    ],
  }]);
});

Deno.test("imagefolder puts items without a split into data/, as the train split", async () => {
  const tree = await folderOf([{ key: "a.jpg" }]);
  assert.deepEqual(tree.pictures(), ["data/a.jpg"]);
  assert.equal(configOf(tree).configs[0].data_files[0].split, "train");
  const mixed = await folderOf([{ key: "a.jpg" }, { key: "b.jpg", facts: { split: "train" } }]);
  assert.deepEqual(configOf(mixed).configs[0].data_files.map(({ split }: { split: string }) => split), [
    "unsplit",
    "train",
  ]);
});

/** What a reader tells from a file: for every column the type of what is in it. */
function featuresOf(tree: MemoryTree, folder: string): Record<string, string> {
  const features: Record<string, Set<string>> = {};
  for (const row of rowsOf(tree, folder)) {
    for (const [name, value] of Object.entries(row)) {
      if (value !== null) (features[name] ??= new Set()).add(typeof value);
      else features[name] ??= new Set();
    }
  }
  return Object.fromEntries(Object.entries(features).map(([name, types]) => [name, [...types].join()]));
}

Deno.test("imagefolder gives every split the same columns of the same types", async () => {
  const box = { label: "rider", box: [1, 2, 3, 4] };
  const tree = await folderOf([
    { key: "a.jpg", facts: { split: "train", speed: 12, camera: "c1", lap: 1, detections: [box] } },
    { key: "b.jpg", facts: { split: "train", lap: "pit" } },
    { key: "c.jpg", facts: { split: "val", lap: 2 } },
  ]);
  const train = featuresOf(tree, "train");
  assert.deepEqual(Object.keys(train), Object.keys(featuresOf(tree, "validation")));
  assert.deepEqual(featuresOf(tree, "validation"), train);
  assert.deepEqual(rowsOf(tree, "validation")[0], {
    file_name: "c.jpg",
    split: "val",
    source: "c.jpg",
    width: 640,
    height: 480,
    edits: "",
    camera: "",
    lap: "2",
    speed: "",
    objects: '{"bbox":[],"categories":[]}',
  });
});

Deno.test("imagefolder writes nulls where a type can be told without them", async () => {
  const tree = await folderOf([
    { key: "a.jpg", facts: { split: "train", speed: 12 } },
    { key: "b.jpg", facts: { split: "train" } },
    { key: "c.jpg", facts: { split: "val", speed: 12.5 } },
  ]);
  assert.equal(rowsOf(tree, "train")[1].speed, null);
  assert.match(linesOf(tree, "train")[0] ?? "", /"speed":12\.0[,}]/);
});

Deno.test("imagefolder writes boxes as objects with numbered categories that README.md names", async () => {
  const detections = (...labels: string[]) => labels.map((label) => ({ label, box: [1, 2, 3.5, 4] }));
  const tree = await folderOf([
    { key: "a.jpg", facts: { split: "train", detections: detections("rider", "b|ke") } },
    { key: "b.jpg", facts: { split: "train" } },
    { key: "c.jpg", facts: { split: "val", detections: detections("rider") } },
  ]);
  const [first, second] = rowsOf(tree, "train");
  assert.deepEqual(first.objects, { bbox: [[1, 2, 3.5, 4], [1, 2, 3.5, 4]], categories: [1, 0] });
  assert.deepEqual(second.objects, { bbox: [], categories: [] });
  assert.match(linesOf(tree, "train")[0] ?? "", /\[1\.0,2\.0,3\.5,4\.0\]/);
  assert.match(tree.textOf("README.md"), /\| 0 \| b\\\|ke \|\n\| 1 \| rider \|/);
});

Deno.test("imagefolder keeps words of splits out of file names and columns from being taken for files", async () => {
  const tree = await folderOf([
    { key: "a train station.jpg", facts: { split: "val", original_file_name: "x.jpg", image: "y" } },
    { key: "test/f1.jpg", facts: { split: "val" } },
  ]);
  for (const path of tree.pictures()) assert.ok(!/(?:^|[-._ 0-9])(train|test)[-._ 0-9]/.test(path.split("/")[1] ?? ""));
  const names = Object.keys(rowsOf(tree, "validation")[0]);
  assert.deepEqual(names.filter((name) => /(?:^|_)file_names?$/.test(name)), ["file_name"]);
  assert.ok(!names.includes("image"));
});

Deno.test("imagefolder survives hostile keys, facts, splits and no items", async () => {
  const tree = await folderOf([
    { key: "a\n\u2028</script>.jpg", facts: { split: "../..", note: "\ud800\n|<b>", big: 1e300, small: -0.5 } },
  ]);
  const folder = tree.pictures()[0]?.split("/")[0] ?? "";
  assert.match(folder, /^\w+$/);
  assert.equal(linesOf(tree, folder).length, 1);
  assert.equal(rowsOf(tree, folder)[0].source, "a\n\u2028</script>.jpg");
  assert.match((await folderOf([])).textOf("README.md"), /^---\n---\n\n# motogp/);
});

Deno.test("imagefolder writes scores where boxes have them", async () => {
  const box = { label: "rider", box: [1, 2, 3, 4] };
  const tree = await folderOf([{ key: "a.jpg", facts: { split: "train", detections: [{ ...box, score: 1 }, box] } }]);
  const line = '"objects":{"bbox":[[1.0,2.0,3.0,4.0],[1.0,2.0,3.0,4.0]],"categories":[0,0],"scores":[1.0,null]}}';
  assert.ok(linesOf(tree, "train")[0]?.endsWith(line));
});

Deno.test("imagefolder writes objects as text where a split has no scores", async () => {
  const box = { label: "rider", box: [1, 2, 3, 4] };
  const tree = await folderOf([
    { key: "a.jpg", facts: { split: "train", detections: [{ ...box, score: 0.5 }] } },
    { key: "b.jpg", facts: { split: "val", detections: [box] } },
  ]);
  assert.equal(typeof rowsOf(tree, "train")[0].objects, "string");
  assert.deepEqual(featuresOf(tree, "validation"), featuresOf(tree, "train"));
});

Deno.test("imagefolder numbers categories as the model does and keeps the numbers", async () => {
  const provenance = { steps: [stepWithModel(["rider", "bike"])] };
  const items = [sketchedItem({ key: "a.jpg", facts: { detections: [{ label: "ape", box: [1, 2, 3, 4] }] } })];
  const first = await runExport(imagefolder, {}, memoryDataset({ items, provenance }));
  assert.deepEqual(rowsOf(first.tree, "data")[0].objects.categories, [2]);
  const second = await runExport(imagefolder, {}, memoryDataset({ items }), { history: first.notes ?? [] });
  assert.deepEqual(rowsOf(second.tree, "data")[0].objects.categories, [2]);
  const empty = await runExport(
    imagefolder,
    {},
    memoryDataset({ items: [sketchedItem({ key: "a.jpg" })], provenance }),
  );
  assert.equal(typeof rowsOf(empty.tree, "data")[0].objects, "string");
});
