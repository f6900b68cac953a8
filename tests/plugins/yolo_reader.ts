// Reads a YOLO export as strictly as its readers together do, written from their rules.
import assert from "node:assert/strict";
import { parse } from "yaml";
import type { MemoryTree } from "../suites/memory_dataset.ts";

export type YoloBox = {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};

export type YoloSet = {
  /** Values of `data.yaml` beside the names. */
  readonly folders: Readonly<Record<string, string>>;
  readonly names: readonly string[];
  /** Boxes by path of the picture. */
  readonly boxes: ReadonlyMap<string, readonly YoloBox[]>;
};

/** The set, all rules checked. */
export function readYolo(tree: MemoryTree): YoloSet {
  const { names: numbered, ...folders } = parse(tree.textOf("data.yaml"));
  const names: string[] = Object.values(numbered);
  assert.deepEqual(Object.keys(numbered), names.map((_, index) => String(index)), "names are 0 to N - 1");
  assert.equal(new Set(names).size, names.length);
  checkFolders(tree, folders);
  const labelFiles = new Set([...tree.files.keys()].filter((path) => path.endsWith(".txt")));
  const boxes = tree.pictures().map((picture) => {
    const labels = labelFileOf(picture);
    assert.ok(labelFiles.delete(labels), `${picture} has no label file of its own`);
    return [picture, boxesOf(tree.textOf(labels), names)] as const;
  });
  assert.deepEqual([...labelFiles], [], "label files without a picture");
  return { folders, names, boxes: new Map(boxes) };
}

function checkFolders(tree: MemoryTree, folders: Readonly<Record<string, string>>): void {
  const pictures = tree.pictures();
  assert.ok("train" in folders && "val" in folders, "readers need `train` and `val`");
  for (const [split, folder] of Object.entries(folders)) {
    assert.ok(["train", "val", "test"].includes(split), `\`${split}\` means something else to readers`);
    assert.ok(pictures.length === 0 || pictures.some((path) => path.startsWith(`${folder}/`)), `${folder} is empty`);
  }
}

/** Readers replace the last folder `images` by `labels` and the extension by `txt`. */
function labelFileOf(picture: string): string {
  const path = `/${picture}`;
  const at = path.lastIndexOf("/images/");
  return `${path.slice(0, at)}/labels/${path.slice(at + 8)}`.slice(1).replace(/\.\w+$/, ".txt");
}

function boxesOf(text: string, names: readonly string[]): YoloBox[] {
  const lines = text === "" ? [] : text.replace(/\n$/, "").split("\n");
  assert.equal(new Set(lines).size, lines.length, "some boxes stand twice");
  return lines.map((line) => {
    const [index = "", ...numbers] = line.split(" ");
    assert.match(index, /^\d+$/);
    assert.equal(numbers.length, 4, line);
    for (const number of numbers) assert.match(number, /^[01]\.\d{6}$/);
    const [x = NaN, y = NaN, width = NaN, height = NaN] = numbers.map(Number);
    for (const [center, length] of [[x, width], [y, height]] as const) {
      assert.ok(length > 0 && center - length / 2 >= -1e-12 && center + length / 2 <= 1 + 1e-12, line);
    }
    return { name: names[Number(index)] ?? assert.fail(`there is no class ${index}`), x, y, width, height };
  });
}
