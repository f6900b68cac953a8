import assert from "node:assert/strict";
import crop from "../../plugins/crop.ts";
import type { Edit, Verdict } from "../../runtime/plugin.ts";
import { sketchedItem } from "../suites/memory_dataset.ts";
import { verdictOn } from "./steps.ts";

async function cropped(options: Record<string, unknown>, size: [number, number] = [101, 51]): Promise<Verdict> {
  return await verdictOn(crop, options, sketchedItem({ key: "a.jpg", size }));
}

async function editsOf(options: Record<string, unknown>, size?: [number, number]): Promise<readonly Edit[]> {
  const verdict = await cropped(options, size);
  assert.equal(verdict.kind, "keep");
  return verdict.item.image.edits;
}

Deno.test("crop puts the piece at each of the nine anchors", async () => {
  const corners: Record<string, [number, number]> = {
    top_left: [0, 0],
    top: [45, 0],
    top_right: [91, 0],
    left: [0, 20],
    center: [45, 20],
    right: [91, 20],
    bottom_left: [0, 41],
    left_down_center: [0, 41],
    bottom: [45, 41],
    bottom_right: [91, 41],
  };
  for (const [anchor, [x, y]] of Object.entries(corners)) {
    const edits = await editsOf({ width: 10, height: 10, anchor });
    assert.deepEqual(edits, [{ op: "crop", x, y, width: 10, height: 10 }], anchor);
  }
});

Deno.test("crop moves the piece by its offsets", async () => {
  const edits = await editsOf({ width: 10, height: 10, anchor: "bottom_right", x: -5, y: -41 });
  assert.deepEqual(edits, [{ op: "crop", x: 86, y: 0, width: 10, height: 10 }]);
});

Deno.test("crop keeps a piece that its offsets push out inside, and says so", async () => {
  const verdict = await cropped({ width: 10, height: 10, anchor: "top_left", x: -3, y: 500 });
  assert.deepEqual(verdict.kind === "keep" && [verdict.item.image.edits, verdict.notes], [
    [{ op: "crop", x: 0, y: 41, width: 10, height: 10 }],
    ["cut at 0,41 instead of -3,500, which lies outside the image"],
  ]);
});

Deno.test("crop rounds shares to whole pixels, one at least", async () => {
  const [half] = await editsOf({ width: "50%", height: "33.3%" });
  assert.deepEqual(half, { op: "crop", x: 25, y: 17, width: 51, height: 17 });
  const [sliver] = await editsOf({ width: "0.1%", height: "100%" });
  assert.deepEqual(sliver, { op: "crop", x: 50, y: 0, width: 1, height: 51 });
});

Deno.test("crop refuses lengths that are none", () => {
  for (const width of [0, -5, 1.5, "0%", "101%", "-5%", "50", "50 %", "NaN%", "1e400%", "%", "abc", Infinity]) {
    assert.equal(crop.options.safeParse({ width, height: 10 }).success, false, String(width));
  }
});

Deno.test("crop says what it does with an image that is smaller in one direction", async () => {
  assert.deepEqual(await cropped({ width: 102, height: 10 }), {
    kind: "reject",
    reason: "too_small",
    detail: "The image is 101x51, the piece to cut out 102x10",
  });
  assert.deepEqual(await editsOf({ width: 102, height: 10, too_small: "keep" }), []);
  const shrunk = await editsOf({ width: 102, height: 10, too_small: "shrink", anchor: "bottom" });
  assert.deepEqual(shrunk, [{ op: "crop", x: 0, y: 41, width: 101, height: 10 }]);
});
