// Edits done one pixel at a time, as plainly as possible: what the renderer has to agree with.
import type { Edit, Raster } from "../../runtime/contract/image.ts";

type Pixel = readonly [column: number, row: number] | readonly number[];

/** The raster whose pixel at (x, y) is what `from` names: a place in the source, or a colour of `channels` numbers. */
function mapped(source: Raster, width: number, height: number, from: (x: number, y: number) => Pixel): Raster {
  const { channels } = source;
  const data = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set(pixelAt(source, from(x, y)), (y * width + x) * channels);
  }
  return { width, height, channels, data };
}

function pixelAt(source: Raster, pixel: Pixel): ArrayLike<number> {
  const [column = 0, row = 0] = pixel;
  if (pixel.length > 2) return pixel;
  const at = (row * source.width + column) * source.channels;
  return source.data.subarray(at, at + source.channels);
}

/** `source` after an edit other than `resize`. */
export function referenceEdit(source: Raster, edit: Exclude<Edit, { op: "resize" }>): Raster {
  const { width, height, channels } = source;
  switch (edit.op) {
    case "crop":
      return mapped(source, edit.width, edit.height, (x, y) => [edit.x + x, edit.y + y]);
    case "flip":
      return referenceEdit(source, { op: "orient", value: edit.axis === "horizontal" ? 2 : 4 });
    case "pad":
      return mapped(source, edit.left + width + edit.right, edit.top + height + edit.bottom, (x, y) => {
        const [column, row] = [x - edit.left, y - edit.top];
        const inside = column >= 0 && row >= 0 && column < width && row < height;
        return inside ? [column, row] : channels === 4 ? [...edit.color, 255] : edit.color;
      });
    case "grayscale":
      return mapped(source, width, height, (x, y) => grayAt(source, x, y));
    case "orient":
      return oriented(source, edit.value);
  }
}

function grayAt(source: Raster, x: number, y: number): readonly number[] {
  const [red = 0, green = 0, blue = 0, ...alpha] = pixelAt(source, [x, y]) as Uint8Array;
  const gray = Math.floor((19595 * red + 38470 * green + 7471 * blue) / 65536 + 0.5);
  return [gray, gray, gray, ...alpha];
}

/** The EXIF standard's eight cases: where row 0 and column 0 of the stored picture belong. */
function oriented(source: Raster, value: number): Raster {
  const right = source.width - 1;
  const bottom = source.height - 1;
  const places: Readonly<Record<number, (x: number, y: number) => readonly [number, number]>> = {
    1: (x, y) => [x, y],
    2: (x, y) => [right - x, y],
    3: (x, y) => [right - x, bottom - y],
    4: (x, y) => [x, bottom - y],
    5: (x, y) => [y, x],
    6: (x, y) => [y, bottom - x],
    7: (x, y) => [right - y, bottom - x],
    8: (x, y) => [right - y, x],
  };
  const place = places[value] ?? ((x, y) => [x, y]);
  return value >= 5
    ? mapped(source, source.height, source.width, place)
    : mapped(source, source.width, source.height, place);
}
