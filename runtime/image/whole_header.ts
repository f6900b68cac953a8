// Whether the start of an image file holds all that its header tells.
import type { ImageFormat } from "../contract/image.ts";
import { fourCc, viewOf } from "./binary.ts";
import { jpegMarker, nextMarker, standsAlone } from "./jpeg_markers.ts";
import { sniff } from "./sniff.ts";

const animated = 0x02;
const withExif = 0x08;

/** GIF counts its frames as it goes, and TIFF puts its directory where it likes: of them nothing less than the file will
 *  do. What stands behind the pixels of a PNG is not waited for. */
const endsOf: Readonly<Record<ImageFormat, (bytes: Uint8Array) => boolean>> = {
  jpeg: reachesScan,
  png: reachesPixels,
  webp: isPlainWebp,
  avif: holdsMeta,
  gif: () => false,
  tiff: () => false,
};

/** True when `readHeader` says the same of these first bytes of a file as of the whole file, also when that is that it is
 *  no image. At least a kilobyte is to be given. */
export function holdsHeader(bytes: Uint8Array): boolean {
  const sniffed = sniff(bytes);
  if (sniffed.kind !== "readable") return true;
  try {
    return endsOf[sniffed.format](bytes);
  } catch (thrown) {
    if (thrown instanceof RangeError) return false;
    throw thrown;
  }
}

function reachesScan(bytes: Uint8Array): boolean {
  const view = viewOf(bytes);
  for (let marker = nextMarker(bytes, 2); marker !== undefined;) {
    const { code, at } = marker;
    if (code === jpegMarker.sos) return true;
    marker = nextMarker(bytes, standsAlone(code) ? at + 1 : at + 1 + Math.max(view.getUint16(at + 1), 2));
  }
  return false;
}

function reachesPixels(bytes: Uint8Array): boolean {
  const view = viewOf(bytes);
  for (let at = 8;; at += 12 + view.getUint32(at)) {
    if (view.getUint32(at + 4) === fourCc("IDAT")) return true;
  }
}

/** Metadata stands behind the pixels, and so do the frames of an animation. */
function isPlainWebp(bytes: Uint8Array): boolean {
  const view = viewOf(bytes);
  if (view.getUint32(12) !== fourCc("VP8X")) return bytes.length >= 30;
  return (view.getUint8(20) & (animated | withExif)) === 0 && bytes.length >= 30;
}

function holdsMeta(bytes: Uint8Array): boolean {
  const view = viewOf(bytes);
  for (let at = 0;;) {
    const length = view.getUint32(at);
    if (length < 8) return false; // to the end of the file, or a length of 64 bits
    if (view.getUint32(at + 4) === fourCc("meta")) return at + length <= bytes.length;
    at += length;
  }
}
