import assert from "node:assert/strict";
import sharp from "sharp";
import { type Measures, measuresOf, soundLimits } from "../../runtime/image/quality.ts";
import { smallView } from "../../runtime/image/small_view.ts";
import { type Raster, sizeOf } from "../../runtime/plugin.ts";
import { assetPath, assetTest } from "../assets.ts";
import { hostOf, itemFrom } from "../suites/painted.ts";
import { createDice } from "./pictures.ts";

function grey(width: number, height: number, valueAt: (x: number, y: number) => number): Raster {
  const data = new Uint8Array(width * height * 3);
  for (let at = 0; at < width * height; at++) {
    data.fill(valueAt(at % width, Math.floor(at / width)), at * 3, at * 3 + 3);
  }
  return { width, height, channels: 3, data };
}

function near(value: number, expected: number, by = 1e-9): void {
  assert.ok(Math.abs(value - expected) <= by, `${value} instead of ${expected}`);
}

async function measuresOfFile(bytes: Uint8Array): Promise<Measures> {
  return measuresOf(await (await hostOf(bytes)).pixels(smallView(itemFrom(bytes).image), "model"));
}

Deno.test("measuresOf() gives mean, spread and entropy as they are defined", () => {
  const halves = measuresOf(grey(8, 8, (x) => x < 4 ? 50 : 150));
  near(halves.brightness, 100);
  near(halves.contrast, 50);
  near(halves.entropy, 1);
  near(measuresOf(grey(256, 4, (x) => x)).entropy, 8);
});

Deno.test("measuresOf() weighs fine detail by the contrast there is", () => {
  const checks = measuresOf(grey(64, 64, (x, y) => (x + y) % 2 === 0 ? 100 : 110));
  const strong = measuresOf(grey(64, 64, (x, y) => (x + y) % 2 === 0 ? 50 : 200));
  const ramp = measuresOf(grey(64, 64, (x) => x * 4));
  assert.ok(checks.sharpness > 100 * soundLimits.sharpness * 0.2);
  assert.ok(strong.sharpness > checks.sharpness);
  assert.ok(ramp.sharpness < 1);
});

Deno.test("measuresOf() calls one colour uniform, but for what differs from it", () => {
  near(measuresOf(grey(10, 10, () => 77)).uniform, 1);
  near(measuresOf(grey(10, 10, (x) => x === 0 ? 200 : 77)).uniform, 0.9);
  near(measuresOf(grey(10, 10, (x) => 100 + x % 3 * 4)).uniform, 1);
  const red = grey(4, 4, () => 128);
  red.data.set([255, 0, 0]);
  near(measuresOf(red).uniform, 15 / 16);
});

Deno.test("measuresOf() takes one pixel, lines and transparency", () => {
  assert.deepEqual(measuresOf(grey(1, 1, () => 9)), {
    sharpness: 0,
    brightness: 9,
    contrast: 0,
    entropy: 0,
    uniform: 1,
  });
  for (const raster of [grey(256, 1, (x) => x % 7), grey(1, 256, (_, y) => y % 7)]) {
    assert.ok(Object.values(measuresOf(raster)).every(Number.isFinite));
  }
  const clear: Raster = { width: 1, height: 2, channels: 4, data: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 255) };
  near(measuresOf(clear).brightness, 127.5);
});

Deno.test("smallView() asks for no more than 256x256, and never for a larger picture than there is", () => {
  const { image } = itemFrom(
    Uint8Array.of(
      ...atob("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg==")
        .split("").map((character) => character.charCodeAt(0)),
    ),
  );
  const sized = (width: number, height: number) => ({ ...image, header: { ...image.header, width, height } });
  assert.equal(smallView(image), image);
  assert.deepEqual(sizeOf(smallView(sized(4000, 3000))), { width: 256, height: 192 });
  assert.deepEqual(sizeOf(smallView(sized(60_000, 2))), { width: 256, height: 1 });
  assert.deepEqual(sizeOf(smallView(sized(256, 256))), { width: 256, height: 256 });
});

assetTest("measuresOf() hardly depends on the size in which a photograph is stored", async () => {
  for (const name of ["photos/images/000000000790.jpg", "racing/jockey.jpg", "traps/human.jpg"]) {
    const bytes = await Deno.readFile(assetPath(name));
    const whole = await measuresOfFile(bytes);
    const half = await measuresOfFile(new Uint8Array(await sharp(bytes).resize(512).jpeg({ quality: 92 }).toBuffer()));
    near(half.brightness / whole.brightness, 1, 0.02);
    near(half.contrast / whole.contrast, 1, 0.03);
    near(half.sharpness / whole.sharpness, 1, 0.25);
  }
});

assetTest("soundLimits part photographs and frames from blurred, dark and empty ones", async () => {
  const dice = createDice(1);
  for (const folder of ["photos/images", "frames"]) {
    const names = [...Deno.readDirSync(assetPath(folder))].map(({ name }) => name).filter((name) =>
      name.endsWith(".jpg")
    );
    for (const name of names.sort().filter((_, at) => at % 4 === 0)) {
      const bytes = await Deno.readFile(assetPath(`${folder}/${name}`));
      const sound = await measuresOfFile(bytes);
      assert.ok(sound.sharpness >= soundLimits.sharpness && sound.uniform < soundLimits.uniform, name);
      assert.ok(sound.brightness >= soundLimits.brightness[0] && sound.brightness <= soundLimits.brightness[1], name);
      const blurred = await sharp(bytes).blur(5 + dice(3)).jpeg().toBuffer();
      assert.ok((await measuresOfFile(new Uint8Array(blurred))).sharpness < soundLimits.sharpness, name);
      const dark = await sharp(bytes).linear(0.08).jpeg().toBuffer();
      assert.ok((await measuresOfFile(new Uint8Array(dark))).brightness < soundLimits.brightness[0], name);
    }
  }
});
