// The header of a JPEG: the frame, and what the application segments before the first scan say.
import { ItemError } from "../contract/errors.ts";
import type { ImageHeader } from "../contract/image.ts";
import { hasText, viewOf } from "./binary.ts";
import { exifOrientation } from "./exif.ts";
import { isProgressive, jpegMarker, nextMarker, standsAlone, startsFrame } from "./jpeg_markers.ts";

type Frame = {
  readonly depth: number;
  readonly width: number;
  readonly height: number;
  readonly components: number;
  readonly progressive: boolean;
};

/** Throws `RangeError` when the data ends before the frame, `ItemError` when the frame is nonsense. */
export function readJpegHeader(bytes: Uint8Array): ImageHeader {
  const view = viewOf(bytes);
  let frame: Frame | undefined;
  let orientation: number | undefined;
  let icc = false;
  for (let marker = nextMarker(bytes, 2); marker !== undefined;) {
    const { code, at } = marker;
    if (code === jpegMarker.sos || code === jpegMarker.eoi) break;
    if (standsAlone(code)) {
      marker = nextMarker(bytes, at + 1);
      continue;
    }
    if (frame !== undefined && at + 3 > bytes.length) break;
    const length = view.getUint16(at + 1);
    const body = bytes.subarray(at + 3, at + 1 + length);
    if (startsFrame(code)) frame ??= frameOf(code, body);
    if (code === jpegMarker.app1 && hasText(body, 0, "Exif\0")) orientation ??= exifOrientation(body);
    if (code === jpegMarker.app2 && hasText(body, 0, "ICC_PROFILE\0")) icc = true;
    marker = nextMarker(bytes, at + 1 + Math.max(length, 2));
  }
  if (frame === undefined) throw new ItemError("bad_header", "Cannot read jpeg header: it has no frame");
  return headerOf(frame, orientation ?? 1, icc);
}

function frameOf(code: number, body: Uint8Array): Frame {
  const view = viewOf(body);
  return {
    depth: view.getUint8(0),
    height: view.getUint16(1),
    width: view.getUint16(3),
    components: view.getUint8(5),
    progressive: isProgressive(code),
  };
}

function headerOf(frame: Frame, orientation: number, icc: boolean): ImageHeader {
  const { depth, width, height, components, progressive } = frame;
  if (components !== 1 && components !== 3 && components !== 4) {
    throw new ItemError("bad_header", `Cannot read jpeg header: it has ${components} colour components, not 1, 3 or 4`);
  }
  return {
    format: "jpeg",
    width,
    height,
    channels: components,
    depth: depth > 8 ? 16 : 8,
    orientation,
    pages: 1,
    alpha: false,
    cmyk: components === 4,
    progressive,
    icc,
  };
}
