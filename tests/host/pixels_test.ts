import assert from "node:assert/strict";
import type { Image, Raster } from "../../runtime/contract/image.ts";
import { createPixelsHost } from "../../runtime/host/pixels.ts";
import { edited, sizeOf } from "../../runtime/image/edits.ts";
import { sketchedItem } from "../suites/memory_dataset.ts";

function hostThatCounts() {
  const decoded: string[] = [];
  const host = createPixelsHost({
    read: (digest) => Promise.resolve(new TextEncoder().encode(digest)),
    raster(_, image): Promise<Raster> {
      decoded.push(image.blob.digest);
      return Promise.resolve({ ...sizeOf(image), channels: 3, data: new Uint8Array() });
    },
  });
  return { host, decoded };
}

function imageOf(key: string, side: number): Image {
  return edited(sketchedItem({ key }).image, { op: "resize", width: side, height: side });
}

Deno.test("pixels() decodes a small picture once for all who want it, also many pictures later", async () => {
  const { host, decoded } = hostThatCounts();
  for (let round = 0; round < 2; round++) {
    for (let at = 0; at < 1000; at++) await host.pixels(imageOf(`${at}`, 64), "model");
  }
  assert.equal(decoded.length, 1000);
  await host.pixels(imageOf("0", 64), "view");
  await host.pixels(imageOf("0", 32), "model");
  assert.equal(decoded.length, 1002, "another use and another size are other pixels");
});

Deno.test("pixels() keeps no more than 64 MB, and the last picture however large", async () => {
  const { host, decoded } = hostThatCounts();
  for (const key of ["a", "a", "b", "a"]) await host.pixels(imageOf(key, 4000), "model");
  assert.equal(decoded.length, 3, "one of 61 MiB is kept, two are not");
});
