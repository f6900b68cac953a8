// What is too large to be rendered, told from headers and edits before anything is decoded. Pure.
import { ItemError } from "../contract/errors.ts";
import type { Encoding, Image } from "../contract/image.ts";
import { sizeAfter, sizeOf } from "./edits.ts";

/** An error when an image has more than `maxPixels`, as stored or after any of its edits. */
export function tooManyPixels(image: Image, maxPixels: number): ItemError | undefined {
  let size = { width: image.header.width, height: image.header.height };
  for (const edit of [undefined, ...image.edits]) {
    if (edit !== undefined) size = sizeAfter(size, [edit]);
    if (size.width * size.height <= maxPixels) continue;
    const when = edit === undefined ? "it has" : `after ${edit.op} it has`;
    const said = `${when} ${size.width} x ${size.height} pixels, more than ${maxPixels}`;
    return new ItemError("too_many_pixels", `Cannot render image: ${said}`);
  }
  return undefined;
}

/** The longest side that a format, or the library behind it, can write. */
const longestSides: Readonly<Record<Encoding["format"], number>> = { jpeg: 65_500, webp: 16_383, png: 2 ** 31 - 1 };

/** An error when an image is too wide or too high for a format. */
export function tooLongFor(image: Image, format: Encoding["format"]): ItemError | undefined {
  const { width, height } = sizeOf(image);
  const longest = longestSides[format];
  if (width <= longest && height <= longest) return undefined;
  const said = `${width} x ${height} pixels do not fit into ${format}, whose sides end at ${longest}`;
  return new ItemError("unencodable", `Cannot encode image: ${said}`);
}
