import assert from "node:assert/strict";
import { boxStoryOf } from "../../runtime/cli/box_story.ts";
import { boxStoryLines } from "../../runtime/cli/box_story_lines.ts";
import { createPaint } from "../../runtime/cli/paint.ts";
import { type Story, storyOf } from "../../runtime/cli/story.ts";
import { storyLines } from "../../runtime/cli/story_lines.ts";
import { openDataset } from "../../runtime/engine/reader.ts";
import { type Item, many, type RawHalf, sizeOf, withEdits, withFacts } from "../../runtime/plugin.ts";
import type { DatasetStorage } from "../../runtime/store/open.ts";
import { composedBench, copies, emptyStorage, filesBench } from "../engine/composed.ts";
import { itemStep } from "../engine/fixtures.ts";

const style = { paint: createPaint(false), shown: (path: string) => path };

/** Two candidates that share a place; the second one is kept under another name. */
const candidates = {
  classes: [0, 0, 1],
  scores: [9000, 6000, 200],
  boxes: [1000, 1000, 2000, 2000, 1100, 1100, 2000, 2000, 0, 0, 300, 300],
};
const raw: RawHalf = {
  plan: () =>
    Promise.resolve({
      key: 1,
      notes: [],
      model: { name: "eye", digest: "d1", labels: ["car"], layout: "l", runtime: "r" },
    }),
  open: () => ({ find: () => Promise.resolve(candidates) }),
};
const finds = itemStep({
  name: "find",
  raw,
  each: (item) => ({
    kind: "keep",
    item: withFacts(item, {
      detections: [{ label: "car", score: 0.9, box: [10, 10, 20, 20] }, {
        label: "van",
        score: 0.6,
        box: [11, 11, 20, 20],
      }],
    }),
  }),
});

function cut(item: Item, x: number): Item {
  const { width, height } = sizeOf(item.image);
  return withEdits(item, [{ op: "crop", x, y: 2, width: width - 8, height: height - 2 }]);
}

const cuts = itemStep({
  name: "cut",
  each: (item) => many([{ name: "left", item: cut(item, 0) }, { name: "right", item: cut(item, 8) }]),
});

async function story(storage: DatasetStorage, dataset: string, id: string): Promise<Story> {
  return await storyOf(storage, await openDataset(storage, dataset), id);
}

Deno.test("storyOf() follows one item into the item that it was made from, and a record into all of them", async () => {
  const storage = emptyStorage();
  await filesBench(storage, "whole", { "a.jpg": "1" }).run();
  await filesBench(storage, "parts", { "a.jpg": "1", "b.jpg": "2" }, [cuts]).run();
  await composedBench(storage, "joined", { datasets: ["parts", "whole"] }, { steps: [cuts] }).run();
  const above = async (id: string) =>
    (await story(storage, "joined", id)).upstream.map(({ input, name }) => [input.dataset, name.key, name.child]);
  assert.deepEqual(await above("a.jpg"), [["parts", "a.jpg", undefined], ["whole", "a.jpg", undefined]]);
  assert.deepEqual(await above("b.jpg"), [["parts", "b.jpg", undefined]]);
  assert.deepEqual(await above("b.jpg#left.right"), [["parts", "b.jpg", "left"]]);
  const lines = storyLines(await story(storage, "joined", "b.jpg#left.right"), style);
  assert.ok(lines.includes("b.jpg#left  kept, 1 item in parts v1"), lines.join("\n"));
});

Deno.test("storyOf() goes by the key that the item has upstream", async () => {
  const storage = emptyStorage();
  await filesBench(storage, "parts", { "a.jpg": "1" }, [cuts]).run();
  await composedBench(storage, "joined", { datasets: "parts", prefix: true }).run();
  const { upstream } = await story(storage, "joined", "parts/a.jpg#left");
  assert.deepEqual(upstream.map(({ name }) => name), [{ key: "a.jpg", child: "left" }]);
  assert.deepEqual(upstream[0]?.story?.items.map(({ child }) => child), ["left"]);
});

Deno.test("boxStoryOf() finds the candidate that a box was, through crops and versions", async () => {
  const storage = emptyStorage();
  await filesBench(storage, "found", { "a.jpg": "1" }, [finds, cuts]).run();
  await composedBench(storage, "joined", { datasets: "found" }, { steps: [cuts] }).run();
  const told = boxStoryOf(await story(storage, "joined", "a.jpg#right.left"), 2);
  assert.deepEqual(
    told.places.map(({ dataset, id, box, detection, edits }) => [dataset, id, box, detection.box, edits.length]),
    [
      ["joined", "a.jpg#right.left", 2, [3, 7, 20, 20], 1],
      ["found", "a.jpg#right", 2, [3, 9, 20, 20], 1],
    ],
  );
  const { found } = told;
  assert.deepEqual([found?.step.model?.name, found?.score, found?.box], ["eye", 0.6, [11, 11, 20, 20]]);
  assert.match(
    boxStoryLines(told, style).join("\n"),
    /Found by find in found v1\n {2}model {4}eye, sha256 d1/,
  );
});

Deno.test("boxStoryOf() says when a source knew the box, and when the version that knows more is gone", async () => {
  const storage = emptyStorage();
  const knows = itemStep({
    name: "know",
    each: (item) => ({ kind: "keep", item: withFacts(item, { detections: [{ label: "cat", box: [1, 1, 5, 5] }] }) }),
  });
  await filesBench(storage, "first", { "a.jpg": "1" }, [knows]).run();
  await composedBench(storage, "joined", { datasets: "first" }, { steps: [copies] }).run();
  const known = await story(storage, "joined", "a.jpg");
  assert.deepEqual(boxStoryOf(known, 1).places.map(({ dataset }) => dataset), ["joined", "first"]);
  assert.match(boxStoryLines(boxStoryOf(known, 1), style).at(-1) ?? "", /^The source knew it/);
  const gone = { ...known, upstream: known.upstream.map(({ story: _, ...rest }) => rest) };
  assert.match(boxStoryLines(boxStoryOf(gone, 1), style).at(-1) ?? "", /first v1, which has expired/);
  assert.match(storyLines(gone, style).at(-1) ?? "", /first v1 has expired/);
});

Deno.test("boxStoryOf() wants one item and a box that it has", async () => {
  const storage = emptyStorage();
  await filesBench(storage, "found", { "a.jpg": "1" }, [finds, cuts]).run();
  const whole = await story(storage, "found", "a.jpg");
  assert.throws(() => boxStoryOf(whole, 1), /2 items; name one: "a\.jpg#left", "a\.jpg#right"$/);
  const one = await story(storage, "found", "a.jpg#left");
  assert.throws(() => boxStoryOf(one, 3), /Cannot tell of box 3 of "a\.jpg#left": it has 2, from 1 to 2$/);
});
