// What kind of file some bytes are, told from their first bytes.
import type { ImageFormat } from "../contract/image.ts";
import { hasText, viewOf } from "./binary.ts";

/** A format that is read here, one that is known by name only, or nothing known. */
export type Sniffed =
  | { readonly kind: "readable"; readonly format: ImageFormat }
  | { readonly kind: "foreign"; readonly name: string }
  | { readonly kind: "unknown" };

/** Looks at the first kilobyte at most. */
export function sniff(bytes: Uint8Array): Sniffed {
  const format = readableFormat(bytes);
  if (format !== undefined) return { kind: "readable", format };
  const name = foreignName(bytes);
  return name === undefined ? { kind: "unknown" } : { kind: "foreign", name };
}

function readableFormat(bytes: Uint8Array): ImageFormat | undefined {
  if (hasText(bytes, 0, "\xff\xd8\xff")) return "jpeg";
  if (hasText(bytes, 0, "\x89PNG\r\n\x1a\n")) return "png";
  if (hasText(bytes, 0, "GIF87a") || hasText(bytes, 0, "GIF89a")) return "gif";
  if (hasText(bytes, 0, "RIFF") && hasText(bytes, 8, "WEBP")) return "webp";
  if (hasText(bytes, 0, "II*\0") || hasText(bytes, 0, "MM\0*")) return hasText(bytes, 8, "CR") ? undefined : "tiff";
  return brandsOf(bytes).some((brand) => brand === "avif" || brand === "avis") ? "avif" : undefined;
}

type Magic = readonly [name: string, at: number, text: string];

const magics: readonly Magic[] = [
  ["BMP", 0, "BM"],
  ["JPEG 2000", 0, "\0\0\0\x0cjP  \r\n\x87\n"],
  ["JPEG 2000", 0, "\xff\x4f\xff\x51"],
  ["JPEG XL", 0, "\xff\x0a"],
  ["JPEG XL", 0, "\0\0\0\x0cJXL \r\n\x87\n"],
  ["JPEG XR", 0, "II\xbc"],
  ["ICO", 0, "\0\0\x01\0"],
  ["CUR", 0, "\0\0\x02\0"],
  ["ICNS", 0, "icns"],
  ["Photoshop (PSD)", 0, "8BPS"],
  ["PDF", 0, "%PDF"],
  ["PostScript", 0, "%!PS"],
  ["Canon raw (CR2)", 8, "CR"],
  ["BigTIFF", 0, "II+\0"],
  ["BigTIFF", 0, "MM\0+"],
  ["AVI", 8, "AVI "],
  ["WAV", 8, "WAVE"],
  ["Matroska or WebM", 0, "\x1a\x45\xdf\xa3"],
  ["OpenEXR", 0, "\x76\x2f\x31\x01"],
  ["Radiance HDR", 0, "#?RADIANCE"],
  ["QOI", 0, "qoif"],
  ["DDS", 0, "DDS "],
  ["FITS", 0, "SIMPLE  ="],
  ["MNG", 0, "\x8aMNG\r\n\x1a\n"],
  ["ZIP", 0, "PK\x03\x04"],
];

function foreignName(bytes: Uint8Array): string | undefined {
  const found = magics.find(([, at, text]) => hasText(bytes, at, text));
  // Two letters are a weak sign: what follows has to look like a file header too.
  if (found?.[0] === "BMP" && !looksLikeBmp(bytes)) return undefined;
  return found?.[0] ?? boxName(bytes) ?? textName(bytes);
}

function looksLikeBmp(bytes: Uint8Array): boolean {
  if (bytes.length < 18) return false;
  const headerSize = viewOf(bytes).getUint32(14, true);
  return headerSize >= 12 && headerSize <= 256;
}

const heifBrands = new Set(["heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs", "mif1", "msf1"]);

/** Files made of ISO boxes: HEIF and its relatives, and films. */
function boxName(bytes: Uint8Array): string | undefined {
  const [major, ...others] = brandsOf(bytes);
  if (major === undefined) return hasText(bytes, 4, "moov") || hasText(bytes, 4, "mdat") ? "QuickTime" : undefined;
  if ([major, ...others].some((brand) => heifBrands.has(brand))) return "HEIC";
  if (major === "crx ") return "Canon raw (CR3)";
  return major === "qt  " ? "QuickTime" : "MP4";
}

/** Major and compatible brands of the `ftyp` box; empty when there is none. */
function brandsOf(bytes: Uint8Array): readonly string[] {
  if (bytes.length < 16 || !hasText(bytes, 4, "ftyp")) return [];
  const end = Math.min(viewOf(bytes).getUint32(0), bytes.length, 1024);
  const brands = [asciiAt(bytes, 8)];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(asciiAt(bytes, at));
  return brands;
}

function asciiAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

function textName(bytes: Uint8Array): string | undefined {
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, 1024));
  if (/<svg[\s>]/i.test(start)) return "SVG";
  return /^P[1-7]\s/.test(start) ? "PNM" : undefined;
}
