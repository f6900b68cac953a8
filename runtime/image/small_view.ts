// The one small raster that hashes and measures of quality are taken from. Pure.
import type { Image, Raster } from "../contract/image.ts";
import { edited, resizeEdits, sizeOf } from "./edits.ts";

/** Longer side in pixels: large enough for what a person would call blurred, grey or empty, small enough to be quick. */
export const smallEdge = 256;

/** The image as hashes and measures look at it: no larger than 256x256, its shape as it is, never enlarged. Whoever asks
 *  for `host.pixels(smallView(image), "model")` shares one decode with all others who do, and JPEGs are decoded at a
 *  fraction of their size. */
export function smallView(image: Image): Image {
  const size = sizeOf(image);
  if (size.width <= smallEdge && size.height <= smallEdge) return image;
  return edited(image, ...resizeEdits(size, { width: smallEdge, height: smallEdge }, "contain"));
}

/** One value a pixel, 0 to 255, rows from the top. */
export type Luma = { readonly width: number; readonly height: number; readonly data: Uint8Array };

/** Brightness as televisions weigh it (ITU-R BT.601), in whole numbers; transparency is laid on white. */
export function lumaOf({ width, height, channels, data }: Raster): Luma {
  const luma = new Uint8Array(width * height);
  for (let at = 0, from = 0; at < luma.length; at++, from += channels) {
    const gray = 19595 * (data[from] ?? 0) + 38470 * (data[from + 1] ?? 0) + 7471 * (data[from + 2] ?? 0);
    const alpha = channels === 4 ? data[from + 3] ?? 0 : 255;
    luma[at] = alpha === 255 ? (gray + 32768) >>> 16 : Math.round(255 + (gray / 65536 - 255) * alpha / 255);
  }
  return { width, height, data: luma };
}
