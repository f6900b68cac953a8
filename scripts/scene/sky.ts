// The sky, and the hills along the horizon.
import { added, blend, type Color, lit, scaled } from "../scene/color.ts";
import { clamp, clouds, noise, step } from "../scene/noise.ts";
import { dot, unit, type Vector } from "../scene/vectors.ts";
import type { Weather } from "./weather.ts";

/** Colour in a direction at or above the horizon. */
export function skyColor(direction: Vector, weather: Weather, seed: number): Color {
  const ray = unit(direction);
  const height = Math.max(0, ray[1]);
  const hills = hillColor(ray, weather, seed);
  if (hills !== undefined) return hills;
  const clear = blend(weather.skyLow, weather.skyTop, step(0, 0.42, height));
  const glow = Math.max(0, dot(ray, weather.sun)) ** 12;
  const bright = added(clear, weather.sunlight, glow * 0.4);
  return blend(bright, ...cloudOver(ray, height, weather, seed));
}

function cloudOver(ray: Vector, height: number, weather: Weather, seed: number): [Color, number] {
  const spread = 1 / (height + 0.12);
  const [x, z] = [ray[0] * spread * 1.4, ray[2] * spread * 1.4];
  const thickness = clouds(x, z * 1.6, 5, seed + 50);
  const cover = step(1 - weather.cover - 0.12, 1 - weather.cover + 0.22, thickness);
  const shade = clamp((clouds(x + 0.3, z * 1.6 + 0.2, 4, seed + 50) - 0.3) * 1.6);
  return [blend(weather.cloudLit, weather.cloudDark, shade), cover * step(0, 0.08, height) * 0.92];
}

/** Two chains of hills, the nearer one wooded. Measured around the compass without a seam. */
function hillColor(ray: Vector, weather: Weather, seed: number): Color | undefined {
  if (ray[1] > 0.11) return undefined;
  const level = Math.hypot(ray[0], ray[2]);
  const [x, z] = [ray[0] / level + 2, ray[2] / level + 2];
  const near = 0.012 + 0.034 * clouds(x * 9, z * 9, 5, seed + 7) ** 1.5 + 0.004 * noise(x * 280, z * 280, seed);
  if (ray[1] < near) {
    const leaves = noise(x * 640 + z * 640, ray[1] * 900, seed + 3);
    return hazy(blend([44, 70, 40], [82, 108, 58], leaves), weather, 0.32, ray[1] / near);
  }
  const far = 0.024 + 0.075 * clouds(x * 3.6, z * 3.6, 4, seed + 21) ** 1.4;
  return ray[1] < far ? hazy([78, 98, 96], weather, 0.62, 0.5) : undefined;
}

function hazy(color: Color, weather: Weather, haze: number, height: number): Color {
  const light = added(scaled(weather.skylight, 0.8), weather.sunlight, 0.55 + 0.2 * height);
  const thick = clamp(haze * (1 + 300 / weather.sight) * 0.75);
  return blend(lit(color, light), weather.skyLow, thick);
}
