// The last step: averaging to the size of the picture, and what a lens and a sensor add.
import { clamp, hash } from "../scene/noise.ts";
import type { Canvas } from "../scene/raster.ts";

/** The finished pixels: each the average of `factor` x `factor` painted ones, darker towards the corners, with grain. */
export function developed(canvas: Canvas, factor: number, seed: number): Uint8Array {
  const width = canvas.width / factor;
  const height = canvas.height / factor;
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const away = Math.hypot(x / width - 0.5, y / height - 0.5);
      const corner = 1 - 0.3 * away * away;
      const grain = (hash(x, y, seed) + hash(x + 7919, y, seed) - 1) * 5;
      for (let channel = 0; channel < 3; channel++) {
        const value = average(canvas, x * factor, y * factor, channel, factor) * corner + grain;
        pixels[(y * width + x) * 3 + channel] = clamp(Math.round(value), 0, 255);
      }
    }
  }
  return pixels;
}

function average({ colors, width }: Canvas, left: number, top: number, channel: number, factor: number): number {
  let sum = 0;
  for (let y = top; y < top + factor; y++) {
    for (let x = left; x < left + factor; x++) sum += Math.min(255, colors[(y * width + x) * 3 + channel] ?? 0);
  }
  return sum / (factor * factor);
}
