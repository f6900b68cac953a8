import assert from "node:assert/strict";
import { withEdits } from "../../runtime/image/item_edits.ts";
import { sizeOf } from "../../runtime/image/edits.ts";
import { item } from "../engine/fixtures.ts";

const detections = [
  { label: "ball", score: 0.9, box: [60, 40, 4, 4] },
  { label: "player", score: 0.8, box: [10, 10, 20, 30], regions: ["pitch"] },
];

Deno.test("withEdits() moves the boxes with the image and keeps what else is known of them", () => {
  const moved = withEdits(item("a", "", { detections, camera: "c1" }), [
    { op: "crop", x: 10, y: 0, width: 54, height: 48 },
    { op: "resize", width: 27, height: 24 },
  ]);
  assert.deepEqual(sizeOf(moved.image), { width: 27, height: 24 });
  assert.deepEqual(moved.facts, {
    camera: "c1",
    detections: [
      { label: "ball", score: 0.9, box: [25, 20, 2, 2] },
      { label: "player", score: 0.8, box: [0, 5, 10, 15], regions: ["pitch"] },
    ],
  });
});

Deno.test("withEdits() leaves out boxes of which less than asked is left", () => {
  const cut = withEdits(item("a", "", { detections }), [{ op: "crop", x: 0, y: 0, width: 15, height: 48 }], 0.3);
  assert.deepEqual(cut.facts, { detections: [] });
});

Deno.test("withEdits() leaves facts alone that are no boxes", () => {
  const facts = { detections: [{ label: "ball" }, "odd", { box: [1, 2, 3] }], other: [{ box: [60, 40, 4, 4] }] };
  assert.deepEqual(withEdits(item("a", "", facts), [{ op: "flip", axis: "horizontal" }]).facts, facts);
  assert.deepEqual(withEdits(item("a", "", { detections: "none" }), []).facts, { detections: "none" });
});
