// What every codec has to do. Run it with `codecSuite("name", open)`.
import assert from "node:assert/strict";
import sharp from "sharp";
import { ItemError } from "../../runtime/contract/errors.ts";
import type { Encoding, Raster } from "../../runtime/contract/image.ts";
import type { Codec } from "../../runtime/image/codec.ts";
import { readHeader } from "../../runtime/image/header.ts";
import { type CodecTest, fileSource, testEncoding, testWriting } from "./codec_encoding_suite.ts";
import { bytesOf, distance, jpegOf, opened, painted, pngOf } from "../image/pictures.ts";
import { referenceEdit } from "../image/reference.ts";

const jpeg: Encoding = { format: "jpeg", quality: 85 };

export function codecSuite(name: string, open: () => Promise<Codec>): void {
  const test = (what: string, body: (codec: Codec) => Promise<void>) =>
    Deno.test(`${name} codec: ${what}`, async () => await body(await open()));
  testGeometry(test);
  testScaling(test);
  testKinds(test);
  testFormats(test);
  testColours(test);
  testRefusals(test);
  testEncoding(test);
  testWriting(test);
}

function testGeometry(test: CodecTest): void {
  test("pixels() gives the pixels of a PNG as they are stored", async (codec) => {
    for (const channels of [3, 4] as const) {
      const raster = painted(37, 23, channels);
      assert.deepEqual(await codec.pixels(fileSource(await pngOf(raster))), raster);
    }
  });

  test("pixels() cuts, then turns, each of the eight ways", async (codec) => {
    const raster = painted(37, 23);
    const bytes = await pngOf(raster);
    const crop = { x: 5, y: 3, width: 20, height: 11 };
    for (let turn = 1; turn <= 8; turn++) {
      const expected = referenceEdit(referenceEdit(raster, { op: "crop", ...crop }), { op: "orient", value: turn });
      assert.deepEqual(await codec.pixels(fileSource(bytes, { crop, turn })), expected, `turn ${turn}`);
    }
  });

  test("pixels() resizes in stored axes, then turns, each of the eight ways", async (codec) => {
    for (const bytes of [await pngOf(painted(301, 203)), await jpegOf(painted(301, 203))]) {
      const resize = { width: 60, height: 21 };
      const resized = await codec.pixels(fileSource(bytes, { resize }));
      assert.deepEqual([resized.width, resized.height], [60, 21]);
      for (let turn = 2; turn <= 8; turn++) {
        const expected = referenceEdit(resized, { op: "orient", value: turn });
        assert.deepEqual(await codec.pixels(fileSource(bytes, { resize, turn })), expected, `turn ${turn}`);
      }
    }
  });
  test("pixels() looks at no orientation in the file", async (codec) => {
    const raster = painted(40, 30);
    const plain = await codec.pixels(fileSource(await jpegOf(raster)));
    for (let orientation = 1; orientation <= 8; orientation++) {
      const bytes = bytesOf(await opened(raster).withMetadata({ orientation }).jpeg({ quality: 92 }).toBuffer());
      assert.equal(readHeader(bytes).orientation, orientation);
      assert.deepEqual(await codec.pixels(fileSource(bytes)), plain);
    }
  });
}

function testScaling(test: CodecTest): void {
  test("pixels() keeps a corner with the pixels that the whole has", async (codec) => {
    for (
      const [width, height, to] of [[1025, 705, [192, 160]], [655, 437, [448, 192]], [1500, 900, [480, 270]]] as const
    ) {
      const bytes = await jpegOf(painted(width, height, 3, 40));
      const resize = { width: to[0], height: to[1] };
      const keep = { width: to[0] - 31, height: to[1] - 57 };
      const expected = referenceEdit(await codec.pixels(fileSource(bytes, { resize })), {
        op: "crop",
        x: 0,
        y: 0,
        ...keep,
      });
      assert.deepEqual(await codec.pixels(fileSource(bytes, { resize, keep })), expected);
    }
  });

  test("pixels() scales a raster as it scales the same pixels in a PNG, give or take rounding", async (codec) => {
    const raster = painted(300, 200, 4, 30);
    const resize = { width: 77, height: 91 };
    const fromFile = await codec.pixels(fileSource(await pngOf(raster), { resize }));
    assert.ok(distance(await codec.pixels({ from: "raster", raster, resize }), fromFile) <= 2);
  });
}

