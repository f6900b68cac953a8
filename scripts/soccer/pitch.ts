// The playing field: x along it, z across it, in metres from the centre spot.
import type { Color } from "../scene/color.ts";
import { clamp, clouds, noise, step } from "../scene/noise.ts";

export const halfLength = 52.5;
export const halfWidth = 34;

const lineHalf = 0.065;

export const mowings = ["bands", "checks", "rings", "diagonal"] as const;

export type Grass = {
  readonly color: Color;
  readonly mowing: typeof mowings[number];
  /** How much lighter and darker the mown bands are, a share. */
  readonly contrast: number;
  readonly seed: number;
};

/** Colour of a place in full light. A pixel spans `spanX` by `spanZ` metres there: finer detail than that fades. */
export function pitchColor(grass: Grass, x: number, z: number, spanX: number, spanZ: number): Color {
  const { color, seed } = grass;
  const span = Math.max(spanX, spanZ);
  const blades = noise(x * 7, z * 7, seed) * fade(0.14, span) + noise(x * 2.1, z * 2.6, seed + 1) * fade(0.5, span);
  const patches = clouds(x * 0.07, z * 0.09, 2, seed + 2) - 0.5;
  const level = 1 + mown(grass, x, z, span) + (blades - 0.8) * 0.1 + patches * 0.12;
  const worn = wornAt(x, z, seed);
  const white = 0.9 * lineAt(x, z, spanX, spanZ);
  const mix = (channel: 0 | 1 | 2, soil: number, chalk: number) => {
    const ground = (color[channel] + (soil - color[channel]) * worn) * level;
    return ground + (chalk - ground) * white;
  };
  return [mix(0, 128, 232), mix(1, 112, 236), mix(2, 74, 230)];
}

/** 1 for detail of this size that is larger than a pixel, down to 0 when it is much smaller. */
function fade(size: number, span: number): number {
  return clamp(size / (span + 1e-6) - 0.35);
}

const band = 5.5;

function mown({ mowing, contrast }: Grass, x: number, z: number, span: number): number {
  if (Math.abs(x) > halfLength + 3 || Math.abs(z) > halfWidth + 3) return -contrast;
  const wave = (way: number) => clamp(Math.sin(way * Math.PI / band) * band / Math.max(0.3, span * 2.5), -1, 1);
  switch (mowing) {
    case "bands":
      return contrast * wave(x);
    case "checks":
      return contrast * 0.6 * (wave(x) + wave(z));
    case "rings":
      return contrast * wave(Math.hypot(x, z));
    case "diagonal":
      return contrast * wave((x + z) * 0.7);
  }
}

/** Trodden ground in front of the goals. */
function wornAt(x: number, z: number, seed: number): number {
  const away = Math.hypot((halfLength - 2 - Math.abs(x)) * 0.7, z * 0.45);
  return away > 4 ? 0 : step(0.45, 1, (1 - away / 4) * (0.4 + noise(x * 2, z * 2, seed + 3))) * 0.55;
}

/** How much of a pixel is line, 0 to 1. Both halves and both sides are alike. */
function lineAt(x: number, z: number, spanX: number, spanZ: number): number {
  const [along, across] = [Math.abs(x), Math.abs(z)];
  if (along > halfLength + 1 || across > halfWidth + 1) return 0;
  const atX = (place: number) => cover(along - place, spanX);
  const atZ = (place: number) => cover(across - place, spanZ);
  const ring = (away: number) => cover(away, (spanX + spanZ) / 2);
  let most = 0;
  if (along <= halfLength + lineHalf) most = atZ(halfWidth);
  if (across <= halfWidth + lineHalf) most = Math.max(most, atX(halfLength), atX(0));
  if (along < 12) return Math.max(most, ring(Math.hypot(x, z) - 9.15), spot(Math.hypot(x, z), spanX));
  if (across <= 20.16 + lineHalf) most = Math.max(most, atX(36));
  if (across <= 9.16 + lineHalf) most = Math.max(most, atX(47));
  if (along >= 36) most = Math.max(most, atZ(20.16));
  if (along >= 47) most = Math.max(most, atZ(9.16));
  const fromSpot = Math.hypot(along - 41.5, z);
  most = Math.max(most, spot(fromSpot, spanX));
  if (along < 36) most = Math.max(most, ring(fromSpot - 9.15));
  return Math.max(most, ring(Math.hypot(along - halfLength, across - halfWidth) - 1));
}

function cover(away: number, span: number): number {
  const edge = Math.max(0.01, span * 0.5);
  const near = clamp((lineHalf + edge - Math.abs(away)) / (2 * edge));
  return near * Math.min(1, 2 * lineHalf / edge / 1.2);
}

function spot(away: number, span: number): number {
  return clamp((0.16 - away) / Math.max(0.02, span) + 0.5);
}
