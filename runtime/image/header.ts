// What an image file says of itself, read without decoding a pixel.
import { ItemError } from "../contract/errors.ts";
import type { ImageFormat, ImageHeader } from "../contract/image.ts";
import { readAvifHeader } from "./header_avif.ts";
import { readGifHeader } from "./header_gif.ts";
import { readJpegHeader } from "./header_jpeg.ts";
import { readPngHeader } from "./header_png.ts";
import { readTiffHeader } from "./header_tiff.ts";
import { readWebpHeader } from "./header_webp.ts";
import { sniff } from "./sniff.ts";

const readers: Readonly<Record<ImageFormat, (bytes: Uint8Array) => ImageHeader>> = {
  jpeg: readJpegHeader,
  png: readPngHeader,
  gif: readGifHeader,
  webp: readWebpHeader,
  tiff: readTiffHeader,
  avif: readAvifHeader,
};

const readable = "JPEG, PNG, WebP, GIF, TIFF and AVIF are read";

/** Reads the header of image bytes, however hostile, in time that grows at most with their number.
 *
 *  `width` and `height` are those of the raster a decoder gives; for AVIF, whose rotation is part of decoding, after it,
 *  and `orientation` is then 1. `progressive` is true for interlaced PNG too. `alpha` of a GIF means that
 *  some frame has a transparent colour.
 *
 *  Throws `ItemError` with the reason `empty_file`, `not_an_image`, `unsupported_format` or `bad_header`. */
export function readHeader(bytes: Uint8Array): ImageHeader {
  if (bytes.length === 0) throw new ItemError("empty_file", "Cannot read image: the file is empty");
  const sniffed = sniff(bytes);
  if (sniffed.kind === "unknown") {
    throw new ItemError("not_an_image", `Cannot read image: its first bytes are those of no known image; ${readable}`);
  }
  if (sniffed.kind === "foreign") {
    throw new ItemError("unsupported_format", `Cannot read image: it is ${sniffed.name}; ${readable}`);
  }
  return checked(headerOf(bytes, sniffed.format));
}

function headerOf(bytes: Uint8Array, format: ImageFormat): ImageHeader {
  try {
    return readers[format](bytes);
  } catch (cause) {
    if (cause instanceof ItemError) throw cause;
    if (!(cause instanceof RangeError)) throw cause;
    throw badHeader(format, "the data ends inside it", cause);
  }
}

function checked(header: ImageHeader): ImageHeader {
  if (header.width >= 1 && header.height >= 1) return header;
  throw badHeader(header.format, `its size is ${header.width} x ${header.height}`);
}

function badHeader(format: ImageFormat, problem: string, cause?: unknown): ItemError {
  return new ItemError("bad_header", `Cannot read ${format} header: ${problem}`, { cause });
}