function testKinds(test: CodecTest): void {
  test("pixels() makes three channels of grey", async (codec) => {
    const gray = opened(painted(20, 10)).toColourspace("b-w");
    for (const bytes of [await gray.clone().jpeg().toBuffer(), await gray.clone().png().toBuffer()].map(bytesOf)) {
      assert.equal(readHeader(bytes).channels, 1);
      const { channels, data } = await codec.pixels(fileSource(bytes));
      assert.equal(channels, 3);
      for (let at = 0; at < data.length; at += 3) assert.ok(data[at] === data[at + 1] && data[at] === data[at + 2]);
    }
  });

  test("pixels() makes 8 bits of 16", async (codec) => {
    const deep = Uint16Array.from({ length: 16 * 8 * 3 }, (_, at) => at * 170);
    const raw = { width: 16, height: 8, channels: 3 } as const;
    const bytes = bytesOf(await sharp(deep, { raw }).toColourspace("rgb16").png().toBuffer());
    assert.equal(readHeader(bytes).depth, 16);
    const { data } = await codec.pixels(fileSource(bytes));
    assert.equal(data.length, deep.length);
    data.forEach((value, at) => assert.ok(Math.abs(value - (deep[at] ?? 0) / 257) <= 1));
  });

  test("pixels() makes sRGB of CMYK", async (codec) => {
    const bytes = bytesOf(await opened(halves(24, 16)).toColourspace("cmyk").jpeg({ quality: 95 }).toBuffer());
    assert.ok(readHeader(bytes).cmyk);
    for (const profile of [true, false]) {
      const { channels, data } = await codec.pixels(fileSource(bytes, { profile }));
      assert.equal(channels, 3);
      const [red = 0, green = 0, blue = 0] = data;
      assert.ok(red > 180 && green < 90 && blue < 90, `red is ${red} ${green} ${blue}`);
      assert.ok(data.subarray(-3).every((value) => value > 245), `white is ${data.subarray(-3)}`);
    }
  });
}

function testFormats(test: CodecTest): void {
  test("pixels() takes the first frame of an animation", async (codec) => {
    const frames = [halves(16, 12), painted(16, 12)];
    const joined = { ...frames[0]!, height: 24, data: Uint8Array.from(frames.flatMap(({ data }) => [...data])) };
    const animation = sharp(joined.data, { raw: { width: 16, height: 24, channels: 3, pageHeight: 12 } });
    for (const format of ["gif", "webp"] as const) {
      const bytes = bytesOf(await animation.clone().toFormat(format, { lossless: true }).toBuffer());
      assert.equal(readHeader(bytes).pages, 2);
      const first = await codec.pixels(fileSource(bytes));
      assert.deepEqual([first.width, first.height], [16, 12]);
      assert.deepEqual([...first.data.subarray(0, 3)], [255, 0, 0]);
    }
  });

  test("pixels() gives the same for a progressive and a baseline JPEG", async (codec) => {
    const raster = painted(130, 70, 3, 30);
    const progressive = await jpegOf(raster, { progressive: true });
    assert.ok(readHeader(progressive).progressive);
    assert.deepEqual(
      await codec.pixels(fileSource(progressive)),
      await codec.pixels(fileSource(await jpegOf(raster))),
    );
  });

  test("pixels() reads a picture with a gain map, which encoded() leaves out", async (codec) => {
    const wide = opened(painted(96, 64)).pipelineColourspace("scrgb").toColourspace("scrgb");
    const source = fileSource(bytesOf(await wide.jpeg().toBuffer()), { profile: true });
    const gainMap = /urn:iso:std:iso:ts:21496/;
    assert.match(new TextDecoder("latin1").decode(source.bytes), gainMap);
    const { width, height, channels } = await codec.pixels(source);
    assert.deepEqual([width, height, channels], [96, 64, 3]);
    const written = await codec.encoded(source, { format: "jpeg", quality: 80 });
    assert.doesNotMatch(new TextDecoder("latin1").decode(written), gainMap);
  });

  test("pixels() reads every format that headers know", async (codec) => {
    const raster = painted(48, 32);
    for (const format of ["jpeg", "png", "webp", "gif", "tiff", "avif"] as const) {
      const bytes = bytesOf(await opened(raster).toFormat(format, { quality: 90 }).toBuffer());
      assert.equal(readHeader(bytes).format, format);
      assert.ok(distance(await codec.pixels(fileSource(bytes)), raster) < 64, format);
    }
  });
}

