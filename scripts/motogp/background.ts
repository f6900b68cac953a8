// Sky, ground and surroundings: all that stands still.
import { type Camera, rayThrough } from "../scene/camera.ts";
import { blend, type Color } from "../scene/color.ts";
import { type Ground, groundColor, litGround } from "./ground.ts";
import { clamp } from "../scene/noise.ts";
import { type Canvas, paintPatch } from "../scene/raster.ts";
import type { Scene } from "./scene.ts";
import { hazeAt, surfaceShader } from "../scene/shade.ts";
import { skyColor } from "../scene/sky.ts";
import { surroundingsOf } from "./surroundings.ts";
import { placeOf } from "./track.ts";
import type { Vector } from "../scene/vectors.ts";
import { type Weather, weathers } from "../scene/weather.ts";

/** Metres beyond which the ground is not looked at. */
const horizon = 1500;

export function paintBackground(canvas: Canvas, camera: Camera, scene: Scene): void {
  const weather = weathers[scene.weather];
  const ground: Ground = { ...scene, weather };
  for (let y = 0; y < canvas.height; y++) {
    for (let x = 0; x < canvas.width; x++) {
      const ray = rayThrough(camera, x + 0.5, y + 0.5);
      const at = y * canvas.width + x;
      const depth = ray[1] < 0 ? -camera.position[1] / ray[1] : Infinity;
      const isGround = depth < horizon;
      canvas.colors.set(isGround ? groundAt(ground, camera, ray, depth) : skyColor(ray, weather, scene.seed), at * 3);
      if (isGround) canvas.depth[at] = depth;
    }
  }
  for (const patch of surroundingsOf(scene)) {
    paintPatch(canvas, camera, patch, 0, surfaceShader(patch, camera, weather));
  }
}

function groundAt(ground: Ground, camera: Camera, ray: Vector, depth: number): Color {
  const place = placeOf(ground.track, camera.position[0] + ray[0] * depth, camera.position[2] + ray[2] * depth);
  const length = Math.hypot(...ray);
  const flat = 1 - clamp(-ray[1] / length);
  const blur = depth / camera.focal * (1 + clamp(0.22 / Math.max(0.02, -ray[1] / length), 0, 5));
  const color = litGround(groundColor(ground, place, blur), ground, flat, 1);
  return hazy(color, depth * length, ground.weather);
}

function hazy(color: Color, distance: number, weather: Weather): Color {
  return blend(color, weather.skyLow, hazeAt(distance, weather));
}
