// From a scene to pixels, and to boxes around what is in it.
import { bikeOf, riderOf } from "./bike.ts";
import { paintBackground } from "./background.ts";
import { type Camera, lookingAt } from "../scene/camera.ts";
import { boxesOn, type LabelledBox } from "../scene/boxes.ts";
import { developed } from "../scene/develop.ts";
import { castShadows, mirrorInWet } from "../scene/light_on_ground.ts";
import { teams } from "./livery.ts";
import { moved, type Patch } from "../scene/mesh.ts";
import { type Canvas, emptyCanvas, paintPatch } from "../scene/raster.ts";
import { rainOver, smeared, sprayBehind } from "./motion.ts";
import type { Ride, Scene } from "./scene.ts";
import { surfaceShader } from "../scene/shade.ts";
import { standAt, type Track } from "./track.ts";
import { plus, times, type Vector } from "../scene/vectors.ts";
import { weathers } from "../scene/weather.ts";

export type Painting = {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue, rows from the top. */
  readonly pixels: Uint8Array;
  /** What can be seen of each machine and each rider. */
  readonly boxes: readonly LabelledBox<"motorbike" | "rider">[];
};

/** Side of the square of painted pixels that becomes one pixel of the picture. */
export const oversampling = 2;

/** Paints a scene; equal scenes give equal pixels. */
export function paintScene(scene: Scene): Painting {
  const width = scene.width * oversampling;
  const height = scene.height * oversampling;
  const { position, target, view } = scene.camera;
  const camera = lookingAt(position, target, view, width, height);
  const canvas = emptyCanvas(width, height);
  const solids = scene.rides.map((ride) => solidsOf(scene.track, ride));
  paintBackground(canvas, camera, scene);
  smeared(canvas, Math.round(scene.pan * width), oversampling);
  paintRides(canvas, camera, scene, solids);
  return {
    width: scene.width,
    height: scene.height,
    pixels: developed(canvas, oversampling, scene.seed),
    boxes: boxesOn(canvas, oversampling, (thing) => thing % 2 === 1 ? "motorbike" : "rider"),
  };
}

/** Machine and rider of one ride. */
export type Solids = { readonly bike: readonly Patch[]; readonly rider: readonly Patch[] };

function paintRides(canvas: Canvas, camera: Camera, scene: Scene, solids: readonly Solids[]): void {
  const weather = weathers[scene.weather];
  const all = solids.flatMap(({ bike, rider }) => [...bike, ...rider]);
  castShadows(canvas, camera, all, weather);
  if (weather.wet > 0) mirrorInWet(canvas, camera, all, weather);
  for (const [index, { bike, rider }] of solids.entries()) {
    for (const patch of bike) paintPatch(canvas, camera, patch, index * 2 + 1, surfaceShader(patch, camera, weather));
    for (const patch of rider) paintPatch(canvas, camera, patch, index * 2 + 2, surfaceShader(patch, camera, weather));
  }
  if (weather.wet === 0) return;
  for (const ride of scene.rides) sprayBehind(canvas, camera, standAt(scene.track, ride), weather, scene.seed);
  rainOver(canvas, scene.seed);
}

function solidsOf(track: Track, ride: Ride): Solids {
  const team = teams[ride.team % teams.length] ?? teams[0];
  if (team === undefined) return { bike: [], rider: [] };
  const [place, turn] = poseOf(track, ride);
  const hang = Math.max(-1, Math.min(1, ride.lean / 50));
  const posed = (patches: readonly Patch[]) => patches.map((patch) => moved(patch, place, turn));
  return { bike: posed(bikeOf(team)), rider: posed(riderOf(team, hang)) };
}

/** Leans a model about the line where its tyres touch the ground, and puts it on the track. */
function poseOf(track: Track, ride: Ride): [(point: Vector) => Vector, (normal: Vector) => Vector] {
  const { point, heading, right } = standAt(track, ride);
  const lean = ride.lean * Math.PI / 180;
  const up: Vector = plus(times([0, 1, 0], Math.cos(lean)), times(right, Math.sin(lean)));
  const aside: Vector = plus(times(right, Math.cos(lean)), times([0, -1, 0], Math.sin(lean)));
  const turn = ([x, y, z]: Vector) => plus(plus(times(heading, x), times(up, y)), times(aside, z));
  const lift: Vector = [0, 0.07 * Math.abs(Math.sin(lean)), 0];
  return [(place) => plus(plus(point, lift), turn(place)), turn];
}
