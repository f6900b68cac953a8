import assert from "node:assert/strict";
import type { Detection } from "../../runtime/contract/detection.ts";
import { createBoxStatistics } from "../../runtime/report/box_statistics.ts";

function box(label: string, side: number, score?: number): Detection {
  return { label, box: [0, 0, side, side], ...(score === undefined ? {} : { score }) };
}

function statisticsOf(...images: readonly (readonly Detection[])[]) {
  const survey = createBoxStatistics();
  for (const image of images) survey.add(image);
  return survey.result();
}

Deno.test("createBoxStatistics() counts boxes, images and scores of each class", () => {
  const { classes, searched, negatives, boxes } = statisticsOf(
    [box("car", 9, 0.5), box("car", 9, 0.25), box("bus", 9)],
    [],
    [box("bus", 9)],
  );
  assert.deepEqual(classes, [
    { label: "bus", boxes: 2, images: 2 },
    { label: "car", boxes: 2, images: 1, meanScore: 0.375 },
  ]);
  assert.deepEqual([searched, negatives, boxes], [3, 1, 4]);
});

Deno.test("createBoxStatistics() puts images, areas and scores into bands without empty ends", () => {
  const many = Array.from({ length: 7 }, () => box("car", 32, 1));
  const { perImage, areas, scores } = statisticsOf([], many, [box("car", 31, 0.7), box("car", 96, 0.85)]);
  assert.deepEqual(perImage.entries.filter(({ count }) => count > 0), [
    { name: "0", count: 1 },
    { name: "2", count: 1 },
    { name: "5 to 9", count: 1 },
  ]);
  assert.equal(perImage.entries.length, 6);
  assert.deepEqual(areas.entries.map(({ count }) => count), [1, 7, 1]);
  assert.deepEqual(scores.entries, [
    { name: "0.9 to 1.0", count: 7 },
    { name: "0.8 to 0.9", count: 1 },
    { name: "0.7 to 0.8", count: 1 },
  ]);
});

Deno.test("createBoxStatistics() has nothing to draw where nothing was found", () => {
  const { perImage, areas, scores, negatives } = statisticsOf([], []);
  assert.deepEqual([perImage.entries, areas.entries, scores.entries, negatives], [[], [], [], 2]);
});

Deno.test("createBoxStatistics() stays small when every label is another", () => {
  const { classes, otherBoxes } = statisticsOf(Array.from({ length: 1500 }, (_, index) => box(`l${index}`, 9)));
  assert.deepEqual([classes.length, otherBoxes], [1000, 500]);
});
