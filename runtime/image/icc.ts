// Tells the most common colour profile from all others.
import type { ImageFormat } from "../contract/image.ts";
import { fourCc, hasText, viewOf, within } from "./binary.ts";
import { jpegMarker, nextMarker, standsAlone } from "./jpeg_markers.ts";

const profileMark = "ICC_PROFILE\0";
/** After the mark: number of this piece and number of all. */
const pieceNumbers = 2;

/** True when the embedded profile is sRGB by name and by its primaries: converting from it to sRGB would change nothing
 *  and take as long as decoding. False when in doubt, and for formats other than JPEG. */
export function saysSrgb(bytes: Uint8Array, format: ImageFormat): boolean {
  if (format !== "jpeg") return false;
  return within(false, () => {
    const profile = firstPiece(bytes);
    return profile !== undefined && isSrgb(profile);
  });
}

/** The first piece of the profile of a JPEG; it holds the tag table, and all of a profile as small as sRGB. */
function firstPiece(bytes: Uint8Array): Uint8Array | undefined {
  const view = viewOf(bytes);
  for (let marker = nextMarker(bytes, 2); marker !== undefined && marker.code !== jpegMarker.sos;) {
    const { code, at } = marker;
    const length = standsAlone(code) ? 0 : Math.max(2, view.getUint16(at + 1));
    const body = bytes.subarray(at + 3, at + 1 + length);
    if (code === jpegMarker.app2 && hasText(body, 0, profileMark)) {
      return body.subarray(profileMark.length + pieceNumbers);
    }
    marker = nextMarker(bytes, at + 1 + length);
  }
  return undefined;
}

/** Red, green and blue of sRGB in XYZ, adapted to D50, as profiles hold them. */
const primaries: readonly (readonly [tag: string, x: number, y: number, z: number])[] = [
  ["rXYZ", 0.4361, 0.2225, 0.0139],
  ["gXYZ", 0.3851, 0.7169, 0.0971],
  ["bXYZ", 0.1431, 0.0606, 0.7141],
];
const tolerance = 0.001;

function isSrgb(profile: Uint8Array): boolean {
  const view = viewOf(profile);
  const tags = tagsOf(view);
  if (tags.has(fourCc("A2B0")) || !namedSrgb(profile, tags.get(fourCc("desc")))) return false;
  return primaries.every(([name, ...expected]) => {
    const at = tags.get(fourCc(name));
    return at !== undefined &&
      expected.every((value, index) => Math.abs(view.getInt32(at + 8 + index * 4) / 65536 - value) < tolerance);
  });
}

const maxTags = 100;

function tagsOf(view: DataView): ReadonlyMap<number, number> {
  const tags = new Map<number, number>();
  const count = Math.min(view.getUint32(128), maxTags);
  for (let at = 132; at < 132 + count * 12; at += 12) tags.set(view.getUint32(at), view.getUint32(at + 4));
  return tags;
}

/** The name is plain text behind its length, as in profiles of version 2. */
function namedSrgb(profile: Uint8Array, at: number | undefined): boolean {
  return at !== undefined && hasText(profile, at, "desc") && hasText(profile, at + 12, "sRGB");
}
