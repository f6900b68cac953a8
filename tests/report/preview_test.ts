import assert from "node:assert/strict";
import { createCanvas, loadImage } from "@napi-rs/canvas";
import sharp from "sharp";
import type { Box, Detection } from "../../runtime/contract/detection.ts";
import { digestOf } from "../../runtime/contract/json.ts";
import { labelColors } from "../../runtime/report/label_colors.ts";
import { drawPreview, type PreviewOptions } from "../../runtime/report/preview.ts";

const colors = labelColors(["rider", "bike"]);
const size = { width: 1280, height: 960 };

async function plainJpeg(shade: number, width = 640, height = 480): Promise<Uint8Array> {
  const background = { r: shade, g: shade, b: shade };
  return new Uint8Array(await sharp({ create: { width, height, channels: 3, background } }).jpeg().toBuffer());
}

function rider(box: Box, score = 0.87): Detection {
  return { label: "rider", score, box };
}

async function pixelsOf(jpeg: Uint8Array) {
  const image = await loadImage(jpeg);
  const context = createCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  const at = (x: number, y: number) => [...data.subarray((y * image.width + x) * 4, (y * image.width + x) * 4 + 3)];
  return { width: image.width, height: image.height, at };
}

async function drawn(shade: number, found: readonly Detection[], options: Partial<PreviewOptions> = {}) {
  return await pixelsOf(await drawPreview(await plainJpeg(shade), size, found, { colors, ...options }));
}

/** Greatest difference between channels of two colours. */
function distance(left: readonly number[], right: readonly number[]): number {
  return Math.max(...left.map((value, index) => Math.abs(value - (right[index] ?? 0))));
}

function rgb(hex: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
}

Deno.test("drawPreview() draws boxes where they are, in their colour with a dark edge, on dark and on bright", async () => {
  const fill = rgb(colors("rider").fill);
  for (const shade of [0, 128, 255]) {
    const jpeg = await drawPreview(await plainJpeg(shade, 1600, 1200), size, [rider([320, 320, 640, 480])], { colors });
    const { at } = await pixelsOf(jpeg);
    for (const [x, y] of [[800, 400], [800, 1000], [400, 700], [1200, 700]] as const) {
      assert.ok(distance(at(x, y), fill) < 40, `${shade}: ${at(x, y)} at ${x},${y}`);
    }
    assert.ok(distance(at(800, 700), [shade, shade, shade]) < 6, "inside nothing is drawn");
    const [edge = 255] = at(800, 1003);
    assert.ok(edge <= shade * 0.6 + 10, `${shade}: the edge outside is ${edge}`);
  }
});

Deno.test("drawPreview() writes label and score on a chip in the picture", async () => {
  for (const box of [[0, 0, 1280, 960], [1270, 950, 10, 10], [0, 0, 9, 9]] as const) {
    const [plain, written] = [await drawn(128, [rider(box)], { chips: false }), await drawn(128, [rider(box)])];
    let changed = 0;
    for (let y = 0; y < 480; y += 2) {
      for (let x = 0; x < 640; x += 2) if (distance(plain.at(x, y), written.at(x, y)) > 40) changed++;
    }
    assert.ok(changed > 100, `${box}: ${changed}`);
  }
});

Deno.test("drawPreview() makes the smallest boxes visible", async () => {
  const pixels = await drawn(128, [rider([640, 480, 0.5, 0.5])], { chips: false });
  let colored = 0;
  for (let y = 230; y < 250; y++) {
    for (let x = 310; x < 330; x++) if (distance(pixels.at(x, y), rgb(colors("rider").fill)) < 70) colored++;
  }
  assert.ok(colored > 20, String(colored));
});

Deno.test("drawPreview() enlarges small pictures by a whole factor, and no others", async () => {
  const sizes = async (width: number, height: number) => {
    const drawn = await drawPreview(await plainJpeg(9, width, height), size, [], { colors, enlargeTo: 480 });
    const { width: wide, height: high } = await pixelsOf(drawn);
    return [wide, high];
  };
  assert.deepEqual(await sizes(80, 60), [480, 360]);
  assert.deepEqual(await sizes(300, 200), [300, 200]);
  assert.deepEqual(await sizes(640, 480), [640, 480]);
  assert.deepEqual(await sizes(1, 1), [8, 8]);
});

Deno.test("drawPreview() gives equal bytes for equal input, one after the other or at the same time", async () => {
  const jpeg = await plainJpeg(90);
  const found = [rider([10, 10, 500, 500]), { label: "bike", box: [300, 300, 90, 90] as const }];
  const [first, second] = await Promise.all([1, 2].map(() => drawPreview(jpeg, size, found, { colors })));
  assert.deepEqual(first, second);
  assert.deepEqual(await drawPreview(jpeg, size, found, { colors }), first);
  assert.deepEqual([...first?.slice(-2) ?? []], [0xff, 0xd9]);
});

Deno.test("drawPreview() draws the same on a machine without any font", async () => {
  const jpeg = await plainJpeg(90, 320, 240);
  const script = `
    import { drawPreview } from ${JSON.stringify(import.meta.resolve("../../runtime/report/preview.ts"))};
    import { labelColors } from ${JSON.stringify(import.meta.resolve("../../runtime/report/label_colors.ts"))};
    import { digestOf } from ${JSON.stringify(import.meta.resolve("../../runtime/contract/json.ts"))};
    const jpeg = Uint8Array.fromBase64("${jpeg.toBase64()}");
    const found = [{ label: "rider", score: 0.5, box: [99, 99, 400, 400] }];
    const options = { colors: labelColors(["rider"]) };
    console.log(digestOf(await drawPreview(jpeg, { width: 1280, height: 960 }, found, options)));`;
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const { stdout, stderr } = await new Deno.Command("deno", {
    args: ["run", "-A", "--config", config, `data:application/typescript,${encodeURIComponent(script)}`],
    env: { DISABLE_SYSTEM_FONTS_LOAD: "1" },
  }).output();
  const here = await drawPreview(jpeg, size, [rider([99, 99, 400, 400], 0.5)], { colors: labelColors(["rider"]) });
  assert.equal(new TextDecoder().decode(stdout).trim(), digestOf(here), new TextDecoder().decode(stderr));
});

Deno.test("drawPreview() survives hostile labels and hundreds of boxes", async () => {
  const label = `<b>\n\u202e\ud800 日本 😀 ${"x".repeat(500)}`;
  const found = Array.from({ length: 400 }, (_, index): Detection => ({ label, box: [index * 3, index * 2, 30, 30] }));
  assert.equal((await drawn(128, found)).width, 640);
  const tiny = await drawPreview(await plainJpeg(0, 8, 8), { width: 8, height: 8 }, [{ label, box: [0, 0, 8, 8] }], {
    colors,
  });
  assert.equal((await pixelsOf(tiny)).width, 8);
});
