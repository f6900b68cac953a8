import assert from "node:assert/strict";
import type { Box, Detection } from "../../runtime/contract/detection.ts";
import { boxChanges, boxesIn, iouOf } from "../../runtime/engine/diff_boxes.ts";

const size = { width: 100, height: 100 };
const same = { before: size, after: size };

function thing(label: string, ...box: number[]): Detection {
  const [x = 0, y = 0, width = 10, height = 10] = box;
  return { label, box: [x, y, width, height] };
}

/** Each change in a word or two. */
function said(before: readonly Detection[], after: readonly Detection[], sizes = same): string[] {
  return boxChanges(before, after, sizes).map((change) => {
    if (change.kind === "added") return `+ ${change.after.label}`;
    if (change.kind === "removed") return `- ${change.before.label}`;
    return `${change.kind} ${change.before.label} ${change.after.label} ${change.iou}`;
  });
}

Deno.test("boxChanges() tells boxes that came, went, moved, were relabelled or scored anew", () => {
  assert.deepEqual(said([thing("dog")], [thing("dog")]), []);
  assert.deepEqual(said([], [thing("dog")]), ["+ dog"]);
  assert.deepEqual(said([thing("dog")], []), ["- dog"]);
  assert.deepEqual(said([thing("dog")], [thing("dog", 0, 0, 10, 8)]), ["moved dog dog 0.8"]);
  assert.deepEqual(said([thing("dog")], [thing("cat")]), ["relabelled dog cat 1"]);
  assert.deepEqual(said([{ ...thing("dog"), score: 0.5 }], [{ ...thing("dog"), score: 0.6 }]), ["rescored dog dog 1"]);
  assert.deepEqual(said([thing("dog")], [thing("dog", 8)]), ["- dog", "+ dog"], "too little in common");
});

Deno.test("boxChanges() pairs boxes of one label before better overlaps of others", () => {
  const before = [thing("dog"), thing("cat", 1)];
  assert.deepEqual(said(before, [thing("dog", 1), thing("cat")]), ["moved dog dog 0.818", "moved cat cat 0.818"]);
});

Deno.test("boxChanges() counts equal boxes as often as they are there", () => {
  const dog = thing("dog");
  assert.deepEqual(said([dog, dog], [dog]), ["- dog"]);
  assert.deepEqual(said([dog], [dog, dog, dog]), ["+ dog", "+ dog"]);
});

Deno.test("boxChanges() compares shares of the image where its size changed", () => {
  const half = { before: size, after: { width: 50, height: 50 } };
  assert.deepEqual(said([thing("dog", 20, 20, 40, 40)], [thing("dog", 10, 10, 20, 20)], half), ["rescored dog dog 1"]);
});

Deno.test("boxChanges() is not confused by boxes without area or far outside", () => {
  assert.deepEqual(said([thing("dog", 0, 0, 0, 0)], [thing("dog", 0, 0, 0, 1)]), ["- dog", "+ dog"]);
  assert.equal(iouOf([0, 0, 0, 0], [0, 0, 0, 0]), 0);
  assert.equal(iouOf([-1e9, -1e9, 2e9, 2e9], [0, 0, 1, 1]) > 0, true);
});

Deno.test("boxesIn() leaves out what is no detection, whatever it is", () => {
  const box: Box = [1, 2, 3, 4];
  const strange = [null, 1, "x", [], {}, { label: "a" }, { label: 1, box }, { label: "a", box: [1, 2, 3] }, {
    label: "a",
    box: [1, 2, 3, "4"],
  }];
  assert.deepEqual(boxesIn({ detections: [...strange, { label: "a", box }] }), [{ label: "a", box }]);
  for (const detections of [null, "x", 3, { label: "a" }]) assert.deepEqual(boxesIn({ detections }), []);
  assert.deepEqual(boxesIn({}), []);
});
