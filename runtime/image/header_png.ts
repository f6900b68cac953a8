// The header of a PNG, and the chunks around its pixels that change how they are seen.
import { ItemError } from "../contract/errors.ts";
import type { ImageHeader } from "../contract/image.ts";
import { fourCc, viewOf } from "./binary.ts";
import { exifOrientation } from "./exif.ts";

const signatureLength = 8;
const chunkFrame = 12;

/** Channels by colour type: grey, colour, palette, grey with alpha, colour with alpha. */
const channelsByType = new Map([[0, 1], [2, 3], [3, 3], [4, 2], [6, 4]]);

type Extras = { orientation: number; pages: number; transparent: boolean; icc: boolean };

/** Throws `RangeError` when the data ends inside the header, `ItemError` when the header is nonsense. */
export function readPngHeader(bytes: Uint8Array): ImageHeader {
  const view = viewOf(bytes);
  if (view.getUint32(12) === fourCc("CgBI")) {
    throw new ItemError("unsupported_format", "Cannot read image: it is a PNG in Apple's own variant (CgBI)");
  }
  if (view.getUint32(8) !== 13 || view.getUint32(12) !== fourCc("IHDR")) throw bad("its first chunk is not IHDR");
  const depth = view.getUint8(24);
  const type = view.getUint8(25);
  const interlace = view.getUint8(28);
  const channels = channelsByType.get(type);
  if (channels === undefined) throw bad(`its colour type is ${type}`);
  if (![1, 2, 4, 8, 16].includes(depth)) throw bad(`it has ${depth} bits a sample`);
  const extras = extrasOf(bytes, view);
  const alpha = channels === 2 || channels === 4 || extras.transparent;
  return {
    format: "png",
    width: view.getUint32(16),
    height: view.getUint32(20),
    channels: alpha && channels % 2 === 1 ? channels + 1 : channels,
    depth,
    orientation: extras.orientation,
    pages: extras.pages,
    alpha,
    cmyk: false,
    progressive: interlace === 1,
    icc: extras.icc,
  };
}

function extrasOf(bytes: Uint8Array, view: DataView): Extras {
  const extras: Extras = { orientation: 1, pages: 1, transparent: false, icc: false };
  for (let at = signatureLength; at + chunkFrame <= bytes.length;) {
    const length = view.getUint32(at);
    const type = view.getUint32(at + 4);
    if (type === fourCc("IEND")) break;
    if (type === fourCc("tRNS")) extras.transparent = true;
    if (type === fourCc("iCCP")) extras.icc = true;
    if (type === fourCc("eXIf")) extras.orientation = exifOrientation(bytes.subarray(at + 8, at + 8 + length));
    if (type === fourCc("acTL") && length >= 8) extras.pages = Math.max(1, view.getUint32(at + 8));
    at += chunkFrame + length;
  }
  return extras;
}

function bad(problem: string): ItemError {
  return new ItemError("bad_header", `Cannot read png header: ${problem}`);
}
