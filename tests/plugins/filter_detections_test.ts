import assert from "node:assert/strict";
import filterDetections from "../../plugins/filter_detections.ts";
import { InputError } from "../../runtime/contract/errors.ts";
import type { Json } from "../../runtime/contract/json.ts";
import { sketchedItem } from "../suites/memory_dataset.ts";
import { verdictOn } from "./steps.ts";

const boxes = [
  { label: "car", score: 0.9, box: [100, 100, 50, 50] },
  { label: "car", score: 0.8, box: [102, 100, 50, 50] },
  { label: "person", score: 0.3, box: [300, 300, 40, 90], regions: ["pit"] },
  { label: "speck", score: 0.7, box: [5, 5, 2, 2] },
];

async function filtered(options: Record<string, unknown>, detections: Json = boxes) {
  return await verdictOn(filterDetections, options, sketchedItem({ key: "a.jpg", facts: { detections, camera: "c" } }));
}

Deno.test("filter_detections says how many boxes each rule took out", async () => {
  const verdict = await filtered({ min_score: 0.4, min_area: 10, merge: 0.5 });
  assert.ok(verdict.kind === "keep");
  assert.deepEqual(verdict.item.facts, { camera: "c", detections: boxes.slice(0, 1) });
  assert.deepEqual(verdict.notes, ["took out 3 of 4 boxes: min_score 1, min_area 1, merge 1"]);
});

Deno.test("filter_detections says nothing where it takes out nothing", async () => {
  const verdict = await filtered({ rename: { person: "rider" } });
  assert.ok(verdict.kind === "keep");
  assert.equal(verdict.notes, undefined);
  assert.deepEqual(verdict.item.facts.detections, [...boxes.slice(0, 2), { ...boxes[2], label: "rider" }, boxes[3]]);
});

Deno.test("filter_detections means new names by its other options", async () => {
  const rename = { car: "vehicle", person: "vehicle" };
  const verdict = await filtered({ rename, labels: ["vehicle"], min_scores: { vehicle: 0.85, person: 0.1 } });
  assert.ok(verdict.kind === "keep");
  assert.deepEqual(verdict.item.facts.detections, [{ ...boxes[0], label: "vehicle" }]);
});

Deno.test("filter_detections is not misled by labels that objects have as members", async () => {
  const odd = [{ label: "constructor", score: 0.5, box: [10, 10, 20, 20] }, { label: "toString", box: [50, 50, 9, 9] }];
  const verdict = await filtered({ min_score: 0.4 }, odd);
  assert.ok(verdict.kind === "keep");
  assert.deepEqual(verdict.item.facts.detections, odd);
});

Deno.test("filter_detections keeps the order and a box that a person drew before any that scores", async () => {
  const drawn = [{ label: "car", score: 0.99, box: [100, 100, 50, 50] }, { label: "car", box: [101, 100, 50, 50] }];
  const merged = await filtered({ merge: 0.5 }, drawn);
  assert.ok(merged.kind === "keep");
  assert.deepEqual(merged.item.facts.detections, drawn.slice(1));
  const best = await filtered({ most: 2 }, boxes.toReversed());
  assert.ok(best.kind === "keep");
  assert.deepEqual(best.item.facts.detections, [boxes[1], boxes[0]]);
});

Deno.test("filter_detections drops empty images when asked, and says why", async () => {
  assert.deepEqual(await filtered({ labels: ["bus"], empty: "drop" }), {
    kind: "drop",
    reason: "no_detections",
    detail: "There is no box left: took out 4 of 4 boxes: labels 4",
  });
  assert.deepEqual(await filtered({ empty: "drop" }, []), {
    kind: "drop",
    reason: "no_detections",
    detail: "There is no box",
  });
});

Deno.test("filter_detections refuses a fact that is no list of boxes", async () => {
  await assert.rejects(filtered({}, "car"), InputError);
});
