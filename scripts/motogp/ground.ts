// What lies on the ground: asphalt, lines, kerbs, grass and gravel.
import { added, blend, type Color, lit, scaled } from "../scene/color.ts";
import { clamp, clouds, mix, noise, step } from "../scene/noise.ts";
import type { Place, Track } from "./track.ts";
import type { Weather } from "../scene/weather.ts";

export type RunOff = "grass" | "gravel";

export type Ground = {
  readonly track: Track;
  /** Colours of the kerbs' teeth. */
  readonly kerb: readonly [Color, Color];
  readonly left: RunOff;
  readonly right: RunOff;
  /** Metres from the middle to the walls; behind them is meadow. */
  readonly walls: readonly number[];
  readonly weather: Weather;
  readonly seed: number;
};

const kerbWidth = 1.3;
const lineWidth = 0.16;

/** Colour of the ground in full light. `blur` is how many metres a pixel spans there: finer detail than that fades. */
export function groundColor(ground: Ground, place: Place, blur: number): Color {
  const { halfWidth } = ground.track;
  const out = Math.abs(place.across) - halfWidth;
  const edge = Math.max(0.02, blur * 0.35);
  const road = withLine(asphalt(ground, place, blur), out, edge);
  if (out < -edge) return road;
  const kerb = kerbColor(ground, place, blur);
  const beyond = runOff(ground, place, blur);
  const paved = blend(road, kerb, step(-edge, edge, out));
  return blend(paved, beyond, step(-edge, edge, out - kerbWidth));
}

function asphalt({ weather, seed }: Ground, { along, across }: Place, blur: number): Color {
  const grain = fade(0.12, blur) * (noise(along * 9, across * 9, seed) - 0.5) * 12;
  const patches = (clouds(along * 0.09, across * 0.5, 4, seed + 5) - 0.5) * 22;
  const line = Math.exp(-((across + 1.5 * Math.sin(along * 0.03)) ** 2) / 4.5) * 15;
  const marks = fade(0.5, blur) * skid(along, across, seed) * 22;
  const seam = Math.abs(across - 0.2) < 0.03 ? fade(0.05, blur) * 12 : 0;
  const level = 104 + grain + patches - line - marks - seam;
  return scaled([level * 0.98, level, level * 1.03], mix(1, 0.62, weather.wet));
}

/** Dark traces of tyres. */
function skid(along: number, across: number, seed: number): number {
  const trace = noise(across * 2.6 + Math.sin(along * 0.02) * 2, along * 0.012, seed + 11);
  return step(0.72, 0.86, trace);
}

function withLine(color: Color, out: number, edge: number): Color {
  const inside = step(-0.25 - lineWidth - edge, -0.25 - lineWidth + edge, out);
  const outside = 1 - step(-0.25 - edge, -0.25 + edge, out);
  return blend(color, [226, 226, 222], inside * outside * 0.92);
}

function kerbColor({ kerb, seed }: Ground, { along, across }: Place, blur: number): Color {
  const tooth = Math.sin(along * Math.PI / 1.5) / Math.max(0.12, blur * 1.6);
  const worn = fade(0.3, blur) * (noise(along * 3, across * 5, seed + 2) - 0.5) * 26;
  return added(blend(kerb[0], kerb[1], clamp(0.5 + tooth)), [1, 1, 1], worn);
}

function runOff(ground: Ground, place: Place, blur: number): Color {
  const isBehindWall = ground.walls.some((wall) => place.across * Math.sign(wall) > Math.abs(wall));
  const kind = isBehindWall ? "grass" : place.across < 0 ? ground.left : ground.right;
  return kind === "grass" ? grass(ground, place, blur) : gravel(ground, place, blur);
}

function grass({ seed }: Ground, { along, across }: Place, blur: number): Color {
  const blades = fade(0.2, blur) * (noise(along * 5, across * 11, seed + 31) - 0.5);
  const patches = clouds(along * 0.06, across * 0.13, 4, seed + 33);
  const mown = Math.sin(along * 0.35) > 0 ? 0.06 : -0.06;
  const base = blend([78, 116, 46], [124, 142, 66], clamp(patches * 1.5 - 0.3));
  return scaled(base, 1 + mown + blades * 0.4);
}

function gravel({ seed }: Ground, { along, across }: Place, blur: number): Color {
  const stones = fade(0.12, blur) * (noise(along * 12, across * 12, seed + 41) - 0.5);
  const raked = fade(0.4, blur) * Math.sin(across * 9 + noise(along * 0.3, across, seed) * 2) * 0.05;
  const patches = (clouds(along * 0.1, across * 0.1, 4, seed + 43) - 0.5) * 0.24;
  return scaled([196, 178, 146], 1 + stones * 0.32 + raked + patches);
}

/** Detail of a size in metres, seen through pixels that span `blur` metres. */
function fade(size: number, blur: number): number {
  return clamp(1.5 - blur / size);
}

/** The ground in the light of the weather, with the sky mirrored where it is wet. `flat` is how flat one looks at it. */
export function litGround(color: Color, { weather }: Ground, flat: number, sunny: number): Color {
  const light = added(weather.skylight, weather.sunlight, weather.sun[1] * sunny);
  const dry = lit(color, light);
  return blend(dry, weather.skyLow, weather.wet * clamp(flat ** 3 * 0.55));
}
