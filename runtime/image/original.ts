// Files that can be published as they are: cut free of metadata, their pixels untouched.
import type { Encoding, Image, ImageFormat } from "../contract/image.ts";
import { fourCc, hasText, viewOf, within } from "./binary.ts";
import { jpegMarker, nextMarker, standsAlone, startsFrame } from "./jpeg_markers.ts";
import { structureProblem } from "./structure.ts";

/** Goes up when the same file may give other bytes: part of cache keys. */
export const originalsVersion = 1;

/** The bytes to publish of an image that nothing is to be done to: its file without EXIF, XMP, comments, previews and
 *  whatever else is no pixel; the very same array where it holds nothing of the kind. `undefined` when the picture has to
 *  be rendered: another format, edits, a colour profile, CMYK, several pages, more than 8 bits, a build that is not quite
 *  right. The pixels are not decoded. */
export function originalOf(
  bytes: Uint8Array,
  { header, edits, head }: Image,
  { format }: Encoding,
): Uint8Array | undefined {
  const asIs = edits.length === 0 && head === undefined && header.format === format && header.orientation === 1 &&
    header.depth === 8 && header.pages === 1 && !header.icc && !header.cmyk;
  if (!asIs || structureProblem(bytes, format) !== undefined) return undefined;
  const kept = within(undefined, () => strippers[format](bytes));
  return kept === undefined ? undefined : joined(bytes, kept);
}

/** Parts of the file in order, or new bytes in their place; `undefined` when it is built in an unusual way. */
type Parts = readonly Uint8Array[] | undefined;

const strippers: Readonly<Record<Encoding["format"] & ImageFormat, (bytes: Uint8Array) => Parts>> = {
  jpeg: jpegParts,
  png: pngParts,
  webp: webpParts,
};

function joined(bytes: Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (length === bytes.length && parts.every(({ buffer }) => buffer === bytes.buffer)) return bytes;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Baseline, extended and progressive frames: those that all viewers know. */
const usualFrames = new Set([0xc0, 0xc1, 0xc2]);

function jpegParts(bytes: Uint8Array): Parts {
  const view = viewOf(bytes);
  const parts: Uint8Array[] = [bytes.subarray(0, 2)];
  for (let at = 2;;) {
    if (bytes[at] !== 0xff) return undefined;
    while (bytes[at + 1] === 0xff) at++;
    const code = view.getUint8(at + 1);
    if (code === jpegMarker.eoi) return [...parts, bytes.subarray(at, at + 2)];
    if (standsAlone(code) || startsFrame(code) && !usualFrames.has(code)) return undefined;
    const end = at + 2 + view.getUint16(at + 2);
    const part = jpegSegment(code, bytes.subarray(at, end));
    if (part === "unusual") return undefined;
    if (part !== undefined) parts.push(part);
    at = end;
    if (code === jpegMarker.sos) {
      at = scanEnd(bytes, end);
      parts.push(bytes.subarray(end, at));
    }
  }
}

/** What is kept of a segment. */
function jpegSegment(code: number, segment: Uint8Array): Uint8Array | "unusual" | undefined {
  const isApplication = code >= jpegMarker.app0 && code <= jpegMarker.app15;
  if (!isApplication) return code >= 0xf0 ? undefined : segment; // comments and extensions
  if (code === jpegMarker.app0 && hasText(segment, 4, "JFIF\0")) return jfifOf(segment);
  if (code !== 0xee || !hasText(segment, 4, "Adobe")) return undefined;
  // It says how colours are stored; values that viewers disagree about are for the renderer.
  return segment.length === 16 && segment[15] === 1 ? segment : "unusual";
}

/** Without the preview that may stand behind the sixteen bytes that matter. */
function jfifOf(segment: Uint8Array): Uint8Array | "unusual" {
  if (segment.length < 18) return "unusual";
  if (segment.length === 18 && segment[16] === 0 && segment[17] === 0) return segment;
  const plain = segment.slice(0, 18);
  plain.set([0, 16], 2);
  plain.set([0, 0], 16);
  return plain;
}

/** Where the data of a scan ends: at the first marker that is no restart. */
function scanEnd(bytes: Uint8Array, from: number): number {
  let marker = nextMarker(bytes, from);
  while (marker !== undefined && marker.code >= jpegMarker.rst0 && marker.code <= jpegMarker.rst7) {
    marker = nextMarker(bytes, marker.at + 1);
  }
  let end = marker === undefined ? bytes.length : marker.at - 1;
  while (end > from && bytes[end - 1] === 0xff) end--;
  return end;
}

const pngKept = new Set(["IHDR", "PLTE", "tRNS", "IDAT", "IEND"].map(fourCc));

function pngParts(bytes: Uint8Array): Parts {
  const view = viewOf(bytes);
  const parts: Uint8Array[] = [bytes.subarray(0, 8)];
  for (let at = 8;;) {
    const type = view.getUint32(at + 4);
    const end = at + 12 + view.getUint32(at);
    const isCritical = (view.getUint8(at + 4) & 0x20) === 0;
    if (pngKept.has(type)) parts.push(bytes.subarray(at, end));
    else if (isCritical) return undefined;
    if (type === fourCc("IEND")) return parts;
    at = end;
  }
}

const alphaFlag = 0x10;

function webpParts(bytes: Uint8Array): Parts {
  const view = viewOf(bytes);
  const end = Math.min(bytes.length, 8 + view.getUint32(4, true));
  const parts: Uint8Array[] = [];
  for (let at = 12; at + 8 <= end;) {
    const type = view.getUint32(at);
    const length = view.getUint32(at + 4, true);
    const next = at + 8 + length + length % 2;
    if (type === fourCc("VP8X")) parts.push(plainVp8x(bytes.subarray(at, next)));
    else if (["VP8 ", "VP8L", "ALPH"].map(fourCc).includes(type)) parts.push(bytes.subarray(at, next));
    at = next;
  }
  const size = parts.reduce((sum, part) => sum + part.length, 4);
  if (size + 8 === bytes.length && parts.every(({ buffer }) => buffer === bytes.buffer)) return [bytes];
  const start = bytes.slice(0, 12);
  viewOf(start).setUint32(4, size, true);
  return [start, ...parts];
}

/** The chunk that announces EXIF, XMP and the like, announcing none of them. */
function plainVp8x(chunk: Uint8Array): Uint8Array {
  const flags = chunk[8] ?? 0;
  if ((flags & ~alphaFlag) === 0) return chunk;
  const plain = chunk.slice();
  plain[8] = flags & alphaFlag;
  return plain;
}
