import assert from "node:assert/strict";
import type { Raster } from "../../runtime/contract/image.ts";
import { placementOf } from "../../runtime/detect/placement.ts";
import { emptyFeeds, feedsOf, fillTensor } from "../../runtime/detect/tensor.ts";
import { type SpecChanges, specFor } from "./specs.ts";

const plain = { scale: 1, mean: [0, 0, 0], std: [1, 1, 1], fit: "letterbox", pad: 9, filter: "linear" } as const;

/** Two pixels beside each other, in an input of 2 x 2. */
const raster: Raster = { width: 2, height: 1, channels: 4, data: Uint8Array.of(1, 2, 3, 255, 4, 5, 6, 0) };
const small: SpecChanges = {
  size: { width: 2, height: 2 },
  preprocess: { ...plain, color: "rgb", anchor: "top_left" },
};

Deno.test("placementOf() stretches, or keeps the aspect at the top left or in the centre", () => {
  const size = { width: 640, height: 640 };
  const placed = (
    width: number,
    height: number,
    changes: Partial<typeof plain | { fit: "stretch"; anchor: "center" }>,
  ) =>
    placementOf(
      { width, height },
      specFor("yolox", { size, preprocess: { ...plain, color: "rgb", anchor: "top_left", ...changes } }),
    );
  assert.deepEqual(placed(100, 50, { fit: "stretch" }), { width: 640, height: 640, left: 0, top: 0 });
  assert.deepEqual(placed(1280, 721, {}), { width: 640, height: 361, left: 0, top: 0 });
  assert.deepEqual(placed(1280, 721, { anchor: "center" }), { width: 640, height: 361, left: 0, top: 139 });
  assert.deepEqual(placed(1, 1, {}), { width: 640, height: 640, left: 0, top: 0 });
  assert.deepEqual(placed(1, 10_000, { anchor: "center" }), { width: 1, height: 640, left: 319, top: 0 });
});

Deno.test("fillTensor() lays out colours in planes or in turns, in the order asked for", () => {
  const spec = specFor("yolox", small);
  const place = placementOf(raster, spec);
  assert.deepEqual([...fillTensor(raster, place, spec)], [1, 4, 9, 9, 2, 5, 9, 9, 3, 6, 9, 9]);
  const bgr = specFor("yolox", { ...small, preprocess: { ...spec.preprocess, color: "bgr" } });
  assert.deepEqual([...fillTensor(raster, place, bgr)], [3, 6, 9, 9, 2, 5, 9, 9, 1, 4, 9, 9]);
  const nhwc = specFor("yolox", { ...small, input: { ...spec.input, order: "nhwc" } });
  assert.deepEqual([...fillTensor(raster, place, nhwc)], [1, 2, 3, 4, 5, 6, 9, 9, 9, 9, 9, 9]);
});

Deno.test("fillTensor() scales, takes off the mean and divides, the padding too", () => {
  const preprocess = { ...plain, color: "rgb", anchor: "top_left", scale: 2, mean: [2, 4, 6], std: [1, 2, 4] } as const;
  const spec = specFor("yolox", { ...small, preprocess });
  const data = fillTensor(raster, placementOf(raster, spec), spec);
  assert.deepEqual([...data], [0, 6, 16, 16, 0, 3, 7, 7, 0, 1.5, 3, 3]);
});

Deno.test("fillTensor() pads all around a centred image, also in a buffer that was used before", () => {
  const spec = specFor("yolox", {
    size: { width: 3, height: 3 },
    preprocess: { ...plain, color: "rgb", anchor: "center" },
  });
  const one: Raster = { width: 1, height: 1, channels: 3, data: Uint8Array.of(1, 2, 3) };
  const used = fillTensor(one, { width: 3, height: 3, left: 0, top: 0 }, spec).fill(200);
  const data = fillTensor(one, { width: 1, height: 1, left: 1, top: 1 }, spec, used);
  assert.equal(data, used);
  assert.deepEqual([...data.slice(0, 9)], [9, 9, 9, 9, 1, 9, 9, 9, 9]);
  assert.deepEqual([...data.slice(18)], [9, 9, 9, 9, 3, 9, 9, 9, 9]);
});

Deno.test("fillTensor() gives bytes, half precision, and an image for each of a batch", () => {
  const spec = specFor("yolox", small);
  const place = placementOf(raster, spec);
  const bytes = fillTensor(
    raster,
    place,
    specFor("yolox", { ...small, input: { ...spec.input, type: "uint8", batch: 2 } }),
  );
  assert(bytes instanceof Uint8Array);
  assert.deepEqual([...bytes.slice(12)], [...bytes.slice(0, 12)]);
  const half = fillTensor(raster, place, specFor("yolox", { ...small, input: { ...spec.input, type: "float16" } }));
  assert(half instanceof Uint16Array);
  assert.deepEqual([...half.slice(0, 3)], [0x3c00, 0x4400, 0x4880]);
});

Deno.test("feedsOf() names the inputs, and tells the size of the input where it is asked for", () => {
  const spec = specFor("detr", { ...small, sizes: { name: "sizes", type: "int64" } });
  const data = fillTensor(raster, placementOf(raster, spec), spec);
  assert.deepEqual(feedsOf(spec, data), {
    images: { type: "float32", shape: [1, 3, 2, 2], data },
    sizes: { type: "int64", shape: [1, 2], data: BigInt64Array.of(2n, 2n) },
  });
  assert.deepEqual(emptyFeeds(spec).images?.data, new Float32Array(12));
});
