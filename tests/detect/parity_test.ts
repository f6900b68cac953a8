// The same boxes on every backend. On the CPU in WebAssembly for all photos; on WebGPU, which takes seconds an image on an
// adapter of software, for one.
import assert from "node:assert/strict";
import { assetTest } from "../assets.ts";
import { adapterTest } from "./adapter.ts";
import { type Difference, differenceOf, findOnPhotos, parityModels, photoNames, tolerance } from "./parity.ts";

function assertSame({ pairs, alone, score, corner }: Difference, leastPairs: number): void {
  assert.deepEqual(alone, []);
  assert.ok(pairs >= leastPairs, `${pairs} pairs`);
  assert.ok(score <= tolerance.score, `scores are ${score} apart`);
  assert.ok(corner <= tolerance.corner, `corners are ${corner} apart`);
}

for (const model of parityModels) {
  assetTest(`${model} finds the same on native and wasm, on all photos`, async () => {
    const photos = photoNames();
    const [native, wasm] = [await findOnPhotos(model, "native", photos), await findOnPhotos(model, "wasm", photos)];
    assertSame(differenceOf(native, wasm), 200);
  });

  adapterTest(`${model} finds the same on native and webgpu, on one photo`, async () => {
    const photos = photoNames().slice(0, 1);
    const [native, webgpu] = [await findOnPhotos(model, "native", photos), await findOnPhotos(model, "webgpu", photos)];
    assertSame(differenceOf(native, webgpu), 10);
  }, assetTest);
}
