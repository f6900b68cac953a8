import assert from "node:assert/strict";
import sharp, { type Sharp } from "sharp";
import { ItemError } from "../../runtime/contract/errors.ts";
import type { ImageHeader } from "../../runtime/contract/image.ts";
import { readHeader } from "../../runtime/image/header.ts";
import { structureProblem } from "../../runtime/image/structure.ts";
import { bytesOf, createDice, jpegOf, opened, painted, pngOf } from "./pictures.ts";

const still = {
  orientation: 1,
  pages: 1,
  alpha: false,
  cmyk: false,
  progressive: false,
  icc: false,
  depth: 8,
} as const;

async function checkHeader(image: Sharp, expected: Partial<ImageHeader>): Promise<void> {
  const header = readHeader(bytesOf(await image.toBuffer()));
  assert.deepEqual(header, { ...still, ...expected });
}

Deno.test("readHeader() reads each format", async () => {
  const [rgb, rgba] = [() => opened(painted(40, 30)), () => opened(painted(40, 30, 4))];
  const size = { width: 40, height: 30 };
  await checkHeader(rgb().jpeg(), { ...size, format: "jpeg", channels: 3 });
  await checkHeader(rgb().jpeg({ progressive: true }), { ...size, format: "jpeg", channels: 3, progressive: true });
  await checkHeader(rgb().toColourspace("b-w").jpeg(), { ...size, format: "jpeg", channels: 1 });
  await checkHeader(rgb().toColourspace("cmyk").jpeg(), { ...size, format: "jpeg", channels: 4, cmyk: true });
  await checkHeader(rgb().withIccProfile("p3").jpeg(), { ...size, format: "jpeg", channels: 3, icc: true });
  await checkHeader(rgb().png(), { ...size, format: "png", channels: 3 });
  await checkHeader(rgba().png(), { ...size, format: "png", channels: 4, alpha: true });
  await checkHeader(rgb().toColourspace("rgb16").png(), { ...size, format: "png", channels: 3, depth: 16 });
  await checkHeader(rgb().toColourspace("b-w").png({ progressive: true }), {
    ...size,
    format: "png",
    channels: 1,
    progressive: true,
  });
  await checkHeader(rgb().withIccProfile("p3").png(), { ...size, format: "png", channels: 3, icc: true });
  await checkHeader(rgb().webp(), { ...size, format: "webp", channels: 3 });
  await checkHeader(rgb().webp({ lossless: true }), { ...size, format: "webp", channels: 3 });
  await checkHeader(rgba().webp({ lossless: true }), { ...size, format: "webp", channels: 4, alpha: true });
  await checkHeader(rgba().webp(), { ...size, format: "webp", channels: 4, alpha: true });
  await checkHeader(rgb().withIccProfile("p3").webp(), { ...size, format: "webp", channels: 3, icc: true });
  await checkHeader(rgb().gif(), { ...size, format: "gif", channels: 3 });
  await checkHeader(rgb().tiff({ compression: "lzw" }), { ...size, format: "tiff", channels: 3 });
  await checkHeader(rgba().tiff({ compression: "lzw" }), { ...size, format: "tiff", channels: 4, alpha: true });
  await checkHeader(rgb().toColourspace("rgb16").tiff({ compression: "lzw" }), {
    ...size,
    format: "tiff",
    channels: 3,
    depth: 16,
  });
  await checkHeader(rgb().toColourspace("cmyk").tiff({ compression: "lzw" }), {
    ...size,
    format: "tiff",
    channels: 4,
    cmyk: true,
  });
  await checkHeader(rgb().avif(), { ...size, format: "avif", channels: 3 });
  await checkHeader(rgba().avif(), { ...size, format: "avif", channels: 4, alpha: true });
  await checkHeader(rgb().avif({ bitdepth: 10 }), { ...size, format: "avif", channels: 3, depth: 16 });
});

Deno.test("readHeader() reads every orientation from EXIF", async () => {
  for (const format of ["jpeg", "png", "webp", "tiff"] as const) {
    for (let orientation = 1; orientation <= 8; orientation++) {
      const image = opened(painted(20, 10)).withMetadata({ orientation }).toFormat(format);
      const header = readHeader(bytesOf(await image.toBuffer()));
      assert.deepEqual([header.orientation, header.width, header.height], [orientation, 20, 10], format);
    }
  }
});

