// The ground of a place: roadway, markings, kerbs, paving stones.
import { blend, type Color, scaled } from "../scene/color.ts";
import { clamp, clouds, noise, step } from "../scene/noise.ts";
import { type Place, roadEdge } from "./places.ts";

/** Colour in full light at a point, in metres. `blur` is how many metres a pixel spans there: finer detail fades. */
export function groundColor(place: Place, x: number, z: number, blur: number): Color {
  const edge = roadEdge(place);
  switch (place.kind) {
    case "street":
      return withPavement(place, [Math.abs(x) - edge, z], streetMarks(place, x, z, blur), blur);
    case "car park":
      return bayMarks(place, x, z, blur);
    case "entrance":
      return withPavement(place, [z - edge, x], asphalt(place, x, z, blur), blur);
  }
}

function fade(size: number, blur: number): number {
  return clamp(1.5 - blur / size);
}

function asphalt({ seed }: Place, x: number, z: number, blur: number): Color {
  const grain = fade(0.1, blur) * (noise(x * 11, z * 11, seed) - 0.5) * 14;
  const patches = (clouds(x * 0.4, z * 0.3, 3, seed + 3) - 0.5) * 26;
  const level = 92 + grain + patches;
  return [level, level, level * 1.02];
}

/** How far beyond a kerb a point is and how far along it decide between road, kerb and paving stones. */
function withPavement({ seed }: Place, [out, along]: readonly [number, number], road: Color, blur: number): Color {
  const soft = Math.max(0.02, blur * 0.4);
  const joint = fade(0.06, blur) * (Math.min(Math.abs(out * 2 % 1), Math.abs(along * 2 % 1)) < 0.05 ? 0.18 : 0);
  const tone = 0.92 + 0.16 * noise(Math.floor(out * 2), Math.floor(along * 2), seed + 9) * fade(0.4, blur);
  const stones = scaled([158, 153, 146], tone - joint + (clouds(out * 0.3, along * 0.3, 3, seed) - 0.5) * 0.2);
  const kerb = blend(road, [178, 176, 170], step(-soft, soft, out));
  return blend(kerb, stones, step(-soft, soft, out - 0.18));
}

function streetMarks(place: Place, x: number, z: number, blur: number): Color {
  const road = asphalt(place, x, z, blur);
  const isDash = Math.abs(x) < 0.07 && (z % 6 + 6) % 6 < 3;
  const isLane = Math.abs(Math.abs(x) - 3.55) < 0.06 && (z % 2 + 2) % 2 < 1;
  const isCrossing = place.seed % 2 === 0 && z > 13 && z < 16 && Math.abs(x) < 3.4 && (x + 20) % 1 < 0.5;
  return isDash || isLane || isCrossing ? blend(road, [222, 222, 216], 0.85) : road;
}

function bayMarks(place: Place, x: number, z: number, blur: number): Color {
  const road = asphalt(place, x, z, blur);
  if (z > 41) return scaled([92, 122, 62], 0.8 + 0.4 * noise(x * 3, z * 3, place.seed));
  const inRow = [10, 21, 26.4, 37.5].some((middle) => Math.abs(z - middle) < 2.6);
  const isLine = Math.abs(((x + 1.3) % 2.6 + 2.6) % 2.6 - 1.3) > 1.3 - 0.06;
  const isArrow = [15.5, 32].some((middle) => Math.abs(z - middle) < 0.12) && (x % 9 + 9) % 9 < 1.8;
  return (inRow && isLine && Math.abs(x) < 19.6) || isArrow ? blend(road, [226, 226, 220], 0.85) : road;
}
