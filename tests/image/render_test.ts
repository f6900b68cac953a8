import assert from "node:assert/strict";
import { ItemError } from "../../runtime/contract/errors.ts";
import type { Edit, Encoding, Image, Raster } from "../../runtime/contract/image.ts";
import type { Codec } from "../../runtime/image/codec.ts";
import { sizeAfter } from "../../runtime/image/edits.ts";
import { openNativeCodec } from "../../runtime/image/native.ts";
import { createRenderer, type Renderer } from "../../runtime/image/render.ts";
import { bytesOf, createDice, distance, imageOf, jpegOf, opened, painted, pngOf } from "./pictures.ts";
import { referenceEdit } from "./reference.ts";

const jpeg: Encoding = { format: "jpeg", quality: 85 };
const codec = await openNativeCodec();
const renderer = createRenderer(codec, { maxPixels: 1e8 });

function crop(x: number, y: number, width: number, height: number): Edit {
  return { op: "crop", x, y, width, height };
}

function resize(width: number, height: number): Edit {
  return { op: "resize", width, height };
}

/** The edits done one at a time, each on a raster of its own. */
async function oneByOne(raster: Raster, edits: readonly Edit[]): Promise<Raster> {
  let now = raster;
  for (const edit of edits) {
    if (edit.op !== "resize") now = referenceEdit(now, edit);
    else now = await codec.pixels({ from: "raster", raster: now, resize: { width: edit.width, height: edit.height } });
  }
  return now;
}

/** Lists that sharp, asked for them in this order in one call, renders in another. */
const wrongInOneCall: readonly (readonly Edit[])[] = [
  [crop(3, 0, 160, 90), resize(60, 45), crop(5, 5, 30, 30), { op: "flip", axis: "horizontal" }],
  [crop(3, 0, 160, 90), { op: "flip", axis: "vertical" }, crop(10, 40, 50, 30)],
  [crop(0, 0, 150, 90), resize(60, 45), crop(5, 5, 40, 30), crop(10, 10, 20, 10)],
  [{ op: "pad", left: 10, top: 5, right: 0, bottom: 3, color: [9, 8, 7] }, crop(0, 0, 40, 40)],
  [{ op: "pad", left: 0, top: 5, right: 20, bottom: 0, color: [9, 8, 7] }, resize(50, 70)],
  [crop(0, 0, 100, 90), resize(50, 45), resize(80, 20)],
  [{ op: "flip", axis: "vertical" }, { op: "orient", value: 6 }, crop(1, 2, 30, 60), resize(33, 44)],
  [crop(0, 0, 100, 90), resize(50, 45), { op: "orient", value: 8 }, crop(1, 2, 30, 20)],
  [{ op: "grayscale" }, { op: "pad", left: 4, top: 4, right: 4, bottom: 4, color: [255, 0, 0] }],
];

for (const channels of [3, 4] as const) {
  Deno.test(`raster() does edits in their order, ${channels} channels`, async () => {
    const raster = painted(170, 100, channels, 30);
    const bytes = await pngOf(raster);
    for (const edits of wrongInOneCall) {
      const rendered = await renderer.raster(bytes, imageOf(bytes, ...edits), "view");
      assert.deepEqual(rendered, await oneByOne(raster, edits), JSON.stringify(edits));
    }
  });
}

Deno.test("raster() turns a picture by its first edit, as its EXIF says", async () => {
  const raster = painted(90, 60);
  const upright = await renderer.raster(await jpegOf(raster), imageOf(await jpegOf(raster)), "view");
  for (let value = 1; value <= 8; value++) {
    const bytes = bytesOf(await opened(raster).withMetadata({ orientation: value }).jpeg({ quality: 92 }).toBuffer());
    const rendered = await renderer.raster(bytes, imageOf(bytes), "view");
    assert.deepEqual(rendered, referenceEdit(upright, { op: "orient", value }));
  }
});

/** Up to six edits that fit. The first resize is left out when it would be done while decoding. */
function randomEdits(dice: (limit: number) => number, size: { width: number; height: number }): Edit[] {
  const edits: Edit[] = [];
  for (let count = 1 + dice(6); count > 0; count--) {
    const now = sizeAfter(size, edits);
    edits.push(randomEdit(dice, now.width, now.height, edits.length > 0));
  }
  return edits;
}

function randomEdit(dice: (limit: number) => number, width: number, height: number, mayResize: boolean): Edit {
  switch (dice(mayResize ? 7 : 6)) {
    case 0:
    case 1: {
      const [cropWidth, cropHeight] = [1 + dice(width), 1 + dice(height)];
      return crop(dice(width - cropWidth + 1), dice(height - cropHeight + 1), cropWidth, cropHeight);
    }
    case 2:
      return { op: "flip", axis: dice(2) === 0 ? "horizontal" : "vertical" };
    case 3:
      return { op: "orient", value: 1 + dice(8) };
    case 4:
      return { op: "pad", left: dice(9), top: dice(9), right: dice(9), bottom: dice(9), color: [1, dice(256), 3] };
    case 5:
      return { op: "grayscale" };
    default:
      return resize(1 + dice(90), 1 + dice(90));
  }
}

