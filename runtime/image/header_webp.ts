// The header of a WebP, in its three shapes: lossy, lossless, extended.
import { ItemError } from "../contract/errors.ts";
import type { ImageHeader } from "../contract/image.ts";
import { fourCc, viewOf } from "./binary.ts";
import { exifOrientation } from "./exif.ts";

const firstChunk = 12;
const flag = { icc: 0x20, alpha: 0x10, exif: 0x08 } as const;

type Shape = { readonly width: number; readonly height: number; readonly alpha: boolean; readonly icc: boolean };

/** Throws `RangeError` when the data ends inside the header, `ItemError` when the header is nonsense. */
export function readWebpHeader(bytes: Uint8Array): ImageHeader {
  const view = viewOf(bytes);
  const shape = shapeOf(view);
  const extras = view.getUint32(firstChunk) === fourCc("VP8X") ? extrasOf(bytes, view) : { orientation: 1, frames: 0 };
  return {
    format: "webp",
    width: shape.width,
    height: shape.height,
    channels: shape.alpha ? 4 : 3,
    depth: 8,
    orientation: extras.orientation,
    pages: Math.max(1, extras.frames),
    alpha: shape.alpha,
    cmyk: false,
    progressive: false,
    icc: shape.icc,
  };
}

function shapeOf(view: DataView): Shape {
  switch (view.getUint32(firstChunk)) {
    case fourCc("VP8 "):
      return lossy(view, firstChunk + 8);
    case fourCc("VP8L"):
      return lossless(view, firstChunk + 8);
    case fourCc("VP8X"):
      return extended(view, firstChunk + 8);
    default:
      throw bad("its first chunk is none of VP8, VP8L and VP8X");
  }
}

function lossy(view: DataView, at: number): Shape {
  if ((view.getUint8(at) & 1) !== 0) throw bad("it does not start with a key frame");
  if (view.getUint16(at + 3) !== 0x9d01 || view.getUint8(at + 5) !== 0x2a) throw bad("its start code is wrong");
  return {
    width: view.getUint16(at + 6, true) & 0x3fff,
    height: view.getUint16(at + 8, true) & 0x3fff,
    alpha: false,
    icc: false,
  };
}

function lossless(view: DataView, at: number): Shape {
  if (view.getUint8(at) !== 0x2f) throw bad("its signature is wrong");
  const bits = view.getUint32(at + 1, true);
  return {
    width: (bits & 0x3fff) + 1,
    height: (bits >>> 14 & 0x3fff) + 1,
    alpha: (bits >>> 28 & 1) === 1,
    icc: false,
  };
}

function extended(view: DataView, at: number): Shape {
  const flags = view.getUint8(at);
  return {
    width: (view.getUint32(at + 4, true) & 0xffffff) + 1,
    height: (view.getUint16(at + 7, true) | view.getUint8(at + 9) << 16) + 1,
    alpha: (flags & flag.alpha) !== 0,
    icc: (flags & flag.icc) !== 0,
  };
}

function extrasOf(bytes: Uint8Array, view: DataView): { readonly orientation: number; readonly frames: number } {
  let orientation = 1;
  let frames = 0;
  for (let at = firstChunk; at + 8 <= bytes.length;) {
    const length = view.getUint32(at + 4, true);
    if (view.getUint32(at) === fourCc("ANMF")) frames++;
    if (view.getUint32(at) === fourCc("EXIF")) orientation = exifOrientation(bytes.subarray(at + 8, at + 8 + length));
    at += 8 + length + (length & 1);
  }
  return { orientation, frames };
}

function bad(problem: string): ItemError {
  return new ItemError("bad_header", `Cannot read webp header: ${problem}`);
}
