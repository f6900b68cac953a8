import assert from "node:assert/strict";
import { readHeader } from "../../runtime/image/header.ts";
import { structureProblem } from "../../runtime/plugin.ts";
import { frames } from "../../scripts/motogp/frames.ts";
import { paintScene } from "../../scripts/motogp/paint.ts";
import { sceneFor, shots } from "../../scripts/motogp/scene.ts";
import { paintFrame } from "../../scripts/paint_motogp.ts";

const tiny = { width: 96, height: 64 };

Deno.test("paintScene() gives the same pixels and boxes every time, and others for another seed", () => {
  const request = { ...tiny, seed: 3, weather: "sun", shot: "side" } as const;
  const first = paintScene(sceneFor(request));
  assert.deepEqual(paintScene(sceneFor(request)), first);
  assert.notDeepEqual(paintScene(sceneFor({ ...request, seed: 4 })).pixels, first.pixels);
});

Deno.test("paintScene() draws boxes inside the picture around a machine and its rider, in every shot", () => {
  for (const shot of shots) {
    const { boxes } = paintScene(sceneFor({ ...tiny, width: 192, height: 128, seed: 5, weather: "rain", shot }));
    assert.deepEqual([...new Set(boxes.map(({ label }) => label))].sort(), ["motorbike", "rider"], shot);
    for (const { x, y, width, height } of boxes) {
      assert.ok(x >= 0 && y >= 0 && width > 0 && height > 0 && x + width <= 192 && y + height <= 128);
    }
  }
});

Deno.test("paintFrame() stores a rotated frame on its side and cuts a truncated one short", async () => {
  const scene = { ...tiny, seed: 1, weather: "cloudy", shot: "front", name: "a" } as const;
  const rotated = await paintFrame({ ...scene, flaw: "rotated" });
  const { width, height, orientation } = readHeader(rotated);
  assert.deepEqual([width, height, orientation], [64, 96, 6]);
  assert.equal(structureProblem(rotated, "jpeg"), undefined);
  assert.notEqual(structureProblem(await paintFrame({ ...scene, flaw: "truncated" }), "jpeg"), undefined);
});

Deno.test("frames have names and seeds of their own", () => {
  assert.equal(new Set(frames.map(({ name }) => name)).size, frames.length);
  assert.equal(new Set(frames.map(({ seed }) => seed)).size, frames.length);
});

Deno.test("frames are all in the example folder, in their size, with nothing else but the file that is no image", () => {
  const folder = new URL("../../examples/motogp/", import.meta.url);
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  const broken = names.filter((name) => !frames.some((frame) => `${frame.name}.jpg` === name));
  assert.deepEqual(broken, ["2023-jerez_race_cam1_000515.jpg"]);
  for (const frame of frames) {
    const bytes = Deno.readFileSync(new URL(`${frame.name}.jpg`, folder));
    const { width, height } = readHeader(bytes);
    const stored = frame.flaw === "rotated" ? [frame.height, frame.width] : [frame.width, frame.height];
    assert.deepEqual([width, height], stored, frame.name);
    assert.equal(structureProblem(bytes, "jpeg") === undefined, frame.flaw !== "truncated", frame.name);
  }
});
