// The one thing that is read from EXIF: which way is up.
import { hasText, viewOf, within } from "./binary.ts";

const orientationTag = 0x0112;

/** Orientation, 1 to 8, from EXIF data: a TIFF structure, with or without `Exif` in front. 1 when it says nothing
 *  or is damaged: metadata that cannot be read is no reason to reject a picture. */
export function exifOrientation(exif: Uint8Array): number {
  const tiff = hasText(exif, 0, "Exif\0") ? exif.subarray(6) : exif;
  return within(1, () => orientationIn(tiff));
}

function orientationIn(tiff: Uint8Array): number {
  const little = hasText(tiff, 0, "II");
  if (!little && !hasText(tiff, 0, "MM")) return 1;
  const view = viewOf(tiff);
  const directory = view.getUint32(4, little);
  const entries = view.getUint16(directory, little);
  for (let entry = directory + 2; entry < directory + 2 + entries * 12; entry += 12) {
    if (view.getUint16(entry, little) !== orientationTag) continue;
    return upright(view.getUint16(entry + 2, little) === 3 ? view.getUint16(entry + 8, little) : 1);
  }
  return 1;
}

/** The value, or 1 when it is none of the eight. */
export function upright(orientation: number): number {
  return orientation >= 1 && orientation <= 8 ? orientation : 1;
}
