import assert from "node:assert/strict";
import { createItemStatistics, outcomeOf } from "../../runtime/report/statistics.ts";
import { type ItemSketch, sketchedItem } from "../suites/memory_dataset.ts";

function statisticsOf(sketches: readonly ItemSketch[]) {
  const statistics = createItemStatistics();
  for (const sketch of sketches) statistics.add(sketchedItem(sketch));
  return statistics.result();
}

Deno.test("createItemStatistics() counts splits in the order people expect", () => {
  const splits = ["test", "val", "train", "fold", "train"];
  const { splits: found } = statisticsOf(splits.map((split, index) => ({ key: `${index}`, facts: { split } })));
  assert.deepEqual(found.entries, [
    { name: "train", count: 2 },
    { name: "val", count: 1 },
    { name: "test", count: 1 },
    { name: "fold", count: 1 },
  ]);
});

Deno.test("createItemStatistics() counts source sizes once a record, upright", () => {
  const { sourceSizes } = statisticsOf([
    { key: "a", child: "crop1", size: [640, 480] },
    { key: "a", child: "crop2", size: [640, 480] },
    { key: "b", size: [640, 480], orientation: 6 },
  ]);
  assert.deepEqual(sourceSizes.entries, [{ name: "480 x 640", count: 1 }, { name: "640 x 480", count: 1 }]);
});

Deno.test("createItemStatistics() counts boxes of the items in which something looked for objects", () => {
  const detections = [{ label: "car", box: [0, 0, 9, 9] }, { label: "bus", box: [0, 0, 9, 9] }];
  const { boxes } = statisticsOf([
    { key: "a", facts: { detections } },
    { key: "b", facts: { detections: [] } },
    { key: "c" },
  ]);
  assert.deepEqual(boxes.classes.map(({ label }) => label), ["bus", "car"]);
  assert.deepEqual([boxes.searched, boxes.negatives, boxes.boxes], [2, 1, 2]);
});

Deno.test("createItemStatistics() groups by text facts that have a few values which repeat", () => {
  const sketches = Array.from({ length: 100 }, (_, index) => ({
    key: `${index}`,
    facts: { camera: `cam${index % 3}`, name: `n${index}`, only: "one", frame: index },
  }));
  const { groups } = statisticsOf(sketches);
  assert.deepEqual(groups.map(({ fact }) => fact), ["camera"]);
  assert.deepEqual(groups[0]?.values.entries[0], { name: "cam0", count: 34 });
});

Deno.test("createItemStatistics() stays small when facts are many and all different", () => {
  const facts = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`f${index}`, "x"]));
  const statistics = createItemStatistics();
  for (let index = 0; index < 100; index++) statistics.add(sketchedItem({ key: `${index}`, facts }));
  assert.deepEqual(statistics.result().groups, []);
});

Deno.test("outcomeOf() names a lost record by the first loss with its verdict", () => {
  const loss = (verdict: "dropped" | "rejected", reason: string) => ({ child: "", verdict, step: "s", reason });
  const losses = [loss("dropped", "blurry"), loss("rejected", "truncated")];
  const line = { key: "a", items: 0, notes: [] };
  assert.equal(outcomeOf({ ...line, verdict: "rejected", losses }).reason, "truncated");
  assert.equal(outcomeOf({ ...line, verdict: "dropped", losses }).reason, "blurry");
  assert.equal(outcomeOf({ ...line, verdict: "rejected", losses: [] }).reason, "unknown");
  assert.deepEqual(outcomeOf({ ...line, verdict: "kept", items: 1, losses }), {
    verdict: "kept",
    step: "",
    reason: "",
  });
});
