import assert from "node:assert/strict";
import { readHeader } from "../../runtime/image/header.ts";
import { readCameraName, readCsvTable, readZones, structureProblem } from "../../runtime/plugin.ts";
import { type Frame, frames, size } from "../../scripts/cameras/frames.ts";
import { paintFrame } from "../../scripts/cameras/paint.ts";

const folder = new URL("../../examples/cameras/", import.meta.url);
const [frame] = frames;

function levelOf(pixels: Uint8Array): number {
  return pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
}

Deno.test("paintFrame() gives the same pixels every time, and others for the next step", () => {
  assert.ok(frame !== undefined);
  const { pixels, width, height } = paintFrame(frame);
  assert.deepEqual([width, height], [size.width, size.height]);
  assert.deepEqual(paintFrame(frame).pixels, pixels);
  assert.notDeepEqual(paintFrame({ ...frame, step: 1 }).pixels, pixels);
});

Deno.test("paintFrame() paints nights darker, covered lenses black and people where they are asked for", () => {
  assert.ok(frame !== undefined);
  const level = (changes: Partial<Frame>) => levelOf(paintFrame({ ...frame, ...changes }).pixels);
  const day = level({});
  const night = level({ isNight: true });
  assert.ok(night > 16 && night < 0.85 * day, `${night} of ${day}`);
  assert.ok(level({ flaw: "black" }) < 4);
  const { boxes } = paintFrame({ ...frame, people: 2 });
  assert.equal(boxes.filter(({ label }) => label === "person").length, 2);
});

Deno.test("frames have names of their own that follow the rules, but for the one that is to break them", () => {
  assert.equal(new Set(frames.map(({ name }) => name)).size, frames.length);
  for (const { name, camera, flaw } of frames) {
    const read = readCameraName(name, "seconds");
    if (flaw === "named badly") assert.ok("reason" in read, name);
    else assert.ok("camera" in read && read.camera === camera.id, name);
  }
  const flaws = frames.flatMap(({ flaw }) => flaw ?? []).sort();
  assert.deepEqual(flaws, ["black", "blurred", "named badly", "truncated"]);
});

Deno.test("frames are all in the example folder, with the table of their cameras and nothing else, in 1 MB", async () => {
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  assert.deepEqual(names, [...frames.map(({ name }) => name), "cameras.csv"].sort());
  let total = 0;
  for (const { name, flaw } of frames) {
    const bytes = Deno.readFileSync(new URL(name, folder));
    const { width, height } = readHeader(bytes);
    assert.deepEqual([width, height], [size.width, size.height], name);
    assert.equal(structureProblem(bytes, "jpeg") !== undefined, flaw === "truncated", name);
    total += bytes.length;
  }
  assert.ok(total < 1e6, `${total} bytes`);
  const table = await readCsvTable("cameras.csv", Deno.readTextFileSync(new URL("cameras.csv", folder)), "camera");
  assert.deepEqual(
    table.lines.map(({ cells }) => cells[0]).sort(),
    [...new Set(frames.map(({ camera }) => camera.id))].sort(),
  );
  for (const { cells } of table.lines) assert.equal(typeof readZones(cells[4] ?? ""), "object");
});
