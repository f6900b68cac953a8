// Measures of a picture that need no model: sharpness, brightness, contrast, entropy, and how much of it is one colour.
// Pure. All are taken from the small view, so that resolution matters little and one decode serves all.
import type { Raster } from "../contract/image.ts";
import { type Luma, lumaOf } from "./small_view.ts";

export type Measures = {
  /** How much fine detail there is for the contrast there is: 100 times the variance of the Laplacian, over the variance
   *  of luma plus 16. Ordinary photographs have 15 to 300, blurred ones less than 10, white noise 1,000 and more. The
   *  16 keeps what little noise a flat picture has from looking like detail. It tells little of blur along one direction
   *  only, and nothing of blur that is finer than a pixel of the small view. */
  readonly sharpness: number;
  /** Mean of luma, 0 to 255. */
  readonly brightness: number;
  /** Standard deviation of luma (RMS contrast), 0 to 127.5. */
  readonly contrast: number;
  /** Shannon entropy of luma in 256 steps, in bits, 0 to 8. */
  readonly entropy: number;
  /** Share of the pixels that differ from the median colour by no more than 8 steps in each channel, 0 to 1. */
  readonly uniform: number;
};

/** Measures of a small view, as they are: round them before they become facts. */
export function measuresOf(raster: Raster): Measures {
  const luma = lumaOf(raster);
  const counts = countsOf(luma.data, 0, 1);
  const { mean, variance } = momentsOf(counts, luma.data.length);
  return {
    sharpness: 100 * laplacianVariance(luma) / (variance + 16),
    brightness: mean,
    contrast: Math.sqrt(variance),
    entropy: entropyOf(counts, luma.data.length),
    uniform: uniformShare(raster),
  };
}

/** What was found right for photographs, surveillance frames and camera traps alike: `framewright calibrate` finds what
 *  is right for a set. `brightness` is [least, most]. */
export const soundLimits = { sharpness: 12, brightness: [24, 232], uniform: 0.98 } as const;

function countsOf(data: Uint8Array, first: number, step: number): Uint32Array {
  const counts = new Uint32Array(256);
  for (let at = first; at < data.length; at += step) {
    const value = data[at] ?? 0;
    counts[value] = (counts[value] ?? 0) + 1;
  }
  return counts;
}

function momentsOf(counts: Uint32Array, total: number): { readonly mean: number; readonly variance: number } {
  let sum = 0;
  let squares = 0;
  for (const [value, count] of counts.entries()) {
    sum += value * count;
    squares += value * value * count;
  }
  const mean = sum / total;
  return { mean, variance: Math.max(0, squares / total - mean * mean) };
}

function entropyOf(counts: Uint32Array, total: number): number {
  let bits = 0;
  for (const count of counts) if (count > 0) bits -= count / total * Math.log2(count / total);
  return Math.abs(bits);
}

/** Of the sum of both second differences, the pixels at the border standing for those beyond it. */
function laplacianVariance({ width, height, data }: Luma): number {
  let sum = 0;
  let squares = 0;
  for (let y = 0; y < height; y++) {
    const row = y * width;
    const above = y === 0 ? row : row - width;
    const below = y === height - 1 ? row : row + width;
    for (let x = 0; x < width; x++) {
      const left = data[row + (x === 0 ? x : x - 1)] ?? 0;
      const right = data[row + (x === width - 1 ? x : x + 1)] ?? 0;
      const value = left + right + (data[above + x] ?? 0) + (data[below + x] ?? 0) - 4 * (data[row + x] ?? 0);
      sum += value;
      squares += value * value;
    }
  }
  const mean = sum / data.length;
  return squares / data.length - mean * mean;
}

const oneColor = 8;

function uniformShare({ data, channels }: Raster): number {
  const total = data.length / channels;
  const [red, green, blue] = [0, 1, 2].map((channel) => medianOf(countsOf(data, channel, channels), total));
  let alike = 0;
  for (let at = 0; at < data.length; at += channels) {
    if (
      Math.abs((data[at] ?? 0) - (red ?? 0)) <= oneColor &&
      Math.abs((data[at + 1] ?? 0) - (green ?? 0)) <= oneColor &&
      Math.abs((data[at + 2] ?? 0) - (blue ?? 0)) <= oneColor
    ) alike++;
  }
  return alike / total;
}

function medianOf(counts: Uint32Array, total: number): number {
  let seen = 0;
  for (const [value, count] of counts.entries()) {
    seen += count;
    if (seen * 2 >= total) return value;
  }
  return 255;
}