Deno.test("raster() agrees with doing one edit after another, for random lists", async () => {
  const dice = createDice(7);
  for (let round = 0; round < 150; round++) {
    const raster = painted(20 + dice(70), 20 + dice(70), dice(2) === 0 ? 3 : 4, 30);
    const bytes = await pngOf(raster);
    const edits = randomEdits(dice, raster);
    if (edits[0]?.op === "orient" && edits[1]?.op === "resize") continue;
    const rendered = await renderer.raster(bytes, imageOf(bytes, ...edits), "model");
    assert.deepEqual(rendered, await oneByOne(raster, edits), JSON.stringify(edits));
  }
});

/** Files that a decoder may shrink while it loads, and sizes at which libvips rounds by where a strip begins. */
const awkward = [
  { size: [1025, 705], to: [192, 160] },
  { size: [655, 437], to: [448, 192] },
  { size: [871, 463], to: [160, 270] },
  { size: [1024, 683], to: [480, 270] },
] as const;

for (const { size: [width, height], to } of awkward) {
  Deno.test(`raster() of more edits continues that of fewer, ${width}x${height} to ${to[0]}x${to[1]}`, async () => {
    const raster = painted(width, height, 3, 40);
    const follow: Edit[] = [
      crop(51, 60, 70, 64),
      { op: "flip", axis: "horizontal" },
      { op: "orient", value: 7 },
      { op: "pad", left: 1, top: 2, right: 3, bottom: 4, color: [5, 6, 7] },
      { op: "grayscale" },
    ];
    for (const bytes of [await jpegOf(raster), bytesOf(await opened(raster).webp().toBuffer()), await pngOf(raster)]) {
      const starts: Edit[][] = [[resize(to[0], to[1])], [{ op: "orient", value: 6 }, resize(to[0], to[1])], [
        crop(3, 5, 300, 200),
      ]];
      for (const start of starts) {
        const before = await renderer.raster(bytes, imageOf(bytes, ...start), "view");
        for (const edit of follow) {
          const after = await renderer.raster(bytes, imageOf(bytes, ...start, edit), "view");
          assert.deepEqual(after, await oneByOne(before, [edit]), JSON.stringify([...start, edit]));
        }
      }
    }
  });
}

Deno.test("encodeMany() gives each image what it has alone", async () => {
  const dice = createDice(11);
  for (let round = 0; round < 25; round++) {
    const raster = painted(100 + dice(500), 100 + dice(300), dice(3) === 0 ? 4 : 3, 40);
    const bytes = raster.channels === 4 || dice(2) === 0 ? await pngOf(raster) : await jpegOf(raster);
    const stem = [[], [resize(96, 64)], [{ op: "orient", value: 5 }, resize(64, 96)] as const][dice(3)] ?? [];
    const images = Array.from({ length: 5 }, () => {
      const common = stem.slice(0, 1 + dice(2));
      return imageOf(bytes, ...common, ...randomEdits(dice, sizeAfter(raster, common)));
    });
    const together = await renderer.encodeMany(bytes, images, jpeg);
    for (const [index, image] of images.entries()) {
      const [alone] = await renderer.encodeMany(bytes, [image], jpeg);
      assert.ok(alone instanceof Uint8Array);
      assert.deepEqual(together[index], alone, JSON.stringify(image.edits));
      const pixels = await renderer.raster(bytes, image, "view");
      assert.deepEqual(alone, await codec.encoded({ from: "raster", raster: pixels }, jpeg));
    }
  }
});

/** The real codec, with a count of what it was asked for. */
function counting(): { readonly codec: Codec; readonly calls: string[] } {
  const calls: string[] = [];
  const note = (call: string) => calls.push(call);
  return {
    calls,
    codec: {
      ...codec,
      pixels: (source) => (note(`pixels of ${source.from}`), codec.pixels(source)),
      encoded: (source, encoding) => (note(`encoded ${source.from}`), codec.encoded(source, encoding)),
    },
  };
}

async function callsFor(bytes: Uint8Array, ...lists: readonly (readonly Edit[])[]): Promise<readonly string[]> {
  const { codec, calls } = counting();
  await createRenderer(codec, { maxPixels: 1e8 }).encodeMany(
    bytes,
    lists.map((edits) => imageOf(bytes, ...edits)),
    jpeg,
  );
  return calls;
}