/** Red on the left, white on the right. */
function halves(width: number, height: number): Raster {
  const raster = painted(width, height);
  raster.data.forEach((_, at) => {
    const right = Math.floor(at / 3) % width >= width / 2;
    raster.data[at] = right || at % 3 === 0 ? 255 : 0;
  });
  return raster;
}

function testColours(test: CodecTest): void {
  const colours: Raster = {
    width: 4,
    height: 1,
    channels: 3,
    data: Uint8Array.of(200, 40, 40, 40, 180, 60, 200, 200, 60, 90, 90, 90),
  };

  test("pixels() converts from the colour profile when told to", async (codec) => {
    const bytes = bytesOf(await opened(colours).withIccProfile("p3").png().toBuffer());
    await checkProfile(codec, bytes, colours);
  });

  test("pixels() converts from the colour profile at 16 bits too", async (codec) => {
    const wide = await opened(colours).withIccProfile("p3").png().toBuffer();
    const stored = await sharp(wide, { ignoreIcc: true }).raw().toBuffer();
    // Here sharp takes the numbers for those of the profile and only attaches it.
    const deep = sharp(Uint16Array.from(stored, (value) => value * 257), { raw: { width: 4, height: 1, channels: 3 } });
    const bytes = bytesOf(await deep.toColourspace("rgb16").withIccProfile("p3").png().toBuffer());
    assert.equal(readHeader(bytes).depth, 16);
    await checkProfile(codec, bytes, colours);
  });

  test("pixels() of 16 bits without a profile are the same with and without conversion", async (codec) => {
    const deep = sharp(Uint16Array.from(colours.data, (value) => value * 257), {
      raw: { width: 4, height: 1, channels: 3 },
    });
    const bytes = bytesOf(await deep.toColourspace("rgb16").png().toBuffer());
    for (const profile of [true, false]) {
      assert.ok(distance(await codec.pixels(fileSource(bytes, { profile })), colours) <= 1);
    }
  });
}

async function checkProfile(codec: Codec, bytes: Uint8Array, expected: Raster): Promise<void> {
  assert.equal(readHeader(bytes).icc, true);
  const seen = await codec.pixels(fileSource(bytes, { profile: true }));
  assert.ok(distance(seen, expected) <= 3, `${seen.data}`);
  const stored = await codec.pixels(fileSource(bytes, { profile: false }));
  assert.ok(distance(stored, expected) > 10, `${stored.data}`);
}

function testRefusals(test: CodecTest): void {
  test("pixels() refuses a truncated file, saying why on one line", async (codec) => {
    const raster = painted(200, 150, 3, 60);
    for (const bytes of [await jpegOf(raster), await pngOf(raster)]) {
      const source = fileSource(bytes.subarray(0, Math.floor(bytes.length * 0.6)));
      const work = [() => codec.pixels(source), () => codec.encoded(source, jpeg)];
      for (const attempt of work) {
        await assert.rejects(attempt, (error) => {
          assert.ok(error instanceof ItemError);
          assert.equal(error.code, "undecodable");
          assert.match(error.message, /^Cannot decode image: [ -~]+$/);
          return true;
        });
      }
    }
  });

  test("pixels() refuses more pixels than it may decode", async (codec) => {
    for (const bytes of [await jpegOf(painted(200, 150)), await pngOf(painted(200, 150))]) {
      const source = fileSource(bytes, { maxPixels: 29_999, resize: { width: 10, height: 10 } });
      await assert.rejects(codec.pixels(source), { name: "ItemError", code: "too_many_pixels" });
    }
    const enough = fileSource(await jpegOf(painted(200, 150)), { maxPixels: 30_000 });
    assert.equal((await codec.pixels(enough)).width, 200);
  });

  test("pixels() opens no file of another format, whatever its header is said to be", async (codec) => {
    const source = fileSource(await pngOf(painted(8, 8)));
    const svg = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>');
    await assert.rejects(codec.pixels({ ...source, bytes: svg }), { name: "ItemError", code: "undecodable" });
  });
}
