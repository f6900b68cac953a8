// From a scene to pixels, and to boxes around the people and cars in it.
import { boxesOn, type LabelledBox } from "../scene/boxes.ts";
import { type Camera, lookingAt, rayThrough } from "../scene/camera.ts";
import { added, blend, lit } from "../scene/color.ts";
import { developed } from "../scene/develop.ts";
import { castShadows, mirrorInWet } from "../scene/light_on_ground.ts";
import { limb, moved, type Patch } from "../scene/mesh.ts";
import { randomFrom } from "../scene/noise.ts";
import { type Canvas, emptyCanvas, paintPatch } from "../scene/raster.ts";
import { hazeAt, surfaceShader } from "../scene/shade.ts";
import { skyColor } from "../scene/sky.ts";
import { broadleaf } from "../scene/trees.ts";
import { plus, type Vector } from "../scene/vectors.ts";
import { type Weather, weathers } from "../scene/weather.ts";
import { carOf } from "./car.ts";
import { frontOf } from "./fronts.ts";
import { groundColor } from "./ground.ts";
import { personOf } from "./pedestrian.ts";
import type { Place } from "./places.ts";
import type { Car, Scene } from "./scene.ts";

export type Painting = {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue, rows from the top. */
  readonly pixels: Uint8Array;
  /** What can be seen of each person and each car. */
  readonly boxes: readonly LabelledBox<"person" | "car">[];
};

/** Side of the square of painted pixels that becomes one pixel of the picture. */
const oversampling = 2;

/** Paints a scene; equal scenes give equal pixels. */
export function paintScene(scene: Scene): Painting {
  const [width, height] = [scene.width * oversampling, scene.height * oversampling];
  const { position, target, view } = scene.place.camera;
  const camera = lookingAt(position, target, view, width, height);
  const canvas = emptyCanvas(width, height);
  const weather = weathers[scene.weather];
  const isDark = scene.weather === "dusk";
  const solids = [
    ...scene.cars.map((car) => ({ label: "car" as const, patches: placedCar(car, isDark) })),
    ...scene.people.map(({ pose, stance, clothes }) => ({
      label: "person" as const,
      patches: personOf(pose, stance, clothes),
    })),
  ];
  paintGround(canvas, camera, scene.place, weather);
  for (const patch of surroundingsOf(scene.place, isDark)) {
    paintPatch(canvas, camera, patch, 0, surfaceShader(patch, camera, weather));
  }
  const all = solids.flatMap(({ patches }) => patches);
  castShadows(canvas, camera, all, weather);
  if (weather.wet > 0) mirrorInWet(canvas, camera, all, weather);
  for (const [index, { patches }] of solids.entries()) {
    for (const patch of patches) paintPatch(canvas, camera, patch, index + 1, surfaceShader(patch, camera, weather));
  }
  return {
    width: scene.width,
    height: scene.height,
    pixels: developed(canvas, oversampling, scene.seed),
    boxes: boxesOn(canvas, oversampling, (thing) => solids[thing - 1]?.label ?? "car"),
  };
}

function paintGround(canvas: Canvas, camera: Camera, place: Place, weather: Weather): void {
  const light = added(weather.skylight, weather.sunlight, weather.sun[1]);
  for (let y = 0; y < canvas.height; y++) {
    for (let x = 0; x < canvas.width; x++) {
      const ray = rayThrough(camera, x + 0.5, y + 0.5);
      const at = y * canvas.width + x;
      const depth = ray[1] < 0 ? -camera.position[1] / ray[1] : Infinity;
      if (depth > 300) {
        canvas.colors.set(skyColor(ray, weather, place.seed), at * 3);
        continue;
      }
      const point = plus(camera.position, [ray[0] * depth, 0, ray[2] * depth]);
      const blur = depth / camera.focal / Math.max(0.1, -ray[1]);
      const wetness = 1 - 0.35 * weather.wet;
      const color = lit(groundColor(place, point[0], point[2], blur), light);
      const dry = blend([0, 0, 0], color, wetness);
      canvas.colors.set(blend(dry, weather.skyLow, hazeAt(depth * Math.hypot(...ray), weather)), at * 3);
      canvas.depth[at] = depth;
    }
  }
}

function surroundingsOf(place: Place, isDark: boolean): Patch[] {
  const random = randomFrom(place.seed + 5);
  const trees = place.trees.flatMap((foot, index) => broadleaf(foot, random, place.seed + index));
  const lamps = place.lamps.map((foot) => limb(foot, plus(foot, [0, 5.5, 0]), [0.09, 0.06], () => [92, 96, 98], 0.2));
  return [...place.fronts.map((front) => frontOf(front, isDark)), ...trees, ...lamps];
}

function placedCar({ x, z, heading, shape, paint }: Car, isDark: boolean): Patch[] {
  const [sin, cos] = [Math.sin(heading), Math.cos(heading)];
  const turn = ([ahead, up, aside]: Vector): Vector => [ahead * sin + aside * cos, up, ahead * cos - aside * sin];
  return carOf(shape, paint, isDark).map((patch) => moved(patch, (point) => plus(turn(point), [x, 0, z]), turn));
}