Deno.test("encodeMany() decodes once what images have in common", async () => {
  const bytes = await jpegOf(painted(640, 480));
  const start = [resize(480, 270), crop(105, 0, 270, 270)];
  const crops = [crop(0, 0, 80, 80), crop(100, 0, 80, 80), crop(0, 150, 80, 80)];
  const [one, two, three] = crops.map((last) => [...start, last]);
  const expected = ["pixels of file", "encoded raster", "encoded raster", "encoded raster"];
  assert.deepEqual(await callsFor(bytes, one!, two!, three!), expected);
  assert.deepEqual(await callsFor(bytes, [crops[0]!], [crops[1]!], [crops[2]!]), expected);
});

Deno.test("encodeMany() renders equal images once", async () => {
  const bytes = await jpegOf(painted(64, 48));
  assert.deepEqual(await callsFor(bytes, [resize(20, 20)], [resize(20, 20)]), ["encoded file"]);
});

Deno.test("encodeMany() needs one call for one image that is only turned, cut or resized", async () => {
  const bytes = await jpegOf(painted(64, 48));
  assert.deepEqual(await callsFor(bytes, []), ["encoded file"]);
  assert.deepEqual(await callsFor(bytes, [{ op: "orient", value: 6 }, resize(20, 20)]), ["encoded file"]);
  const cut: Edit[] = [{ op: "orient", value: 6 }, crop(1, 1, 30, 30), { op: "flip", axis: "vertical" }];
  assert.deepEqual(await callsFor(bytes, [...cut, crop(2, 2, 9, 9)]), ["encoded file"]);
});

Deno.test("encodeMany() of nothing is nothing", async () => {
  assert.deepEqual(await renderer.encodeMany(new Uint8Array(), [], jpeg), []);
});

function failing(renderer: Renderer, bytes: Uint8Array, image: Image, code: string): Promise<void> {
  return assert.rejects(renderer.raster(bytes, image, "view"), { name: "ItemError", code });
}

Deno.test("encodeMany() gives an error to the images it concerns, and to no others", async () => {
  const small = createRenderer(codec, { maxPixels: 10_000 });
  const bytes = await jpegOf(painted(90, 90));
  const images = [imageOf(bytes, resize(20, 20)), imageOf(bytes, resize(101, 101)), imageOf(bytes)];
  const [first, second, third] = await small.encodeMany(bytes, images, jpeg);
  assert.ok(first instanceof Uint8Array && third instanceof Uint8Array);
  assert.ok(second instanceof ItemError);
  assert.equal(second.code, "too_many_pixels");
  assert.match(second.message, /^Cannot render image: after resize it has 101 x 101 pixels, more than 10000$/);
  await failing(small, bytes, images[1]!, "too_many_pixels");
});

Deno.test("encodeMany() gives the decoder's complaint to every image of a damaged file", async () => {
  const whole = await jpegOf(painted(200, 150, 3, 60));
  const bytes = whole.subarray(0, Math.floor(whole.length / 2));
  const images = [imageOf(bytes, resize(20, 20)), imageOf(bytes, resize(20, 20), crop(0, 0, 5, 5)), imageOf(bytes)];
  for (const result of await renderer.encodeMany(bytes, images, jpeg)) {
    assert.ok(result instanceof ItemError);
    assert.equal(result.code, "undecodable");
  }
});

Deno.test("raster() refuses a file whose decoder gives another size than its header says", async () => {
  const bytes = await pngOf(painted(30, 20));
  const image = imageOf(bytes);
  await failing(renderer, bytes, { ...image, header: { ...image.header, width: 31 } }, "undecodable");
});

Deno.test("encodeMany() refuses a size that the format cannot hold", async () => {
  const bytes = await pngOf(painted(30, 1));
  const [result] = await renderer.encodeMany(bytes, [imageOf(bytes, resize(70_000, 1))], jpeg);
  assert.ok(result instanceof ItemError);
  assert.equal(result.code, "unencodable");
});

Deno.test("raster() applies colour profiles for people and not for models", async () => {
  const raster = painted(30, 20);
  const bytes = bytesOf(await opened(raster).withIccProfile("p3").png().toBuffer());
  const [view, model] = [
    await renderer.raster(bytes, imageOf(bytes), "view"),
    await renderer.raster(bytes, imageOf(bytes), "model"),
  ];
  assert.ok(distance(view, raster) < distance(model, raster) / 2);
});

Deno.test("thumbnail() fits into its box and is never larger than the image", async () => {
  const bytes = await jpegOf(painted(400, 300));
  const sizeOf = async (edge: number, ...edits: readonly Edit[]) => {
    const small = await renderer.thumbnail(bytes, imageOf(bytes, ...edits), edge);
    const { width, height } = imageOf(small).header;
    return [width, height];
  };
  assert.deepEqual(await sizeOf(100), [100, 75]);
  assert.deepEqual(await sizeOf(1000), [400, 300]);
  assert.deepEqual(await sizeOf(100, { op: "orient", value: 6 }, crop(0, 0, 10, 390)), [3, 100]);
});
