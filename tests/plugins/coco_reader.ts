// Reads a COCO export as strictly as its readers together do, written from their rules.
import assert from "node:assert/strict";
import type { MemoryTree } from "../suites/memory_dataset.ts";

export type CocoFile = {
  readonly info: Record<string, unknown>;
  readonly images: { id: number; file_name: string; width: number; height: number }[];
  readonly annotations: {
    id: number;
    image_id: number;
    category_id: number;
    bbox: number[];
    area: number;
    iscrowd: number;
    segmentation: unknown[];
    score?: number;
  }[];
  readonly categories: { id: number; name: string; supercategory: string }[];
};

/** Files by split, all rules checked. `pictures: false` where the export wrote annotations only. */
export function readCoco(tree: MemoryTree, { pictures = true } = {}): ReadonlyMap<string, CocoFile> {
  const paths = [...tree.files.keys()].filter((path) => path.endsWith(".json"));
  const files = new Map(paths.map((path) => {
    const [, split = assert.fail(path)] = /^annotations\/instances_(\w+)\.json$/.exec(path) ?? [];
    return [split, JSON.parse(tree.textOf(path)) as CocoFile] as const; // checked below
  }));
  for (const [split, file] of files) {
    checkCategories(file);
    checkImages(file, (name) => !pictures || tree.files.has(`images/${split}/${name}`));
    checkAnnotations(file);
  }
  const all = [...files.values()];
  unique(all.flatMap(({ images }) => images.map(({ id }) => id)));
  unique(all.flatMap(({ annotations }) => annotations.map(({ id }) => id)));
  for (const { categories } of all) assert.deepEqual(categories, all[0]?.categories);
  return files;
}

function checkCategories({ info, categories }: CocoFile): void {
  assert.ok(typeof info === "object" && !Array.isArray(info), "`info` is an object");
  assert.deepEqual(categories.map(({ id }) => id), categories.map((_, index) => index + 1), "categories are 1 to N");
  unique(categories.map(({ name }) => name));
}

function checkImages({ images }: CocoFile, isThere: (name: string) => boolean): void {
  for (const { id, file_name, width, height } of images) {
    assert.ok(Number.isInteger(id) && id >= 1);
    assert.ok(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0);
    assert.match(file_name, /^[^/\\]+\.\w+$/);
    assert.ok(isThere(file_name), `there is no picture ${file_name}`);
  }
}

function checkAnnotations({ images, annotations, categories }: CocoFile): void {
  const byId = new Map(images.map((image) => [image.id, image]));
  for (const { id, image_id, category_id, bbox, area, iscrowd, segmentation, score } of annotations) {
    const image = byId.get(image_id) ?? assert.fail(`annotation ${id} has no image`);
    assert.ok(Number.isInteger(id) && id >= 1);
    assert.ok(category_id >= 1 && category_id <= categories.length);
    const [x = NaN, y = NaN, width = NaN, height = NaN, ...more] = bbox;
    assert.equal(more.length, 0);
    assert.ok(x >= 0 && y >= 0 && width > 0 && height > 0, String(bbox));
    assert.ok(x + width <= image.width + 1e-9 && y + height <= image.height + 1e-9, `${bbox} leaves the picture`);
    assert.ok(area > 0 && Math.abs(area - width * height) < 1e-4);
    assert.equal(iscrowd, 0);
    assert.ok(Array.isArray(segmentation));
    assert.ok(score === undefined || (score >= 0 && score <= 1));
  }
}

function unique(values: readonly (string | number)[]): void {
  assert.equal(new Set(values).size, values.length, "some values stand twice");
}
