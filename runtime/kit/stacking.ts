// Pixels of several images as one array of numbers, as models take them. Pure.
import type { Raster, Size } from "../contract/image.ts";
import type { NpyType } from "./npy.ts";

export type Stacking = Size & {
  /** `nchw`: images, channels, rows, columns; `nhwc`: channels last. */
  readonly order: "nchw" | "nhwc";
  readonly color: "rgb" | "bgr";
  readonly type: NpyType;
  /** A number is (value * scale - mean) / std, values being 0 to 255; in the order of `color`. */
  readonly scale: number;
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
};

export type StackedNumbers = Float32Array | Uint8Array;

/** Makes arrays [rows, …] of rasters that all have the size of `stacking`, zeros behind them. Alpha is left out. */
export function createStacker(
  stacking: Stacking,
): (rasters: readonly Raster[], rows: number) => { readonly shape: readonly number[]; readonly data: StackedNumbers } {
  const { width, height, order, type } = stacking;
  const tables = tablesOf(stacking);
  return (rasters, rows) => {
    const length = rows * 3 * height * width;
    const data = type === "uint8" ? new Uint8Array(length) : new Float32Array(length);
    rasters.forEach((raster, row) => copyInto(data, row, raster, order, tables));
    return { shape: order === "nchw" ? [rows, 3, height, width] : [rows, height, width, 3], data };
  };
}

/** For each channel of the array: which channel of the raster it is, and the number of each of the 256 values. */
type Tables = readonly { readonly from: number; readonly values: Float32Array }[];

function tablesOf({ color, scale, mean, std }: Stacking): Tables {
  return [0, 1, 2].map((channel) => ({
    from: color === "rgb" ? channel : 2 - channel,
    values: Float32Array.from(
      { length: 256 },
      (_, value) => (value * scale - (mean[channel] ?? 0)) / (std[channel] ?? 1),
    ),
  }));
}

function copyInto(data: StackedNumbers, row: number, raster: Raster, order: Stacking["order"], tables: Tables): void {
  const { width, height, channels, data: pixels } = raster;
  const plane = width * height;
  for (const [channel, { from, values }] of tables.entries()) {
    const step = order === "nchw" ? 1 : 3;
    let to = 3 * row * plane + (order === "nchw" ? channel * plane : channel);
    for (let at = from; at < plane * channels; at += channels, to += step) data[to] = values[pixels[at] ?? 0] ?? 0;
  }
}
