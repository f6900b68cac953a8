// From a scene to pixels, and to boxes around what is in it.
import { blurred } from "../scene/blur.ts";
import { type Camera, lookingAt } from "../scene/camera.ts";
import type { Color } from "../scene/color.ts";
import { developed } from "../scene/develop.ts";
import { lightOn } from "../scene/lighting.ts";
import { step } from "../scene/noise.ts";
import { castPartShadows, emptyGroundMap } from "../scene/part_shadows.ts";
import { type Canvas, emptyCanvas } from "../scene/raster.ts";
import { type LightAt, paintRoundPart, type RoundPart } from "../scene/round_part.ts";
import { skeletonOf } from "../scene/skeleton.ts";
import { dot, plus, times, unit, type Vector } from "../scene/vectors.ts";
import { type Coverage, createCoverage } from "../scene/visible_boxes.ts";
import { openTo, paintBackdrop } from "./backdrop.ts";
import { type LabelledBox, labelledBoxes } from "./boxes.ts";
import { lightFor } from "./daylight.ts";
import { partsOf } from "./figure.ts";
import { frameParts, paintNets } from "./goal.ts";
import { ballRadius } from "./actors.ts";
import type { Person, Scene } from "./scene.ts";

export type Painting = {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue, rows from the top. */
  readonly pixels: Uint8Array;
  /** What can be seen of each player, referee and the ball. */
  readonly boxes: readonly LabelledBox[];
};

/** Side of the square of painted pixels that becomes one pixel of the picture. */
const oversampling = 2;

/** Seconds that the shutter is open. */
const exposure = 1 / 250;

/** A solid thing: what it is made of, and where it stands on the ground. */
type Thing = { readonly parts: readonly RoundPart[]; readonly x: number; readonly z: number };

/** Paints a scene; equal scenes give equal pixels. */
export function paintScene(scene: Scene): Painting {
  const canvas = emptyCanvas(scene.width * oversampling, scene.height * oversampling);
  const { position, target, view } = scene.camera;
  const camera = lookingAt(position, target, view, canvas.width, canvas.height);
  const things = [...scene.people.map(thingOf), ballOf(scene)];
  const coverage = createCoverage(canvas);
  paintBehind(canvas, camera, scene, things);
  paintThings(canvas, camera, scene, things, coverage);
  paintNets(canvas, camera, scene.daylight === "night" ? 200 : 226);
  blurred(canvas.colors, canvas.width, canvas.height, 3, 1, 1);
  return {
    width: scene.width,
    height: scene.height,
    pixels: developed(canvas, oversampling, scene.seed),
    boxes: labelledBoxes(canvas, oversampling, coverage, scene),
  };
}

function thingOf({ pose, stance, look, hasFlag }: Person): Thing {
  const body = skeletonOf(pose, stance);
  const flag: RoundPart[] = hasFlag ? [flagIn(body.hands[0], body.wrists[0])] : [];
  return { parts: [...partsOf(body, look, stance.tall), ...flag], x: stance.x, z: stance.z };
}

function flagIn(hand: Vector, wrist: Vector): RoundPart {
  const way = times(plus(hand, times(wrist, -1)), 5);
  return {
    from: plus(hand, times(way, 0.2)),
    to: plus(hand, way),
    side: [1, 0, 0],
    wide: [0.12, 0.16],
    thick: [0.015, 0.015],
    open: "both",
    skin: (along) => along < 0.5 ? [236, 214, 50] : [226, 64, 40],
  };
}

function ballOf({ ball: { at, speed } }: Scene): Thing {
  const smear = plus(times(speed, exposure / 2), [0.002, 0, 0]);
  const part: RoundPart = {
    from: plus(at, times(smear, -1)),
    to: plus(at, smear),
    side: [0, 1, 0],
    wide: [ballRadius, ballRadius],
    thick: [ballRadius, ballRadius],
    skin: ballColor,
  };
  return { parts: [part], x: at[0], z: at[2] };
}

/** Dark patches at the corners of an icosahedron. */
const patches: readonly Vector[] = [-1, 1].flatMap((one) =>
  [-1, 1].flatMap((other): Vector[] => [[0, one, other * 1.618], [one, other * 1.618, 0], [other * 1.618, 0, one]])
).map(unit);

function ballColor(_: number, aside: number, ahead: number, beyond: number): Color {
  const rest = Math.sqrt(1 - beyond * beyond);
  const place: Vector = [aside * rest, ahead * rest, beyond];
  return patches.some((patch) => dot(patch, place) > 0.92) ? [48, 52, 60] : [250, 250, 248];
}

function paintBehind(canvas: Canvas, camera: Camera, scene: Scene, things: readonly Thing[]): void {
  const ground = emptyGroundMap(canvas);
  paintBackdrop(canvas, camera, scene, ground);
  const parts = things.flatMap((thing) => thing.parts);
  const { lamps } = lightFor(scene.daylight, scene.compass);
  castPartShadows(canvas, camera, ground, [...parts, ...frameParts()], lamps, openTo(scene));
  if (Number.isFinite(scene.focus)) blurFar(canvas, scene.focus);
  if (scene.pan > 0) blurred(canvas.colors, canvas.width, canvas.height, 3, Math.ceil(scene.pan * canvas.width), 0);
}

/** Blurs what is further away than the lens is set to. */
function blurFar({ colors, depth, width, height }: Canvas, focus: number): void {
  const soft = colors.slice();
  const reach = Math.max(1, Math.round(width / 260));
  blurred(soft, width, height, 3, reach, reach);
  blurred(soft, width, height, 3, reach, reach);
  for (const [at, far] of depth.entries()) {
    const share = step(focus, focus * 1.8, Math.min(far, 1e6));
    if (share === 0) continue;
    for (let channel = at * 3; channel < at * 3 + 3; channel++) {
      const sharp = colors[channel] ?? 0;
      colors[channel] = sharp + ((soft[channel] ?? 0) - sharp) * share;
    }
  }
}

function paintThings(canvas: Canvas, camera: Camera, scene: Scene, things: readonly Thing[], coverage: Coverage): void {
  const light = lightFor(scene.daylight, scene.compass);
  const open = openTo(scene);
  const shade = (share: number): LightAt => (normal, towardsEye) => {
    const [red, green, blue] = lightOn(light, normal, share);
    const edge = 0.72 + 0.28 * Math.max(0, towardsEye);
    return [red * edge, green * edge, blue * edge];
  };
  for (const [index, { parts, x, z }] of things.entries()) {
    const lightAt = shade(open(x, z));
    const cover = (at: number) => coverage.cover(index + 1, at);
    for (const part of parts) paintRoundPart(canvas, camera, part, index + 1, lightAt, cover);
  }
  for (const part of frameParts()) paintRoundPart(canvas, camera, part, 0, shade(1));
}
