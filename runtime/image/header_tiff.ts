// The header of a TIFF: its first directory, and how many pages follow.
import { ItemError } from "../contract/errors.ts";
import type { ImageHeader } from "../contract/image.ts";
import { hasText, viewOf, within } from "./binary.ts";
import { upright } from "./exif.ts";

const tag = {
  width: 256,
  height: 257,
  bits: 258,
  photometric: 262,
  orientation: 274,
  samples: 277,
  extraSamples: 338,
  icc: 34675,
  dngVersion: 50706,
} as const;
const photometric = { palette: 3, separated: 5 } as const;

/** Bytes a value by field type: byte, ascii, short, long. */
const sizeByType = new Map([[1, 1], [2, 1], [3, 2], [4, 4]]);
const maxPages = 1000;

type Directory = { readonly values: ReadonlyMap<number, number>; readonly next: number };

/** Throws `RangeError` when the data ends inside the first directory, `ItemError` when it is nonsense.
 *  Pages are counted to 1,000. */
export function readTiffHeader(bytes: Uint8Array): ImageHeader {
  const view = viewOf(bytes);
  const little = hasText(bytes, 0, "II");
  const first = view.getUint32(4, little);
  const { values, next } = directoryAt(view, first, little);
  if (values.has(tag.dngVersion)) {
    throw new ItemError("unsupported_format", "Cannot read image: it is a camera's raw file (DNG)");
  }
  return headerOf(values, countPages(view, first, next, little));
}

function headerOf(values: ReadonlyMap<number, number>, pages: number): ImageHeader {
  const cmyk = values.get(tag.photometric) === photometric.separated;
  const samples = values.get(tag.photometric) === photometric.palette ? 3 : values.get(tag.samples) ?? 1;
  // Decoders take a second or fourth (CMYK: fifth) sample for alpha even where the file does not say what it is.
  const alpha = cmyk ? samples > 4 : samples === 2 || samples > 3;
  return {
    format: "tiff",
    width: values.get(tag.width) ?? 0,
    height: values.get(tag.height) ?? 0,
    channels: Math.min(samples, 4),
    depth: depthOf(values.get(tag.bits) ?? 1),
    orientation: upright(values.get(tag.orientation) ?? 1),
    pages,
    alpha,
    cmyk,
    progressive: false,
    icc: values.has(tag.icc),
  };
}

/** The next of the depths that headers have. */
function depthOf(bits: number): number {
  return [1, 2, 4, 8, 16].find((depth) => bits <= depth) ?? 32;
}

function directoryAt(view: DataView, at: number, little: boolean): Directory {
  const entries = view.getUint16(at, little);
  const values = new Map<number, number>();
  for (let entry = at + 2; entry < at + 2 + entries * 12; entry += 12) {
    const value = valueAt(view, entry, little);
    const name = view.getUint16(entry, little);
    if (value !== undefined && !values.has(name)) values.set(name, value);
  }
  return { values, next: within(0, () => view.getUint32(at + 2 + entries * 12, little)) };
}

/** The first value of an entry; 0 for types that are not read, `undefined` when it points out of the file. */
function valueAt(view: DataView, entry: number, little: boolean): number | undefined {
  const type = view.getUint16(entry + 2, little);
  const size = sizeByType.get(type);
  if (size === undefined) return 0;
  const inline = size * view.getUint32(entry + 4, little) <= 4;
  const at = inline ? entry + 8 : view.getUint32(entry + 8, little);
  return within(undefined, () => {
    if (size === 4) return view.getUint32(at, little);
    return size === 2 ? view.getUint16(at, little) : view.getUint8(at);
  });
}

/** Directories may point back at earlier ones: each counts once. */
function countPages(view: DataView, first: number, second: number, little: boolean): number {
  const seen = new Set([first]);
  within(undefined, () => {
    for (let at = second; at !== 0 && !seen.has(at) && seen.size < maxPages;) {
      const next = view.getUint32(at + 2 + view.getUint16(at, little) * 12, little);
      seen.add(at);
      at = next;
    }
  });
  return seen.size;
}