/** A JPEG with an EXIF segment that says `orientation` in a byte order. */
async function withExif(little: boolean, orientation: number): Promise<Uint8Array> {
  const jpeg = await jpegOf(painted(20, 10));
  const segment = new Uint8Array(36);
  const view = new DataView(segment.buffer);
  view.setUint16(0, 0xffe1);
  view.setUint16(2, 34);
  segment.set(new TextEncoder().encode("Exif\0\0"), 4);
  segment.set(new TextEncoder().encode(little ? "II" : "MM"), 10);
  view.setUint16(12, 42, little);
  view.setUint32(14, 8, little);
  view.setUint16(18, 1, little);
  view.setUint16(20, 0x0112, little);
  view.setUint16(22, 3, little);
  view.setUint32(24, 1, little);
  view.setUint16(28, orientation, little);
  return Uint8Array.of(...jpeg.subarray(0, 2), ...segment, ...jpeg.subarray(2));
}

Deno.test("readHeader() reads EXIF in both byte orders, and takes nonsense for upright", async () => {
  for (const little of [true, false]) {
    for (const [written, read] of [[6, 6], [8, 8], [0, 1], [9, 1], [65535, 1]] as const) {
      const bytes = await withExif(little, written);
      assert.equal(readHeader(bytes).orientation, read);
      assert.equal((await sharp(bytes).metadata()).width, 20);
    }
  }
});

Deno.test("readHeader() takes damaged EXIF for upright", async () => {
  const bytes = await withExif(true, 6);
  new DataView(bytes.buffer).setUint32(2 + 14, 0xfffffff0, true);
  assert.equal(readHeader(bytes).orientation, 1);
});

Deno.test("readHeader() counts frames and pages", async () => {
  const frames = sharp(painted(16, 36).data, { raw: { width: 16, height: 36, channels: 3, pageHeight: 12 } });
  for (const format of ["gif", "webp"] as const) {
    const header = readHeader(bytesOf(await frames.clone().toFormat(format).toBuffer()));
    assert.deepEqual([header.pages, header.width, header.height], [3, 16, 12], format);
  }
});

function reasonOf(bytes: Uint8Array): string {
  try {
    readHeader(bytes);
    return "none";
  } catch (error) {
    assert.ok(error instanceof ItemError, String(error));
    assert.match(error.message, /^Cannot read [^\n]+[^.\n]$/);
    return error.code;
  }
}

const foreign: Readonly<Record<string, string>> = {
  "HEIC": "\0\0\0\x18ftypheic\0\0\0\0mif1heic",
  "BMP": `BM${"\0".repeat(12)}\x28${"\0".repeat(20)}`,
  "JPEG 2000": "\0\0\0\x0cjP  \r\n\x87\n",
  "JPEG XL": "\xff\x0a\xfa",
  "ICO": "\0\0\x01\0\x01\0",
  "Photoshop (PSD)": "8BPS\0\x01",
  "SVG": '<?xml version="1.0"?>\n<svg width="5"/>',
  "PDF": "%PDF-1.7",
  "MP4": "\0\0\0\x18ftypisom\0\0\0\0isomavc1",
  "QuickTime": "\0\0\0\x14ftypqt  \0\0\0\0qt  ",
  "Canon raw (CR3)": "\0\0\0\x18ftypcrx \0\0\0\x01crx isom",
  "Canon raw (CR2)": "II*\0\x10\0\0\0CR\x02\0",
  "BigTIFF": "II+\0\x08\0\0\0",
  "Matroska or WebM": "\x1a\x45\xdf\xa3",
  "PNM": "P6 3 4 255\n",
};

Deno.test("readHeader() names formats that it does not read", () => {
  for (const [name, text] of Object.entries(foreign)) {
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
    assert.equal(reasonOf(bytes), "unsupported_format", name);
    assert.throws(() => readHeader(bytes), (error: Error) => error.message.includes(`it is ${name};`));
  }
});

Deno.test("readHeader() tells nothing, anything and damage apart", async () => {
  const png = await pngOf(painted(9, 9));
  assert.equal(reasonOf(new Uint8Array()), "empty_file");
  assert.equal(reasonOf(new TextEncoder().encode("hello, this is text")), "not_an_image");
  assert.equal(reasonOf(new TextEncoder().encode("BMW is no bitmap")), "not_an_image");
  assert.equal(reasonOf(Uint8Array.of(0xff)), "not_an_image");
  assert.equal(reasonOf(png.subarray(0, 20)), "bad_header");
  assert.equal(reasonOf((await jpegOf(painted(9, 9))).subarray(0, 30)), "bad_header");
  const flat = Uint8Array.from(png);
  new DataView(flat.buffer).setUint32(16, 0);
  assert.equal(reasonOf(flat), "bad_header");
});

