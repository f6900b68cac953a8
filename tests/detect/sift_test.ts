import assert from "node:assert/strict";
import type { Candidates, Detection } from "../../runtime/contract/detection.ts";
import { candidatesOf } from "../../runtime/detect/candidates.ts";
import type { Found } from "../../runtime/detect/found.ts";
import { siftCandidates, type SiftOptions } from "../../runtime/detect/sift.ts";
import { suppressed } from "./reference.ts";

const image = { width: 100, height: 50 };
const all: SiftOptions = { minScore: 0, iou: 1, perClass: true, most: 1000 };

/** Rows of class, score, and corners in pixels of the input. */
function foundOf(rows: readonly (readonly [number, number, number, number, number, number])[]): Found {
  return {
    count: rows.length,
    classes: Uint16Array.from(rows, (row) => row[0]),
    scores: Float32Array.from(rows, (row) => row[1]),
    boxes: Float32Array.from(rows.flatMap((row) => row.slice(2))),
  };
}

/** Rows of class, score, left, top, width and height in pixels. */
function candidates(...rows: readonly (readonly [number, number, number, number, number, number])[]): Candidates {
  return {
    classes: rows.map((row) => row[0]),
    scores: rows.map((row) => row[1] * 10_000),
    boxes: rows.flatMap((row) => row.slice(2).map((value) => value * 100)),
  };
}

function lefts(found: readonly Detection[]): number[] {
  return found.map(({ box }) => box[0]);
}

Deno.test("candidatesOf() maps back into the image, clips, and leaves empty boxes out", () => {
  const found = foundOf([[3, 0.5, 10, 40, 60, 60], [1, 0.9, 0, 25, 1000, 1000], [1, 0.8, -9, 0, 5, 20], [
    1,
    0.7,
    30,
    40,
    20,
    50,
  ]]);
  assert.deepEqual(candidatesOf(found, { width: 50, height: 25, left: 10, top: 30 }, image), {
    classes: [1, 3],
    scores: [9000, 5000],
    boxes: [0, 0, 10_000, 5000, 0, 2000, 10_000, 3000],
  });
});

Deno.test("candidatesOf() gives the same order in whatever order boxes were found", () => {
  const rows = [[2, 0.5, 0, 0, 9, 9], [1, 0.5, 5, 0, 9, 9], [1, 0.50001, 3, 0, 9, 9], [1, 0.5, 3, 0, 8, 9]] as const;
  const forth = candidatesOf(foundOf(rows), { ...image, left: 0, top: 0 }, image);
  assert.deepEqual(candidatesOf(foundOf(rows.toReversed()), { ...image, left: 0, top: 0 }, image), forth);
  assert.deepEqual(forth.boxes.filter((_, at) => at % 4 === 0), [300, 300, 500, 0]);
});

Deno.test("siftCandidates() names labels, and classes that have none by their number", () => {
  assert.deepEqual(siftCandidates(candidates([1, 0.75, 1.25, 2, 3, 4], [9, 0.5, 5, 6, 7, 8]), ["a", "b"], image, all), [
    { label: "b", score: 0.75, box: [1.25, 2, 3, 4] },
    { label: "class 9", score: 0.5, box: [5, 6, 7, 8] },
  ]);
});

Deno.test("siftCandidates() keeps the best of boxes that share much, by class or among all", () => {
  const found = candidates([0, 0.9, 0, 0, 10, 10], [0, 0.8, 1, 0, 10, 10], [1, 0.7, 2, 0, 10, 10], [
    0,
    0.6,
    8,
    0,
    10,
    10,
  ]);
  const sift = (changes: Partial<SiftOptions>) =>
    lefts(siftCandidates(found, [], image, { ...all, iou: 0.5, ...changes }));
  assert.deepEqual(sift({}), [0, 2, 8]);
  assert.deepEqual(sift({ perClass: false }), [0, 8]);
  assert.deepEqual(sift({ iou: 1 }), [0, 1, 2, 8]);
  assert.deepEqual(sift({ iou: 0 }), [0, 2]);
});

Deno.test("siftCandidates() leaves out by score, by label, by size, and beyond the most", () => {
  const found = candidates([0, 0.9, 0, 0, 10, 10], [1, 0.5, 20, 0, 9, 9], [0, 0.3, 40, 0, 10, 10]);
  const sift = (changes: Partial<SiftOptions>) =>
    lefts(siftCandidates(found, ["a", "b"], image, { ...all, ...changes }));
  assert.deepEqual(sift({ minScore: 0.5 }), [0, 20]);
  assert.deepEqual(sift({ minScore: 0.5, minScores: { a: 0.3 } }), [0, 20, 40]);
  assert.deepEqual(sift({ minScores: { b: 0.6 } }), [0, 40]);
  assert.deepEqual(sift({ keepLabels: ["b"] }), [20]);
  assert.deepEqual(sift({ minArea: 90 }), [0, 40]);
  assert.deepEqual(sift({ most: 2 }), [0, 20]);
});

Deno.test("siftCandidates() lets what is not kept suppress nothing", () => {
  const found = candidates([1, 0.9, 0, 0, 10, 10], [0, 0.8, 1, 0, 10, 10]);
  const options: SiftOptions = { ...all, iou: 0.5, perClass: false, keepLabels: ["a"] };
  assert.deepEqual(lefts(siftCandidates(found, ["a", "b"], image, options)), [1]);
});

Deno.test("siftCandidates() names the regions that a thing stands in, and leaves out what stands in none", () => {
  const found = candidates([0, 0.9, 0, 0, 20, 20], [0, 0.8, 0, 30, 20, 20], [0, 0.7, 70, 0, 20, 30]);
  const regions = [
    { name: "low", polygon: [[0, 0.5], [1, 0.5], [1, 1.01], [0, 1.01]] },
    { name: "triangle", polygon: [[0, 0], [0.5, 0], [0, 1.2]] },
  ] as const;
  const sift = (regionPoint: "foot" | "center") =>
    siftCandidates(found, ["a"], image, { ...all, regions, regionPoint }).map((
      { box, regions },
    ) => [box[0], box[1], regions]);
  assert.deepEqual(sift("foot"), [[0, 0, ["triangle"]], [0, 30, ["low"]], [70, 0, ["low"]]]);
  assert.deepEqual(sift("center"), [[0, 0, ["triangle"]], [0, 30, ["low", "triangle"]]]);
});

Deno.test("siftCandidates() has no detections without candidates", () => {
  assert.deepEqual(siftCandidates(candidates(), [], image, all), []);
});

Deno.test("siftCandidates() suppresses thousands of boxes as the plain way does", () => {
  let seed = 11;
  const chance = () => (seed = Math.imul(seed, 1103515245) + 12345 >>> 0) / 2 ** 32;
  const wide = { width: 1000, height: 1000 };
  const rows = Array.from({ length: 2000 }, (_, at) => {
    const [x, y] = [Math.round(chance() * 800), Math.round(chance() * 800)];
    return [
      at % 2,
      (9999 - at) / 10_000,
      x,
      y,
      1 + Math.round(chance() * 150),
      1 + Math.round(chance() * 150),
    ] as const;
  });
  const things = rows.map(([name, score, x, y, w, h]) => ({ name: `class ${name}`, score, box: [x, y, x + w, y + h] }));
  const found = siftCandidates(candidates(...rows), [], wide, { ...all, iou: 0.3, most: 5000 });
  assert.deepEqual(lefts(found), suppressed(things, 0.3).map(({ box }) => box[0]));
});
