// The part of the codec suite that is about written pictures.
import assert from "node:assert/strict";
import type { Encoding, Raster } from "../../runtime/contract/image.ts";
import type { Codec, FileSource } from "../../runtime/image/codec.ts";
import { readHeader } from "../../runtime/image/header.ts";
import { bytesOf, jpegOf, opened, painted } from "../image/pictures.ts";

/** Declares a test that gets a freshly opened codec. */
export type CodecTest = (what: string, body: (codec: Codec) => Promise<void>) => void;

const jpeg: Encoding = { format: "jpeg", quality: 85 };

/** `bytes` as they are stored, or with more asked for. */
export function fileSource(bytes: Uint8Array, more: Partial<FileSource> = {}): FileSource {
  return { from: "file", bytes, header: readHeader(bytes), profile: false, maxPixels: 1e8, turn: 1, ...more };
}

export function testEncoding(test: CodecTest): void {
  test("encoded() is deterministic, also when many run at once", async (codec) => {
    const bytes = await jpegOf(painted(300, 200, 3, 40));
    const source = fileSource(bytes, { resize: { width: 120, height: 90 } });
    for (const format of ["jpeg", "png", "webp"] as const) {
      const results = await Promise.all(
        Array.from({ length: 8 }, () => codec.encoded(source, { format, quality: 80 })),
      );
      for (const result of results) assert.deepEqual(result, results[0]);
    }
  });

  test("encoded() of a JPEG file is what it is of its pixels", async (codec) => {
    const sizes = [[1025, 705, 192, 160], [655, 437, 448, 192], [871, 463, 160, 270], [803, 733, 96, 192]] as const;
    for (const [index, [width, height, toWidth, toHeight]] of sizes.entries()) {
      const raster = painted(width, height, 3, 40);
      const colours = (["srgb", "b-w", "cmyk"] as const)[index % 3] ?? "srgb";
      const bytes = bytesOf(await opened(raster).toColourspace(colours).jpeg().toBuffer());
      const resize = { width: toWidth, height: toHeight };
      for (const more of [{ resize }, { resize, turn: 6 }, { crop: { x: 9, y: 5, ...resize }, turn: 4 }]) {
        const source = fileSource(bytes, more);
        const raster = await codec.pixels(source);
        assert.deepEqual(await codec.encoded(source, jpeg), await codec.encoded({ from: "raster", raster }, jpeg));
      }
    }
  });

  test("encoded() of a resized raster is what it is of its pixels", async (codec) => {
    const resize = { width: 448, height: 192 };
    for (const raster of [painted(655, 437, 3, 40), painted(655, 437, 4, 40)]) {
      const resized = await codec.pixels({ from: "raster", raster, resize });
      for (const format of ["jpeg", "png", "webp"] as const) {
        const encoding = { format, quality: 70 };
        const direct = await codec.encoded({ from: "raster", raster, resize }, encoding);
        assert.deepEqual(direct, await codec.encoded({ from: "raster", raster: resized }, encoding));
      }
    }
  });
}

export function testWriting(test: CodecTest): void {
  test("encoded() writes no metadata, and a JPEG that ends in FFD9", async (codec) => {
    const made = opened(painted(64, 48)).withIccProfile("p3").withExif({ IFD0: { Copyright: "somebody" } });
    const bytes = bytesOf(await made.withMetadata({ orientation: 6 }).withIccProfile("p3").jpeg().toBuffer());
    assert.deepEqual([readHeader(bytes).orientation, readHeader(bytes).icc], [6, true]);
    for (const format of ["jpeg", "png", "webp"] as const) {
      const written = await codec.encoded(fileSource(bytes, { profile: true }), { format, quality: 80 });
      const header = readHeader(written);
      assert.deepEqual([header.format, header.width, header.height], [format, 64, 48]);
      assert.deepEqual([header.orientation, header.icc, header.progressive], [1, false, false]);
      const text = new TextDecoder("latin1").decode(written);
      assert.doesNotMatch(text, /Exif|EXIF|eXIf|ICC_PROFILE|iCCP|xmp|somebody/);
      if (format === "jpeg") assert.deepEqual([...written.subarray(-2)], [0xff, 0xd9]);
    }
  });

  test("encoded() lays transparency on white in JPEG and keeps it in PNG and WebP", async (codec) => {
    const raster: Raster = { width: 16, height: 16, channels: 4, data: new Uint8Array(16 * 16 * 4) };
    const source = { from: "raster", raster } as const;
    const white = await codec.pixels(fileSource(await codec.encoded(source, jpeg)));
    assert.ok(white.data.every((value) => value >= 254));
    for (const format of ["png", "webp"] as const) {
      const kept = await codec.pixels(fileSource(await codec.encoded(source, { format, quality: 80 })));
      assert.equal(kept.channels, 4);
      assert.ok(kept.data.every((value, at) => at % 4 < 3 || value === 0));
    }
  });

  test("encoded() makes smaller files at lower quality", async (codec) => {
    const source = { from: "raster", raster: painted(128, 96, 3, 50) } as const;
    for (const format of ["jpeg", "webp"] as const) {
      const [low, high] = [
        await codec.encoded(source, { format, quality: 40 }),
        await codec.encoded(source, { format, quality: 95 }),
      ];
      assert.ok(low.length < high.length);
    }
  });
}