Deno.test("readHeader() reads bytes in the middle of a larger buffer", async () => {
  const png = await pngOf(painted(9, 7));
  const buffer = new Uint8Array(png.length + 64);
  buffer.set(png, 17);
  assert.deepEqual(readHeader(buffer.subarray(17, 17 + png.length)), readHeader(png));
});

/** Both readers on hostile bytes: the only thing they may throw is an `ItemError`. */
function survive(bytes: Uint8Array): void {
  try {
    const { format, width, height } = readHeader(bytes);
    assert.ok(width >= 1 && height >= 1);
    structureProblem(bytes, format);
  } catch (error) {
    assert.ok(error instanceof ItemError, String(error));
  }
}

async function oneOfEach(): Promise<readonly Uint8Array[]> {
  const frames = sharp(painted(16, 24).data, { raw: { width: 16, height: 24, channels: 3, pageHeight: 12 } });
  const image = opened(painted(31, 17)).withMetadata({ orientation: 6 }).withIccProfile("p3");
  const files = [frames.clone().gif(), frames.clone().webp()];
  for (const format of ["jpeg", "png", "webp", "tiff", "avif"] as const) files.push(image.clone().toFormat(format));
  return await Promise.all(files.map(async (file) => bytesOf(await file.toBuffer())));
}

Deno.test("readHeader() and structureProblem() throw nothing else, wherever a file is cut", async () => {
  for (const bytes of await oneOfEach()) {
    for (let length = 0; length < bytes.length; length += length < 1500 ? 1 : 97) survive(bytes.subarray(0, length));
  }
});

Deno.test("readHeader() and structureProblem() throw nothing else, whatever bytes are changed", async () => {
  const dice = createDice(3);
  for (const bytes of await oneOfEach()) {
    for (let round = 0; round < 1500; round++) {
      const changed = Uint8Array.from(bytes);
      for (let count = 1 + dice(5); count > 0; count--) {
        const at = dice(dice(3) === 0 ? bytes.length : Math.min(bytes.length, 700));
        changed[at] = [0, 1, 0x7f, 0x80, 0xff, dice(256)][dice(6)] ?? 0;
      }
      survive(changed);
    }
  }
});

const megabytes = 8 << 20;

/** `start`, then `unit` again and again. */
function endless(start: string, unit: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(megabytes);
  for (let at = 0; at < bytes.length; at++) bytes[at] = unit[at % unit.length] ?? 0;
  bytes.set(Uint8Array.from(start, (character) => character.charCodeAt(0)));
  return bytes;
}

const grinding: Readonly<Record<string, Uint8Array>> = {
  "fill bytes": endless("\xff\xd8\xff", [0xff]),
  "stuffed zeros": endless("\xff\xd8\xff", [0xff, 0]),
  "empty segments": endless("\xff\xd8", [0xff, 0xe1, 0, 2]),
  "segments of length 0": endless("\xff\xd8", [0xff, 0xe1, 0, 0]),
  "restarts": endless("\xff\xd8", [0xff, 0xd0]),
  "empty chunks": endless("\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x09\0\0\0\x09\x08\x02\0\0\0", [0]),
  "gif blocks": endless("GIF89a\x09\0\x09\0\0\0\0", [0x21, 0xf9, 0]),
  "gif frames": endless("GIF89a\x09\0\x09\0\0\0\0", [0x2c, 1, 0, 1, 0, 1, 0, 1, 0, 0, 2, 0]),
  "webp chunks": endless("RIFF\xff\xff\x7f\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x01\0\0\x01\0\0", [0]),
  "avif boxes": endless("\0\0\0\x10ftypavif\0\0\0\0", [0, 0, 0, 8, 0x66, 0x72, 0x65, 0x65]),
  "tiff entries": endless("II*\0\x08\0\0\0", [0xff]),
};

for (const [name, bytes] of Object.entries(grinding)) {
  // One that takes the square of the length would not end before the suite is stopped.
  Deno.test(`readHeader() and structureProblem() come to an end of 8 MB of ${name}`, () => {
    survive(bytes);
    for (const format of ["jpeg", "png", "gif", "webp", "tiff", "avif"] as const) {
      const problem = structureProblem(bytes, format);
      assert.ok(problem === undefined || problem.length > 0);
    }
  });
}
