import assert from "node:assert/strict";
import { InputError } from "../../runtime/contract/errors.ts";
import type { Facts } from "../../runtime/contract/item.ts";
import type { Json } from "../../runtime/contract/json.ts";
import { detectionsOf, editsText, isSearched, splitOf } from "../../runtime/report/items.ts";
import { sketchedItem } from "../suites/memory_dataset.ts";

function detected(detections: Json) {
  return detectionsOf(sketchedItem({ key: "a.jpg", size: [100, 80], facts: { detections } }));
}

Deno.test("detectionsOf() clips boxes to the picture and leaves out empty ones", () => {
  assert.deepEqual(
    detected([
      { label: "car", score: 0.5, box: [-10, -10, 50, 50] },
      { label: "car", box: [90.006, 70, 500, 500] },
      { label: "off", box: [100, 0, 10, 10] },
      { label: "off", box: [-20, 0, 10, 10] },
      { label: "flat", box: [10, 10, 0, 5] },
      { label: "thin", box: [10, 10, 0.001, 5] },
      { label: "turned", box: [50, 50, -10, -10] },
    ]),
    [
      { label: "car", score: 0.5, box: [0, 0, 40, 40] },
      { label: "car", box: [90.01, 70, 9.99, 10] },
    ],
  );
});

Deno.test("detectionsOf() measures boxes against the edited picture", () => {
  const facts = { detections: [{ label: "car", box: [0, 0, 90, 90] }] };
  const edits = [{ op: "orient", value: 6 }, { op: "resize", width: 40, height: 50 }] as const;
  const item = sketchedItem({ key: "a.jpg", size: [100, 80], facts, edits });
  assert.deepEqual(detectionsOf(item).map(({ box }) => box), [[0, 0, 40, 50]]);
});

Deno.test("detectionsOf() gives nothing where there is no fact", () => {
  assert.deepEqual(detectionsOf(sketchedItem({ key: "a.jpg" })), []);
  assert.deepEqual(detected(null), []);
});

Deno.test("detectionsOf() refuses what is no list of boxes and names the item", () => {
  const broken: Json[] = [
    "car",
    [null],
    ["car"],
    [{ box: [0, 0, 1, 1] }],
    [{ label: "", box: [0, 0, 1, 1] }],
    [{ label: "car" }],
    [{ label: "car", box: [0, 0, 1] }],
    [{ label: "car", box: [0, 0, 1, "1"] }],
    [{ label: "car", box: { x: 0 } }],
  ];
  for (const fact of broken) {
    assert.throws(() => detected(fact), (thrown) => thrown instanceof InputError && /"a\.jpg"/.test(thrown.message));
  }
});

Deno.test("detectionsOf() keeps the regions that a box stands in", () => {
  const entry = { label: "car", box: [0, 0, 9, 9], regions: ["pit", "track"] };
  assert.deepEqual(detected([entry]), [entry]);
});

Deno.test("isSearched() tells nothing found from nothing looked for", () => {
  const searched = (facts: Facts) => isSearched(sketchedItem({ key: "a.jpg", facts }));
  assert.deepEqual([searched({ detections: [] }), searched({}), searched({ detections: null })], [true, false, false]);
});

Deno.test("splitOf() is the fact when it is a word", () => {
  assert.equal(splitOf(sketchedItem({ key: "a.jpg", facts: { split: "val" } })), "val");
  assert.equal(splitOf(sketchedItem({ key: "a.jpg", facts: { split: "" } })), undefined);
  assert.equal(splitOf(sketchedItem({ key: "a.jpg", facts: { split: 1 } })), undefined);
  assert.equal(splitOf(sketchedItem({ key: "a.jpg" })), undefined);
});

Deno.test("editsText() says every edit with its numbers", () => {
  const { image } = sketchedItem({
    key: "a.jpg",
    edits: [
      { op: "orient", value: 6 },
      { op: "resize", width: 480, height: 270 },
      { op: "crop", x: 105, y: 0, width: 270, height: 270 },
      { op: "flip", axis: "horizontal" },
      { op: "pad", left: 1, top: 2, right: 3, bottom: 4, color: [5, 6, 7] },
      { op: "grayscale" },
    ],
  });
  assert.equal(
    editsText(image),
    "orient 6; resize 480x270; crop 270x270+105+0; flip horizontal; pad 1+2+3+4 rgb 5 6 7; grayscale",
  );
});
