// Walks all markers of a JPEG, those between the compressed data too.
import { isProgressive, jpegMarker, nextMarker, standsAlone, startsFrame } from "./jpeg_markers.ts";

type Walk = {
  readonly bytes: Uint8Array;
  at: number;
  /** Component ids of the frame; `undefined` before it. */
  components: readonly number[] | undefined;
  progressive: boolean;
  /** Ids of components that had a scan. */
  readonly scanned: Set<number>;
  restartInterval: number;
};

/** What is wrong with the markers of a JPEG. Looks at every marker once; never at the data between. */
export function jpegProblem(bytes: Uint8Array): string | undefined {
  const walk: Walk = {
    bytes,
    at: 2,
    components: undefined,
    progressive: false,
    scanned: new Set(),
    restartInterval: 0,
  };
  for (;;) {
    const code = toMarker(walk);
    if (code === undefined) return cutShort(walk, walk.scanned.size > 0 ? "without an end marker" : "before any pixel");
    if (code === jpegMarker.eoi) return endProblem(walk);
    const problem = code === jpegMarker.sos ? scan(walk) : segment(walk, code);
    if (problem !== undefined) return problem;
  }
}

/** Moves behind the next marker and gives its code. Bytes before it that belong to nothing are left to the decoder,
 *  which reports them. */
function toMarker(walk: Walk): number | undefined {
  const marker = nextMarker(walk.bytes, walk.at);
  if (marker !== undefined) walk.at = marker.at + 1;
  return marker?.code;
}

function segment(walk: Walk, code: number): string | undefined {
  if (walk.scanned.size > 0 && !mayFollowScan(code)) return misplaced(walk, code);
  if (standsAlone(code)) return undefined;
  const length = lengthAt(walk);
  if (length === undefined || walk.at + length > walk.bytes.length) return cutShort(walk, "inside a segment");
  if (length < 2) return `The segment at byte ${walk.at - 2} has the length ${length}`;
  if (startsFrame(code)) startFrame(walk, code, length);
  if (code === jpegMarker.dri && length >= 4) walk.restartInterval = numberAt(walk, 2);
  walk.at += length;
  return undefined;
}

/** Tables, comments and application data may stand between scans; a new frame, a new image or a code that was
 *  never given a meaning is damage. */
function mayFollowScan(code: number): boolean {
  return code === jpegMarker.dht || code === jpegMarker.dac || code === jpegMarker.com ||
    (code >= jpegMarker.dqt && code <= jpegMarker.app15 && code !== 0xde && code !== 0xdf);
}

function startFrame(walk: Walk, code: number, length: number): void {
  const count = Math.min(walk.bytes[walk.at + 7] ?? 0, Math.floor((length - 8) / 3));
  walk.components = Array.from({ length: count }, (_, index) => walk.bytes[walk.at + 8 + index * 3] ?? 0);
  walk.progressive = isProgressive(code);
}

/** A scan's header and the data after it, up to the marker that ends it. */
function scan(walk: Walk): string | undefined {
  const start = walk.at - 2;
  const length = lengthAt(walk);
  if (length === undefined || walk.at + length > walk.bytes.length) return cutShort(walk, "inside a segment");
  if (walk.components === undefined) return `The scan at byte ${start} comes before the frame`;
  const count = walk.bytes[walk.at + 2] ?? 0;
  if (length !== 6 + 2 * count) return `The scan at byte ${start} has a damaged header`;
  for (let index = 0; index < count; index++) {
    const id = walk.bytes[walk.at + 3 + index * 2] ?? 0;
    if (!walk.components.includes(id)) return `The scan at byte ${start} is of an unknown component`;
    if (!walk.progressive && walk.scanned.has(id)) return `The scan at byte ${start} repeats a component`;
    walk.scanned.add(id);
  }
  walk.at += length;
  return skipData(walk);
}

/** Compressed data holds 0xFF only before a zero or as a restart, and restarts count from 0 to 7 in turn. */
function skipData(walk: Walk): string | undefined {
  const { bytes } = walk;
  let restarts = 0;
  for (let at = bytes.indexOf(0xff, walk.at); at >= 0; at = bytes.indexOf(0xff, at)) {
    const code = bytes[at + 1];
    if (code === 0) at += 2;
    else if (code === 0xff) at++;
    else if (code !== undefined && code >= jpegMarker.rst0 && code <= jpegMarker.rst7) {
      const expected = jpegMarker.rst0 + restarts % 8;
      if (walk.restartInterval === 0) return `The restart at byte ${at} has no place in this file`;
      if (code !== expected) return `The restart at byte ${at} is out of order`;
      restarts++;
      at += 2;
    } else {
      walk.at = at;
      return code === undefined ? cutShort(walk, "inside the picture") : undefined;
    }
  }
  walk.at = bytes.length;
  return cutShort(walk, "inside the picture");
}

function endProblem(walk: Walk): string | undefined {
  if (walk.components === undefined || walk.scanned.size === 0) return "The image ends before its pixels";
  const missing = walk.components.filter((id) => !walk.scanned.has(id)).length;
  return missing === 0
    ? undefined
    : `The image ends with ${missing} of its ${walk.components.length} components missing`;
}

function misplaced(walk: Walk, code: number): string {
  return `The marker FF ${code.toString(16).toUpperCase().padStart(2, "0")} at byte ${
    walk.at - 2
  } cannot follow pixels`;
}

function cutShort(walk: Walk, where: string): string {
  return `The data ends after ${walk.bytes.length} bytes, ${where}`;
}

function lengthAt(walk: Walk): number | undefined {
  return walk.at + 2 > walk.bytes.length ? undefined : numberAt(walk, 0);
}

function numberAt(walk: Walk, offset: number): number {
  return (walk.bytes[walk.at + offset] ?? 0) << 8 | (walk.bytes[walk.at + offset + 1] ?? 0);
}
