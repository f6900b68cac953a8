// What speed and rain leave in a picture.
import { blurred } from "../scene/blur.ts";
import { type Camera, projected } from "../scene/camera.ts";
import { clamp, noise, randomFrom } from "../scene/noise.ts";
import type { Canvas } from "../scene/raster.ts";
import type { Stand } from "./track.ts";
import { plus, times } from "../scene/vectors.ts";
import type { Weather } from "../scene/weather.ts";

/** Smears the whole canvas sideways, as a camera does that follows a bike, and softens it a little. */
export function smeared({ colors, width, height }: Canvas, reach: number, soft: number): void {
  blurred(colors, width, height, 3, soft, soft);
  if (reach === 0) return;
  blurred(colors, width, height, 3, reach, 0);
  blurred(colors, width, height, 3, reach >> 1, 0);
}

/** Water thrown up by the rear tyre: a cloud that widens and thins backwards. */
export function sprayBehind(canvas: Canvas, camera: Camera, stand: Stand, weather: Weather, seed: number): void {
  for (let puff = 0; puff < 26; puff++) {
    const share = puff / 25;
    const back = plus(stand.point, times(stand.heading, -0.9 - share * 5));
    const [x, y, depth] = projected(camera, plus(back, [0, 0.15 + share * 0.75, 0]));
    if (depth < 1) continue;
    const radius = camera.focal / depth * (0.22 + share * 0.75);
    softDisc(canvas, [x, y, depth], radius, 0.2 * (1 - share), weather, seed + puff);
  }
}

function softDisc(
  canvas: Canvas,
  [middleX, middleY, depth]: readonly [number, number, number],
  radius: number,
  strength: number,
  { skyLow }: Weather,
  seed: number,
): void {
  const left = Math.max(0, Math.floor(middleX - radius));
  const right = Math.min(canvas.width - 1, Math.ceil(middleX + radius));
  const bottom = Math.min(canvas.height - 1, Math.ceil(middleY + radius));
  for (let y = Math.max(0, Math.floor(middleY - radius)); y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const at = y * canvas.width + x;
      const away = Math.hypot(x - middleX, y - middleY) / radius;
      if (away >= 1 || (canvas.depth[at] ?? 0) < depth - 0.6) continue;
      const torn = 0.5 + noise(x / radius * 3, y / radius * 3, seed);
      const share = clamp(strength * torn * (1 - away * away));
      for (let channel = 0; channel < 3; channel++) {
        const value = canvas.colors[at * 3 + channel] ?? 0;
        canvas.colors[at * 3 + channel] = value + ((skyLow[channel] ?? 0) - value) * share;
      }
    }
  }
}

/** Drops as slanted streaks. */
export function rainOver(canvas: Canvas, seed: number): void {
  const random = randomFrom(seed + 5);
  const count = Math.round(canvas.width * 0.34);
  for (let drop = 0; drop < count; drop++) {
    const length = canvas.height * (0.02 + random() * 0.05);
    const strength = 14 + random() * 30;
    const [x, y] = [random() * canvas.width * 1.1, (random() * 1.1 - 0.1) * canvas.height];
    for (let at = 0; at < length; at++) {
      brighten(canvas, Math.round(x - at * 0.16), Math.round(y + at), strength * Math.sin(at / length * Math.PI));
    }
  }
}

function brighten({ colors, width, height }: Canvas, x: number, y: number, by: number): void {
  if (x < 0 || x + 1 >= width || y < 0 || y >= height) return;
  const at = (y * width + x) * 3;
  for (let channel = at; channel < at + 6; channel++) colors[channel] = (colors[channel] ?? 0) + by;
}
