import assert from "node:assert/strict";
import { readHeader } from "../../runtime/image/header.ts";
import { structureProblem } from "../../runtime/plugin.ts";
import { shots } from "../../scripts/soccer/cameras.ts";
import { daylights } from "../../scripts/soccer/daylight.ts";
import { frames } from "../../scripts/soccer/frames.ts";
import { clubs, distanceOf } from "../../scripts/soccer/kits.ts";
import { paintScene } from "../../scripts/soccer/paint.ts";
import { situations } from "../../scripts/soccer/play.ts";
import { sceneFor, type SceneRequest } from "../../scripts/soccer/scene.ts";
import { paintFrame } from "../../scripts/paint_soccer.ts";

const request: SceneRequest = {
  width: 96,
  height: 54,
  seed: 3,
  match: 3,
  daylight: "sun",
  shot: "wide",
  situation: "play",
};

Deno.test("paintScene() gives the same pixels and boxes every time, and others for another seed, match or time", () => {
  const first = paintScene(sceneFor(request));
  assert.deepEqual(paintScene(sceneFor(request)), first);
  for (const change of [{ seed: 4 }, { match: 4 }, { time: 1 }]) {
    assert.notDeepEqual(paintScene(sceneFor({ ...request, ...change })).pixels, first.pixels);
  }
});

Deno.test("paintScene() draws boxes inside the picture around players, in every shot and light", () => {
  for (const [index, shot] of shots.entries()) {
    const daylight = daylights[index] ?? "sun";
    const { boxes } = paintScene(sceneFor({ ...request, width: 192, height: 108, shot, daylight }));
    assert.ok(boxes.some(({ label }) => label === "player"), shot);
    for (const { x, y, width, height } of boxes) {
      assert.ok(x >= 0 && y >= 0 && width > 0 && height > 0 && x + width <= 192 && y + height <= 108, shot);
    }
  }
});

Deno.test("paintScene() gives no box to a ball that somebody stands in front of", () => {
  const scene = sceneFor({ ...request, width: 192, height: 108, shot: "close", situation: "free kick" });
  assert.equal(labelsOf(scene).filter((label) => label === "ball").length, 1);
  const { position } = scene.camera;
  const [x, , z] = scene.ball.at;
  const away = Math.hypot(position[0] - x, position[2] - z);
  const [person] = scene.people;
  assert.ok(person !== undefined);
  const before = { x: x + (position[0] - x) / away * 0.6, z: z + (position[2] - z) / away * 0.6 };
  const pose = { ...person.pose, lift: 0, lean: 0, legs: [limb, limb], arms: [limb, limb] } as const;
  const blocked = { ...person, pose, stance: { ...person.stance, ...before } };
  assert.ok(!labelsOf({ ...scene, people: [blocked, ...scene.people] }).includes("ball"));
});

const limb = { swing: 0, spread: 0, bend: 0 };

function labelsOf(scene: ReturnType<typeof sceneFor>): string[] {
  return paintScene(scene).boxes.map(({ label }) => label);
}

Deno.test("sceneFor() puts two teams of eleven, a referee and two assistants on the pitch, in every situation", () => {
  for (const situation of situations) {
    const { people } = sceneFor({ ...request, situation });
    const count = (label: string) => people.filter((person) => person.label === label).length;
    assert.deepEqual([count("player"), count("referee")], [22, 3], situation);
    const shirts = new Set(people.map(({ look }) => look.kit.shirt.join()));
    assert.equal(shirts.size, 5, `${situation}: two teams, two keepers, referees`);
  }
});

Deno.test("sceneFor() moves people on by no more than they can run in a second", () => {
  const [now, then] = [sceneFor(request), sceneFor({ ...request, time: 1 })];
  for (const [index, { stance, look }] of now.people.entries()) {
    const later = then.people[index];
    assert.ok(later !== undefined);
    assert.deepEqual(later.look, look);
    assert.ok(Math.hypot(later.stance.x - stance.x, later.stance.z - stance.z) < 9);
  }
});

Deno.test("paintFrame() gives a whole JPEG file", async () => {
  const bytes = await paintFrame({ ...request, name: "a" });
  const { width, height } = readHeader(bytes);
  assert.deepEqual([width, height], [96, 54]);
  assert.equal(structureProblem(bytes, "jpeg"), undefined);
});

Deno.test("frames have names of their own that tell match, half, clock and camera", () => {
  assert.equal(new Set(frames.map(({ name }) => name)).size, frames.length);
  for (const { name } of frames) assert.match(name, /^20\d\d-[a-z]+-[a-z]+_h[1-4]_\d\dm[0-5]\ds_cam\d$/);
});

Deno.test("frames are of clubs whose kits can be told apart", () => {
  for (const { kits } of frames) {
    assert.ok(kits !== undefined && distanceOf(kits[0].shirt, kits[1].shirt) > 100);
  }
  assert.equal(Object.keys(clubs).length, 6);
});

Deno.test("frames are all in the example folder, in their size, with nothing else, in 1.2 MB", () => {
  const folder = new URL("../../examples/soccer/", import.meta.url);
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  assert.deepEqual(names, frames.map(({ name }) => `${name}.jpg`).sort());
  let total = 0;
  for (const { name, width, height } of frames) {
    const bytes = Deno.readFileSync(new URL(`${name}.jpg`, folder));
    const header = readHeader(bytes);
    assert.deepEqual([header.width, header.height], [width, height], name);
    assert.equal(structureProblem(bytes, "jpeg"), undefined, name);
    total += bytes.length;
  }
  assert.ok(total < 1.2e6, `${total} bytes`);
});
