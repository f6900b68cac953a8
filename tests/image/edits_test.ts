import assert from "node:assert/strict";
import type { Edit, Image, Size } from "../../runtime/contract/image.ts";
import {
  anchored,
  anchors,
  digestOfImage,
  edited,
  fits,
  resizeEdits,
  sizeAfter,
  sizeOf,
} from "../../runtime/image/edits.ts";
import { imageOf, painted, pngOf } from "./pictures.ts";

const size: Size = { width: 40, height: 30 };

async function image(): Promise<Image> {
  return imageOf(await pngOf(painted(40, 30)));
}

Deno.test("sizeAfter() follows each edit", () => {
  const after = (...edits: readonly Edit[]) => Object.values(sizeAfter(size, edits));
  assert.deepEqual(after(), [40, 30]);
  assert.deepEqual(after({ op: "orient", value: 4 }), [40, 30]);
  assert.deepEqual(after({ op: "orient", value: 5 }), [30, 40]);
  assert.deepEqual(after({ op: "resize", width: 7, height: 8 }, { op: "flip", axis: "vertical" }), [7, 8]);
  assert.deepEqual(after({ op: "crop", x: 1, y: 2, width: 3, height: 4 }, { op: "grayscale" }), [3, 4]);
  assert.deepEqual(after({ op: "pad", left: 1, top: 2, right: 3, bottom: 4, color: [0, 0, 0] }), [44, 36]);
});

Deno.test("edited() appends edits that fit and refuses others", async () => {
  const start = await image();
  const cut = edited(start, { op: "crop", x: 20, y: 10, width: 20, height: 20 });
  assert.deepEqual(sizeOf(cut), { width: 20, height: 20 });
  assert.equal(start.edits.length, 0);
  const refused: readonly Edit[] = [
    { op: "crop", x: 21, y: 0, width: 20, height: 1 },
    { op: "crop", x: 0, y: 0, width: 1, height: 31 },
    { op: "crop", x: -1, y: 0, width: 1, height: 1 },
    { op: "crop", x: 0.5, y: 0, width: 1, height: 1 },
    { op: "resize", width: 0, height: 5 },
    { op: "resize", width: NaN, height: 5 },
    { op: "pad", left: -1, top: 0, right: 0, bottom: 0, color: [0, 0, 0] },
  ];
  for (const edit of refused) assert.throws(() => edited(start, edit), RangeError, JSON.stringify(edit));
});

Deno.test("digestOfImage() changes with every edit and with the blob only", async () => {
  const start = await image();
  const flipped = edited(start, { op: "flip", axis: "vertical" });
  assert.notEqual(digestOfImage(start), digestOfImage(flipped));
  assert.equal(digestOfImage(start), digestOfImage({ ...start, header: { ...start.header, icc: true } }));
});

Deno.test("resizeEdits() brings any size into the box, each way", () => {
  for (const [width, height] of [[40, 30], [30, 40], [7, 500], [500, 7], [1, 1], [60, 45]] as const) {
    for (const fit of fits) {
      const after = sizeAfter({ width, height }, resizeEdits({ width, height }, { width: 60, height: 45 }, fit));
      if (fit !== "contain") assert.deepEqual(after, { width: 60, height: 45 }, `${fit} ${width}x${height}`);
      else assert.ok(after.width <= 60 && after.height <= 45 && (after.width === 60 || after.height === 45));
    }
  }
  assert.deepEqual(resizeEdits(size, size, "cover"), []);
});

Deno.test("anchored() keeps the box inside at every anchor", () => {
  const inner = { width: 11, height: 9 };
  for (const anchor of anchors) {
    const { x, y } = anchored(size, inner, anchor);
    assert.ok(x >= 0 && y >= 0 && x + inner.width <= size.width && y + inner.height <= size.height, anchor);
  }
  assert.deepEqual(anchored(size, inner, "left_down_center"), { x: 0, y: 21 });
  assert.deepEqual(anchored(size, inner, "top_right"), { x: 29, y: 0 });
  assert.deepEqual(anchored(size, inner, "center"), { x: 14, y: 10 });
});
