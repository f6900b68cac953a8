// Pitch, stands and sky behind the people.
import { type Camera, rayThrough } from "../scene/camera.ts";
import { blend, type Color, lit } from "../scene/color.ts";
import { lightOn } from "../scene/lighting.ts";
import { clamp, clouds, step } from "../scene/noise.ts";
import type { GroundMap } from "../scene/part_shadows.ts";
import type { Canvas } from "../scene/raster.ts";
import type { Vector } from "../scene/vectors.ts";
import { lightFor, type MatchLight } from "./daylight.ts";
import { halfLength, halfWidth, pitchColor } from "./pitch.ts";
import type { Scene } from "./scene.ts";
import { boardsOut, profileOf, sides, standAlong, standColor, type StandSpot } from "./stadium.ts";

/** Share of the sun that the stands let through to a place of the ground. */
export function openTo({ shade }: Scene): (x: number, z: number) => number {
  if (shade === undefined) return () => 1;
  return (_, z) => 1 - step(shade.from - 0.25, shade.from + 0.25, z * shade.side);
}

export function paintBackdrop(canvas: Canvas, camera: Camera, scene: Scene, ground: GroundMap): void {
  const light = lightFor(scene.daylight, scene.compass);
  const inSun = lightOn(light, [0, 1, 0], 1);
  const inShade = lightOn(light, [0, 1, 0], 0);
  const open = openTo(scene);
  const stands = standsOf(scene);
  const boards = boardLight(light);
  for (let y = 0; y < canvas.height; y++) {
    for (let x = 0; x < canvas.width; x++) {
      const at = y * canvas.width + x;
      const ray = rayThrough(camera, x + 0.5, y + 0.5);
      const down = ray[1] < 0 ? -camera.position[1] / ray[1] : Infinity;
      const [groundX, groundZ] = [camera.position[0] + ray[0] * down, camera.position[2] + ray[2] * down];
      const isField = Math.abs(groundX) < halfLength + boardsOut && Math.abs(groundZ) < halfWidth + boardsOut;
      const stand = isField ? undefined : stands(camera, ray);
      if (stand !== undefined && stand.depth < down) {
        put(canvas, at, lit(stand.color, stand.kind === "board" ? boards : light.stands));
        canvas.depth[at] = stand.depth;
        continue;
      }
      if (down === Infinity) {
        put(canvas, at, skyColor(ray, light, scene.seed));
        continue;
      }
      const color = pitchColor(scene.grass, groundX, groundZ, ...spansOf(camera, ray, down));
      put(canvas, at, lit(color, blend(inShade, inSun, open(groundX, groundZ))));
      canvas.depth[at] = down;
      ground.x[at] = groundX;
      ground.z[at] = groundZ;
    }
  }
}

function put({ colors }: Canvas, at: number, color: Color): void {
  colors[at * 3] = color[0];
  colors[at * 3 + 1] = color[1];
  colors[at * 3 + 2] = color[2];
}

/** Metres along x and z that a pixel spans where its ray meets the ground. */
function spansOf({ focal }: Camera, ray: Vector, depth: number): [number, number] {
  const level = Math.hypot(ray[0], ray[2]);
  const across = depth / focal;
  const away = across * Math.hypot(level, ray[1]) / Math.max(0.02, -ray[1]);
  const [x, z] = [Math.abs(ray[0]) / level, Math.abs(ray[2]) / level];
  return [across * z + away * x, across * x + away * z];
}

type Stand = StandSpot & { readonly color: Color };

/** The nearest stand along a ray. A side that the eye stands in is left out. */
function standsOf({ stadium }: Scene): (camera: Camera, ray: Vector) => Stand | undefined {
  const pieces = profileOf(stadium);
  return ({ position }, ray) => {
    let best: StandSpot | undefined;
    let bestSide = 0;
    for (const [index, { axis, sign, line }] of sides.entries()) {
      const out = ray[axis] * sign;
      const start = position[axis] * sign - line;
      if (out <= 0 || start > 0) continue;
      const other = axis === 0 ? 2 : 0;
      const read = readingWay(index);
      const spot = standAlong(pieces, [start, position[1], position[other] * read], [out, ray[1], ray[other] * read]);
      if (spot === undefined || (best !== undefined && spot.depth >= best.depth)) continue;
      best = spot;
      bestSide = index;
    }
    return best === undefined ? undefined : { ...best, color: standColor(stadium, best, bestSide) };
  };
}

/** Words on boards run from left to right for those who look at them from the pitch. */
function readingWay(side: number): 1 | -1 {
  return side === 0 || side === 3 ? 1 : -1;
}

function boardLight({ stands }: MatchLight): Color {
  return blend(stands, [238, 238, 238], 0.6);
}

function skyColor(ray: Vector, { skyTop, skyLow }: MatchLight, seed: number): Color {
  const height = ray[1] / Math.hypot(...ray);
  const clear = blend(skyLow, skyTop, clamp(height * 2.2));
  const cloud = step(0.48, 0.75, clouds(ray[0] / (height + 0.2) * 1.6, ray[2] / (height + 0.2) * 1.6, 4, seed));
  return blend(clear, blend(skyLow, [250, 250, 250], 0.25), cloud * 0.6);
}
