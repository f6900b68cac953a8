// Pictures for tests, painted with arithmetic and written with sharp.
import sharp, { type JpegOptions, type Sharp } from "sharp";
import { digestOf } from "../../runtime/contract/json.ts";
import type { Edit, Image, Raster } from "../../runtime/contract/image.ts";
import { readHeader } from "../../runtime/image/header.ts";

/** A raster in which every pixel differs from its neighbours, smooth enough for JPEG when `rough` is 0. */
export function painted(width: number, height: number, channels: 3 | 4 = 3, rough = 0): Raster {
  const data = new Uint8Array(width * height * channels);
  let seed = 99;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      seed = Math.imul(seed, 1103515245) + 12345 >>> 0;
      const noise = rough === 0 ? 0 : (seed >>> 16) % rough;
      const at = (y * width + x) * channels;
      data[at] = (x * 200 / width + noise) & 255;
      data[at + 1] = (y * 200 / height + noise) & 255;
      data[at + 2] = ((x + y) * 120 / (width + height) + noise) & 255;
      if (channels === 4) data[at + 3] = 255 - (y * 200 / height & 255);
    }
  }
  return { width, height, channels, data };
}

export function opened({ data, width, height, channels }: Raster): Sharp {
  return sharp(data, { raw: { width, height, channels } });
}

export async function pngOf(raster: Raster): Promise<Uint8Array> {
  return bytesOf(await opened(raster).png().toBuffer());
}

export async function jpegOf(raster: Raster, options: JpegOptions = {}): Promise<Uint8Array> {
  return bytesOf(await opened(raster).jpeg({ quality: 92, ...options }).toBuffer());
}

/** Without the methods of `Buffer`, so that comparisons see plain bytes. */
export function bytesOf(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer);
}

/** An image as the engine makes it: upright by its first edit. */
export function imageOf(bytes: Uint8Array, ...edits: readonly Edit[]): Image {
  const header = readHeader(bytes);
  const upright: readonly Edit[] = header.orientation === 1 ? [] : [{ op: "orient", value: header.orientation }];
  return { blob: { digest: digestOf(bytes), size: bytes.length }, header, edits: [...upright, ...edits] };
}

/** The largest difference between two rasters of one size. */
export function distance(left: Raster, right: Raster): number {
  if (left.width !== right.width || left.height !== right.height || left.channels !== right.channels) return Infinity;
  let largest = 0;
  left.data.forEach((value, at) => largest = Math.max(largest, Math.abs(value - (right.data[at] ?? 0))));
  return largest;
}

/** Numbers from 0 to below `limit`, the same in every run. */
export function createDice(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = Math.imul(state ^ state >>> 15, 0x2c1b3c6d) + 0x9e3779b9 | 0;
    return ((state ^ state >>> 13) >>> 0) % limit;
  };
}
