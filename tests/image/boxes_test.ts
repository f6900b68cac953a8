import assert from "node:assert/strict";
import type { Box } from "../../runtime/contract/detection.ts";
import type { Edit, Raster } from "../../runtime/contract/image.ts";
import { areaOf, boxInWhole, clippedTo, iouOf, movedBox } from "../../runtime/image/boxes.ts";
import { sizeAfter } from "../../runtime/image/edits.ts";
import { applied } from "../../runtime/image/pixels.ts";
import { sketchedItem } from "../suites/memory_dataset.ts";

const size = { width: 40, height: 30 };
const box: Box = [5, 8, 12, 9];

Deno.test("clippedTo() leaves what is inside", () => {
  assert.deepEqual(clippedTo([-5, -5, 10, 10], size), [0, 0, 5, 5]);
  assert.deepEqual(clippedTo([35, 25, 10, 10], size), [35, 25, 5, 5]);
  assert.deepEqual(clippedTo(box, size), box);
  for (const outside of [[40, 0, 5, 5], [-5, 0, 5, 5], [0, 30, 4, 4], [3, 3, 0, 4]] as const) {
    assert.equal(clippedTo(outside, size), undefined);
  }
});

Deno.test("iouOf() is the shared area over all that is covered", () => {
  assert.equal(iouOf(box, box), 1);
  assert.equal(iouOf([0, 0, 10, 10], [10, 0, 10, 10]), 0);
  assert.equal(iouOf([0, 0, 10, 10], [5, 0, 10, 10]), 50 / 150);
  assert.equal(areaOf(box), 108);
});

const white = 255;

/** A black raster with the box painted white. */
function painted([x, y, width, height]: Box): Raster {
  const data = new Uint8Array(size.width * size.height * 3);
  for (let row = y; row < y + height; row++) {
    data.fill(white, (row * size.width + x) * 3, (row * size.width + x + width) * 3);
  }
  return { ...size, channels: 3, data };
}

/** The box around what is white. */
function found({ width, height, data }: Raster): Box | undefined {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[(y * width + x) * 3] !== white) continue;
      [left, top, right, bottom] = [
        Math.min(left, x),
        Math.min(top, y),
        Math.max(right, x + 1),
        Math.max(bottom, y + 1),
      ];
    }
  }
  return right > left ? [left, top, right - left, bottom - top] : undefined;
}

type ExactEdit = Exclude<Edit, { readonly op: "resize" }>;
const edits: readonly ExactEdit[] = [
  ...Array.from({ length: 8 }, (_, index) => ({ op: "orient" as const, value: index + 1 })),
  { op: "flip", axis: "horizontal" },
  { op: "flip", axis: "vertical" },
  { op: "crop", x: 3, y: 4, width: 25, height: 20 },
  { op: "crop", x: 10, y: 10, width: 20, height: 20 },
  { op: "pad", left: 1, top: 2, right: 3, bottom: 4, color: [0, 0, 0] },
  { op: "grayscale" },
];

Deno.test("movedBox() finds the box where its pixels are, after any two edits", () => {
  for (const first of edits) {
    for (const second of edits) {
      const between = sizeAfter(size, [first]);
      if (second.op === "crop" && (between.width < 30 || between.height < 30)) continue;
      const pixels = applied(applied(painted(box), first), second);
      assert.deepEqual(movedBox(box, size, [first, second], 0), found(pixels), JSON.stringify([first, second]));
    }
  }
});

Deno.test("movedBox() scales with the image", () => {
  assert.deepEqual(movedBox(box, size, [{ op: "resize", width: 80, height: 15 }], 0), [10, 4, 24, 4.5]);
});

Deno.test("movedBox() leaves out a box of which too little is seen", () => {
  const crop: Edit = { op: "crop", x: 0, y: 0, width: 8, height: 30 };
  assert.deepEqual(movedBox(box, size, [crop], 0.25), [5, 8, 3, 9]);
  assert.equal(movedBox(box, size, [crop], 0.26), undefined);
  assert.equal(movedBox(box, size, [{ op: "crop", x: 20, y: 0, width: 8, height: 8 }], 0), undefined);
});

Deno.test("boxInWhole() brings a box back to where it was before the edits, in the upright picture", () => {
  const box = [100, 80, 40, 60] as const;
  for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
    const turn: readonly Edit[] = orientation === 1 ? [] : [{ op: "orient", value: orientation }];
    const edits: readonly Edit[] = [
      { op: "crop", x: 30, y: 20, width: 400, height: 300 },
      { op: "flip", axis: "horizontal" },
      { op: "resize", width: 200, height: 100 },
      ...turn,
      { op: "pad", left: 5, top: 6, right: 7, bottom: 8, color: [0, 0, 0] },
      { op: "flip", axis: "vertical" },
      { op: "grayscale" },
    ];
    const upright = orientation >= 5 ? { width: 480, height: 640 } : { width: 640, height: 480 };
    const moved = movedBox(box, upright, edits, 0);
    assert.ok(moved !== undefined);
    const { header, blob } = sketchedItem({ key: "a", size: [640, 480] }).image;
    const whole = boxInWhole(moved, { header, blob, edits: [...turn, ...edits] });
    assert.deepEqual(whole.size, upright);
    for (const [at, value] of box.entries()) assert.ok(Math.abs((whole.box[at] ?? 0) - value) < 1e-9, `${orientation}`);
  }
});
