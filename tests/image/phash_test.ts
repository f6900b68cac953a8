import assert from "node:assert/strict";
import sharp from "sharp";
import { type HashBits, type PerceptualHash, perceptualHash } from "../../runtime/image/phash.ts";
import { smallView } from "../../runtime/image/small_view.ts";
import { assetPath, assetTest } from "../assets.ts";
import { hostOf, itemFrom } from "../suites/painted.ts";
import type { Raster } from "../../runtime/plugin.ts";
import { createDice } from "./pictures.ts";

/** Soft blots of light: every frequency, no symmetry. */
function blots(width: number, height: number, seed = 3): Raster {
  const dice = createDice(seed);
  const spots = Array.from({ length: 30 }, () => [dice(1000) / 1000, dice(1000) / 1000, 20 + dice(80), dice(2) - 0.5]);
  const data = new Uint8Array(width * height * 3);
  for (let at = 0; at < width * height; at++) {
    const [x, y] = [(at % width + 0.5) / width, (Math.floor(at / width) + 0.5) / height];
    let light = 128;
    for (const [left = 0, top = 0, sharpness = 0, sign = 0] of spots) {
      light += 200 * sign * Math.exp(-sharpness * ((x - left) ** 2 + (y - top) ** 2));
    }
    data.fill(Math.max(0, Math.min(255, light)), at * 3, at * 3 + 3);
  }
  return { width, height, channels: 3, data };
}

function apart(left: string, right: string): number {
  const differing = (BigInt(`0x${left}`) ^ BigInt(`0x${right}`)).toString(2);
  return differing.replaceAll("0", "").length;
}

function hashOf(raster: Raster, bits: HashBits = 64): PerceptualHash {
  return perceptualHash(raster, { bits, orientations: "rotate" }) ?? assert.fail("the picture is flat");
}

/** Pixel by pixel: `place` says which pixel of the source stands at a place. */
function moved(raster: Raster, [width, height]: readonly [number, number], place: (x: number, y: number) => number) {
  const data = new Uint8Array(width * height * 3);
  for (let at = 0; at < width * height; at++) {
    const from = place(at % width, Math.floor(at / width)) * 3;
    data.set(raster.data.subarray(from, from + 3), at * 3);
  }
  return { width, height, channels: 3, data } as const;
}

async function hashOfFile(bytes: Uint8Array, bits: HashBits = 64): Promise<string> {
  const item = itemFrom(bytes);
  return hashOf(await (await hostOf(bytes)).pixels(smallView(item.image), "model"), bits).hash;
}

Deno.test("perceptualHash() gives hexadecimal text with half of its bits set", () => {
  const raster = blots(200, 120);
  const [short, long] = [hashOf(raster).hash, hashOf(raster, 256).hash];
  assert.match(short, /^[0-9a-f]{16}$/);
  assert.match(long, /^[0-9a-f]{64}$/);
  assert.equal(apart(short, "0"), 32);
  assert.equal(apart(long, "0"), 128);
});

Deno.test("perceptualHash() hardly depends on size, and not on contrast", () => {
  const large = blots(256, 160);
  assert.ok(apart(hashOf(large).hash, hashOf(blots(64, 40)).hash) <= 2);
  const pale = { ...large, data: large.data.map((value) => 100 + value / 4) };
  assert.ok(apart(hashOf(large).hash, hashOf(pale).hash) <= 2);
  assert.ok(apart(hashOf(large).hash, hashOf(blots(256, 160, 4)).hash) > 16);
});

Deno.test("perceptualHash() knows the hashes of all eight turned copies from one look", () => {
  const raster = blots(90, 60);
  const { width, height } = raster;
  const turned = [
    moved(raster, [width, height], (x, y) => y * width + (width - 1 - x)),
    moved(raster, [width, height], (x, y) => (height - 1 - y) * width + x),
    moved(raster, [width, height], (x, y) => (height - 1 - y) * width + (width - 1 - x)),
    moved(raster, [height, width], (x, y) => x * width + y),
    moved(raster, [height, width], (x, y) => x * width + (width - 1 - y)),
    moved(raster, [height, width], (x, y) => (height - 1 - x) * width + y),
    moved(raster, [height, width], (x, y) => (height - 1 - x) * width + (width - 1 - y)),
  ];
  for (const bits of [64, 256] as const) {
    const known = hashOf(raster, bits).turned;
    assert.equal(new Set(known).size, 7);
    assert.deepEqual(new Set(turned.map((copy) => hashOf(copy, bits).hash)), new Set(known));
  }
  const flip = perceptualHash(raster, { bits: 64, orientations: "flip" });
  assert.deepEqual(flip?.turned, turned.slice(0, 1).map((copy) => hashOf(copy).hash));
  assert.deepEqual(perceptualHash(raster, { bits: 64, orientations: "none" })?.turned, []);
});

Deno.test("perceptualHash() gives flat pictures no hash, whatever their colour, size and noise", () => {
  const dice = createDice(9);
  for (const [width, height] of [[1, 1], [256, 256], [1, 256], [256, 3]] as const) {
    for (const value of [0, 90, 255]) {
      const data = new Uint8Array(width * height * 3).fill(value);
      const raster = { width, height, channels: 3, data } as const;
      assert.equal(perceptualHash(raster, { bits: 64, orientations: "none" }), undefined);
      if (width + height < 300) continue;
      const noisy = { ...raster, data: data.map((value) => value + dice(4) - (value === 255 ? 3 : 0)) };
      assert.equal(perceptualHash(noisy, { bits: 256, orientations: "none" }), undefined);
    }
  }
});

Deno.test("perceptualHash() takes rasters of any shape, and lays transparency on white", () => {
  const line = { width: 2, height: 1, channels: 3, data: Uint8Array.of(0, 0, 0, 255, 255, 255) } as const;
  assert.notEqual(hashOf(line).hash, hashOf({ ...line, data: line.data.toReversed() }).hash);
  assert.match(hashOf(blots(256, 1)).hash, /^[0-9a-f]{16}$/);
  const opaque = blots(40, 40);
  const holes = new Uint8Array(40 * 40 * 4);
  for (let at = 0; at < 1600; at++) {
    holes.set([...opaque.data.subarray(at * 3, at * 3 + 3), at % 40 < 20 ? 0 : 255], at * 4);
  }
  const white = opaque.data.map((value, at) => Math.floor(at / 3) % 40 < 20 ? 255 : value);
  assert.equal(hashOf({ ...opaque, channels: 4, data: holes }).hash, hashOf({ ...opaque, data: white }).hash);
});

assetTest("perceptualHash() stays near for copies of photographs, and far for others", async () => {
  const names = [
    "photos/images/000000000790.jpg",
    "photos/images/000000099053.jpg",
    "traps/human.jpg",
    "frames/car_01.jpg",
  ];
  const files = await Promise.all(names.map((name) => Deno.readFile(assetPath(name))));
  const hashes = await Promise.all(files.map((bytes) => hashOfFile(bytes)));
  for (const [at, bytes] of files.entries()) {
    const copies = [
      sharp(bytes).jpeg({ quality: 30 }),
      sharp(bytes).resize(200).webp({ quality: 60 }),
      sharp(bytes).linear(0.7).jpeg(),
    ];
    for (const copy of copies) {
      const hash = await hashOfFile(new Uint8Array(await copy.toBuffer()));
      assert.ok(apart(hash, hashes[at] ?? "") <= 4, `${names[at]}`);
    }
    for (const other of hashes.slice(at + 1)) assert.ok(apart(other, hashes[at] ?? "") > 16, `${names[at]}`);
  }
});
