import assert from "node:assert/strict";
import { readHeader } from "../../runtime/image/header.ts";
import { holdsHeader } from "../../runtime/image/whole_header.ts";

async function painted(format: "jpeg" | "png" | "webp" | "gif" | "tiff" | "avif", options: object = {}) {
  const { default: sharp } = await import("sharp");
  const noise = { width: 120, height: 90, channels: 3, background: { r: 9, g: 90, b: 200 } } as const;
  const picture = sharp({ create: { ...noise, noise: { type: "gaussian", mean: 128, sigma: 30 } } });
  return new Uint8Array(await picture.withMetadata({ orientation: 6 }).toFormat(format, options).toBuffer());
}

Deno.test("holdsHeader() is true only where the whole file says the same", async () => {
  const files = [
    await painted("jpeg"),
    await painted("jpeg", { progressive: true }),
    await painted("png"),
    await painted("webp"),
    await painted("webp", { lossless: true }),
    await painted("gif"),
    await painted("tiff"),
    await painted("avif", { effort: 0 }),
  ];
  const early: string[] = [];
  for (const file of files) {
    const whole = readHeader(file);
    for (const length of [1024, 2048, 4096, 16_384, file.length]) {
      const start = file.subarray(0, length);
      if (!holdsHeader(start)) continue;
      if (length < file.length) early.push(whole.format);
      assert.deepEqual(readHeader(start), whole, `${whole.format} of ${length} bytes`);
    }
  }
  assert.deepEqual([...new Set(early)].sort(), ["avif", "jpeg", "png"]); // webp has its orientation at its end
});

Deno.test("holdsHeader() wants no more bytes of what is no image", () => {
  assert.ok(holdsHeader(new TextEncoder().encode("<!doctype html>".padEnd(1024))));
  assert.ok(holdsHeader(new Uint8Array(1024)));
});

Deno.test("holdsHeader() goes on where a JPEG breaks off before its pixels", async () => {
  const file = await painted("jpeg");
  assert.ok(!holdsHeader(file.subarray(0, 40)));
  assert.ok(!holdsHeader(new Uint8Array([0xff, 0xd8, 0xff, 0xe1, 0xff, 0xff, ...new Uint8Array(1000)])));
});
