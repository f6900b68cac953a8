// A perceptual hash: pictures that look alike have hashes that differ in few bits. Pure.
import type { Raster } from "../contract/image.ts";
import { type Luma, lumaOf } from "./small_view.ts";

export const hashBits = [64, 256] as const;
export type HashBits = typeof hashBits[number];

/** Which turned copies of a picture are to be known as copies: none, those mirrored left to right, or all eight that
 *  quarter turns and mirroring give. */
export const orientations = ["none", "flip", "rotate"] as const;
export type Orientations = typeof orientations[number];

export type PerceptualHash = {
  /** Hexadecimal: 16 digits for 64 bits, 64 for 256. */
  readonly hash: string;
  /** Hashes of the picture as it would be if it was turned: 0, 1 or 7. */
  readonly turned: readonly string[];
};

/** Which of the lowest frequencies of luma, the mean left out, are above their median; low ones first. By a cosine
 *  transform over the unit square, of each pixel as the small area it is: size and shape of the raster do not matter,
 *  and there is nothing to scale. A hash of a turned picture is exactly what that picture would have.
 *
 *  `undefined` for a picture whose lowest frequencies hold next to nothing: a hash would be noise, and all empty
 *  pictures would be alike. */
export function perceptualHash(
  raster: Raster,
  { bits, orientations }: { readonly bits: HashBits; readonly orientations: Orientations },
): PerceptualHash | undefined {
  const wanted = frequenciesOf(bits);
  const found = transformed(lumaOf(raster), wanted.side);
  if (energyOf(found, wanted) < leastEnergy) return undefined;
  const [hash = "", ...turned] = turnsFor[orientations].map((turn) => hexOf(found, wanted, turn));
  return { hash, turned };
}

/** Standard deviation of luma after the low-pass below which there is nothing to see, in steps of 255. */
const leastEnergy = 1;

/** What turning a picture does to its frequencies: exchanges the axes, then changes the sign of the odd ones. */
type Turn = { readonly swap: boolean; readonly mirrorX: boolean; readonly mirrorY: boolean };

const upright: Turn = { swap: false, mirrorX: false, mirrorY: false };
const turnsFor: Readonly<Record<Orientations, readonly Turn[]>> = {
  none: [upright],
  flip: [upright, { ...upright, mirrorX: true }],
  rotate: [false, true].flatMap((swap) =>
    [false, true].flatMap((mirrorY) => [false, true].map((mirrorX) => ({ swap, mirrorX, mirrorY })))
  ),
};

type Frequencies = {
  /** Frequencies from 0 up along each axis that are needed. */
  readonly side: number;
  readonly across: Uint8Array;
  readonly down: Uint8Array;
};

const known = new Map<HashBits, Frequencies>();

/** By the sum of both frequencies, so low ones first. */
function frequenciesOf(bits: HashBits): Frequencies {
  const made = known.get(bits);
  if (made !== undefined) return made;
  const pairs: (readonly [number, number])[] = [];
  for (let sum = 1; pairs.length < bits; sum++) pairs.push(...pairsWith(sum).slice(0, bits - pairs.length));
  const side = 1 + Math.max(...pairs.map(([across, down]) => Math.max(across, down)));
  const frequencies = {
    side,
    across: Uint8Array.from(pairs, ([across]) => across),
    down: Uint8Array.from(pairs, ([, down]) => down),
  };
  known.set(bits, frequencies);
  return frequencies;
}

/** Those near the diagonal first, in pairs, and the one on it last: any even number of the first ones stays itself when
 *  the axes are exchanged. */
function pairsWith(sum: number): (readonly [number, number])[] {
  const far = ([across, down]: readonly [number, number]) => across === down ? Infinity : Math.abs(across - down);
  const all = Array.from({ length: sum + 1 }, (_, down) => [sum - down, down] as const);
  return all.sort((left, right) => far(left) - far(right));
}

/** `side` x `side` coefficients, rows by the frequency down. */
function transformed({ width, height, data }: Luma, side: number): Float64Array {
  const acrossTable = tableFor(width);
  const downTable = tableFor(height);
  const result = new Float64Array(side * side);
  const line = new Float64Array(side);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let across = 0; across < side; across++) {
      const table = across * width;
      let sum = 0;
      for (let x = 0; x < width; x++) sum += (acrossTable[table + x] ?? 0) * (data[row + x] ?? 0);
      line[across] = sum;
    }
    for (let down = 0; down < side; down++) {
      const weight = downTable[down * height + y] ?? 0;
      const to = down * side;
      for (let across = 0; across < side; across++) {
        result[to + across] = (result[to + across] ?? 0) + weight * (line[across] ?? 0);
      }
    }
  }
  return result;
}

/** As many frequencies as the longest hash needs. */
const mostSide = 22;
const tables = new Map<number, Float64Array>();

/** For each frequency the integral of its cosine over each pixel of a line, the line having length 1. */
function tableFor(length: number): Float64Array {
  const made = tables.get(length);
  if (made !== undefined) return made;
  const table = new Float64Array(mostSide * length).fill(1 / length, 0, length);
  for (let frequency = 1; frequency < mostSide; frequency++) {
    const waves = Math.PI * frequency;
    for (let at = 0; at < length; at++) {
      const area = Math.sin(waves * (at + 1) / length) - Math.sin(waves * at / length);
      table[frequency * length + at] = Math.SQRT2 * area / waves;
    }
  }
  if (length <= mostTabled) tables.set(length, table);
  return table;
}

/** Small views have no longer lines. */
const mostTabled = 256;

/** The same for both lengths: what one calls flat, the other does too. */
function energyOf(coefficients: Float64Array, { side, across, down }: Frequencies): number {
  let sum = 0;
  for (let at = 0; at < 64; at++) sum += (coefficients[(down[at] ?? 0) * side + (across[at] ?? 0)] ?? 0) ** 2;
  return Math.sqrt(sum);
}

/** The median lies between two values, so half of the bits are set, but for ties, which are not. */
function hexOf(coefficients: Float64Array, { side, across, down }: Frequencies, turn: Turn): string {
  const values = new Float64Array(across.length);
  for (let at = 0; at < values.length; at++) {
    const x = across[at] ?? 0;
    const y = down[at] ?? 0;
    const value = coefficients[turn.swap ? x * side + y : y * side + x] ?? 0;
    const negated = (turn.mirrorX && x % 2 === 1) !== (turn.mirrorY && y % 2 === 1);
    values[at] = negated ? -value : value;
  }
  const median = medianOf(values) + nothing;
  let text = "";
  for (let at = 0; at < values.length; at += 4) {
    let digit = 0;
    for (let bit = 0; bit < 4; bit++) digit = digit * 2 + ((values[at + bit] ?? 0) > median ? 1 : 0);
    text += digit.toString(16);
  }
  return text;
}

/** What rounding alone can make of equal values. */
const nothing = 1e-9;

function medianOf(values: Float64Array): number {
  const sorted = values.toSorted();
  const half = sorted.length / 2;
  return ((sorted[half - 1] ?? 0) + (sorted[half] ?? 0)) / 2;
}
