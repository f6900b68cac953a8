// Copies of photographs as they are met with: encoded again, scaled, cut, brightened, written on, mirrored.
import { Buffer } from "node:buffer";
import sharp, { type Sharp } from "sharp";

export type Copy = { readonly name: string; readonly make: (picture: Sharp, size: Size) => Sharp };
type Size = { readonly width: number; readonly height: number };

export const copies: readonly Copy[] = [
  ...[30, 50, 80].map((quality) => ({
    name: `JPEG quality ${quality}`,
    make: (picture: Sharp) => picture.jpeg({ quality }),
  })),
  { name: "half the size", make: (picture, { width }) => picture.resize(Math.max(8, Math.round(width / 2))).jpeg() },
  { name: "200 pixels wide", make: (picture) => picture.resize(200).jpeg() },
  { name: "cut by 5 %, all around", make: (picture, size) => picture.extract(inner(size, 0.025, 0.025)).jpeg() },
  { name: "cut by 5 %, one corner", make: (picture, size) => picture.extract(inner(size, 0.05, 0)).jpeg() },
  { name: "30 % brighter", make: (picture) => picture.linear(1.3).jpeg() },
  { name: "30 % darker", make: (picture) => picture.linear(0.7).jpeg() },
  {
    name: "a line of text",
    make: (picture, size) => picture.composite([{ input: lineOf(size), left: 0, top: 0 }]).jpeg(),
  },
  { name: "mirrored", make: (picture) => picture.flop().jpeg() },
];

/** What is left when `before` of the picture is cut off on the left and above, and `after` on the right and below. */
function inner({ width, height }: Size, before: number, after: number) {
  const of = (length: number) => Math.floor(length * (1 - before - after));
  return {
    left: Math.floor(width * before),
    top: Math.floor(height * before),
    width: of(width),
    height: of(height),
  };
}

/** Black and white bars as letters stand, in no font: machines have different ones. */
function lineOf({ width, height }: Size) {
  const letter = Math.max(3, Math.round(height / 40));
  const letters = Array.from({ length: Math.floor(width / 2 / letter) }, (_, at) => {
    const high = letter * (at * 7 % 3 + 3) / 3;
    return `<rect x="${letter + at * letter}" y="${3 * letter - high}" width="${letter * 0.6}" height="${high}"/>`;
  });
  const shadow = letters.join("").replaceAll("/>", ' fill="black" transform="translate(1 1)"/>');
  const text = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${4 * letter}">${shadow}` +
    `<g fill="white">${letters.join("")}</g></svg>`;
  return Buffer.from(text);
}

/** The photograph itself and, where it is large enough, its four quarters as pictures of their own. */
export async function originalsIn(bytes: Uint8Array): Promise<Buffer[]> {
  const upright = await sharp(bytes).rotate().toColourspace("srgb").png({ compressionLevel: 1 }).toBuffer();
  const { width = 0, height = 0 } = await sharp(upright).metadata();
  if (width < 400 || height < 300) return [upright];
  const half = { width: Math.floor(width / 2), height: Math.floor(height / 2) };
  const corners = [[0, 0], [half.width, 0], [0, half.height], [half.width, half.height]];
  const quarters = corners.map(([left = 0, top = 0]) =>
    sharp(upright).extract({ left, top, ...half }).png({ compressionLevel: 1 }).toBuffer()
  );
  return [upright, ...await Promise.all(quarters)];
}
