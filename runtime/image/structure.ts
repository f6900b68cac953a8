// Finds damage that decoders pass over: files cut short, broken containers, markers that cannot stand where they do.
import { crc32 } from "node:zlib";
import type { ImageFormat } from "../contract/image.ts";
import { fourCc, viewOf, within } from "./binary.ts";
import { afterGifBlock, firstGifBlock, gifBlock } from "./gif_blocks.ts";
import { jpegProblem } from "./structure_jpeg.ts";

const checks: Readonly<Record<ImageFormat, (bytes: Uint8Array) => string | undefined>> = {
  jpeg: jpegProblem,
  png: pngProblem,
  gif: gifProblem,
  webp: webpProblem,
  avif: avifProblem,
  // Everything in a TIFF is found by offsets, which the decoder checks as it follows them.
  tiff: () => undefined,
};

/** What is wrong with the build of an image file, in words, or `undefined` when nothing is. `format` is what its header
 *  says. Reads no pixel, so a picture can be damaged in ways that only show when one looks at it. Bytes after the end
 *  of the image are not a problem: cameras put previews and films there. */
export function structureProblem(bytes: Uint8Array, format: ImageFormat): string | undefined {
  return checks[format](bytes);
}

function cutShort(bytes: Uint8Array, where: string): string {
  return `The data ends after ${bytes.length} bytes, ${where}`;
}

function pngProblem(bytes: Uint8Array): string | undefined {
  const view = viewOf(bytes);
  let hasPixels = false;
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = view.getUint32(at);
    const type = view.getUint32(at + 4);
    const end = at + 8 + length;
    if (end + 4 > bytes.length) return cutShort(bytes, "inside a chunk");
    if (crc32(bytes.subarray(at + 4, end)) !== view.getUint32(end)) {
      return `The chunk at byte ${at} does not match its checksum`;
    }
    hasPixels ||= type === fourCc("IDAT");
    if (type === fourCc("IEND")) return hasPixels ? undefined : "The file has no pixels (IDAT)";
    at = end + 4;
  }
  return cutShort(bytes, "before the end of the image (IEND)");
}

function gifProblem(bytes: Uint8Array): string | undefined {
  const view = viewOf(bytes);
  return within(cutShort(bytes, "before the end of the image (trailer)"), () => {
    let frames = 0;
    for (let at = firstGifBlock(view);; at = afterGifBlock(view, at)) {
      const code = view.getUint8(at);
      if (code === gifBlock.trailer) return frames > 0 ? undefined : "The file has no frame";
      if (code === gifBlock.frame) frames++;
      // Some programs write zeros between blocks.
      else if (code !== gifBlock.extension && code !== 0) return `The block at byte ${at} is of no known kind`;
    }
  });
}

function webpProblem(bytes: Uint8Array): string | undefined {
  const view = viewOf(bytes);
  const end = 8 + view.getUint32(4, true);
  if (end > bytes.length) return cutShort(bytes, `not after the ${end} that its header says`);
  for (let at = 12; at < end;) {
    if (at + 8 > end) return `The chunk at byte ${at} does not fit into the file`;
    const length = view.getUint32(at + 4, true);
    if (at + 8 + length > end) return `The chunk at byte ${at} does not fit into the file`;
    at += 8 + length + (length & 1);
  }
  return undefined;
}

function avifProblem(bytes: Uint8Array): string | undefined {
  const view = viewOf(bytes);
  let hasPixels = false;
  for (let at = 0; at + 8 <= bytes.length;) {
    const short = view.getUint32(at);
    hasPixels ||= view.getUint32(at + 4) === fourCc("mdat") || view.getUint32(at + 4) === fourCc("idat");
    if (short === 0) break;
    const length = short === 1 ? within(0, () => Number(view.getBigUint64(at + 8))) : short;
    if (length < 8) break;
    if (at + length > bytes.length) return cutShort(bytes, "inside a box");
    at += length;
  }
  return hasPixels ? undefined : cutShort(bytes, "before the pixels");
}
