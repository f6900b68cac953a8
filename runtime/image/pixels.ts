// Edits that move or map single pixels, done on rasters in memory: the same for every codec. Pure.
import type { Edit, Raster, Rgb } from "../contract/image.ts";
import type { Box } from "./codec.ts";
import { turnedSize, turnNumberOf, turnOf } from "./turns.ts";

/** An edit that is exact: any order of computing gives the same pixels. */
export type PixelEdit = Exclude<Edit, { readonly op: "resize" }>;

/** The raster after an edit; may share memory with the one before. */
export function applied(raster: Raster, edit: PixelEdit): Raster {
  switch (edit.op) {
    case "crop":
      return cropped(raster, edit);
    case "pad":
      return padded(raster, edit);
    case "grayscale":
      return grayed(raster);
    case "orient":
    case "flip":
      return turned(raster, turnNumberOf(edit) ?? 1);
  }
}

function blank(width: number, height: number, channels: 3 | 4): Raster {
  return { width, height, channels, data: new Uint8Array(width * height * channels) };
}

function cropped(raster: Raster, { x, y, width, height }: Box): Raster {
  const { channels, data } = raster;
  const stride = raster.width * channels;
  if (width === raster.width) {
    return { width, height, channels, data: data.subarray(y * stride, (y + height) * stride) };
  }
  const result = blank(width, height, channels);
  for (let row = 0; row < height; row++) {
    const from = (y + row) * stride + x * channels;
    result.data.set(data.subarray(from, from + width * channels), row * width * channels);
  }
  return result;
}

function padded(raster: Raster, pad: Extract<Edit, { readonly op: "pad" }>): Raster {
  const { channels, data } = raster;
  const result = blank(pad.left + raster.width + pad.right, pad.top + raster.height + pad.bottom, channels);
  fill(result, pad.color);
  for (let row = 0; row < raster.height; row++) {
    const from = row * raster.width * channels;
    const to = ((pad.top + row) * result.width + pad.left) * channels;
    result.data.set(data.subarray(from, from + raster.width * channels), to);
  }
  return result;
}

/** Doubles what is filled already, which is much faster than pixel by pixel. */
function fill({ data, channels }: Raster, color: Rgb): void {
  data.set(channels === 4 ? [...color, 255] : color);
  for (let done: number = channels; done < data.length; done *= 2) data.copyWithin(done, 0, done);
}

/** Brightness as televisions weigh it (ITU-R BT.601), in whole numbers so that it is the same everywhere. */
function grayed(raster: Raster): Raster {
  const { channels, data } = raster;
  const result = blank(raster.width, raster.height, channels);
  const out = result.data;
  for (let at = 0; at < data.length; at += channels) {
    const gray = (19595 * (data[at] ?? 0) + 38470 * (data[at + 1] ?? 0) + 7471 * (data[at + 2] ?? 0) + 32768) >>> 16;
    out[at] = gray;
    out[at + 1] = gray;
    out[at + 2] = gray;
    if (channels === 4) out[at + 3] = data[at + 3] ?? 0;
  }
  return result;
}

function turned(raster: Raster, number: number): Raster {
  if (number === 1) return raster;
  const { width, height, channels, data } = raster;
  const turn = turnOf(number);
  const size = turnedSize(number, raster);
  const result = blank(size.width, size.height, channels);
  const alongX = (turn.mirrorX ? -1 : 1) * channels;
  const alongY = (turn.mirrorY ? -1 : 1) * width * channels;
  const corner = ((turn.mirrorY ? height - 1 : 0) * width + (turn.mirrorX ? width - 1 : 0)) * channels;
  const [perColumn, perRow] = turn.swap ? [alongY, alongX] : [alongX, alongY];
  copyPixels(data, result, { corner, perColumn, perRow });
  return result;
}

/** Steps through the source by `perColumn` and `perRow` bytes for each column and row of the result. */
function copyPixels(
  data: Uint8Array,
  result: Raster,
  { corner, perColumn, perRow }: { readonly corner: number; readonly perColumn: number; readonly perRow: number },
): void {
  const { width, height, channels, data: out } = result;
  let to = 0;
  for (let row = 0; row < height; row++) {
    let from = corner + row * perRow;
    for (let column = 0; column < width; column++, from += perColumn) {
      out[to++] = data[from] ?? 0;
      out[to++] = data[from + 1] ?? 0;
      out[to++] = data[from + 2] ?? 0;
      if (channels === 4) out[to++] = data[from + 3] ?? 0;
    }
  }
}
