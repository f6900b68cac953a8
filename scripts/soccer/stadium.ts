// Boards, stands and crowd around the pitch. On each side they are a profile that runs on without end; the nearer of
// two sides is seen, which makes a bowl with corners.
import { blend, type Color, hsv, scaled } from "../scene/color.ts";
import { hash } from "../scene/noise.ts";
import { columnsOf, isLettered, names } from "./lettering.ts";
import { halfLength, halfWidth } from "./pitch.ts";

export type Stadium = {
  /** Colours of the home team, which much of the crowd wears. */
  readonly colors: readonly [Color, Color];
  readonly seats: Color;
  /** Share of the seats that are taken. */
  readonly filled: number;
  /** How high the upper tier reaches, in metres; 0 for none. */
  readonly upper: number;
  readonly seed: number;
};

type Kind = "board" | "wall" | "crowd" | "band" | "roof" | "back";

/** A straight piece of a profile, from (out, height) to (out, height), in metres beyond the lines of the pitch. */
type Piece = { readonly kind: Kind; readonly from: readonly [number, number]; readonly to: readonly [number, number] };

export const boardsOut = 4.2;

/** All pieces that a side of a stadium has. */
export function profileOf({ upper }: Stadium): Piece[] {
  const roof = upper > 0 ? upper + 9 : 17;
  const low: Piece[] = [
    { kind: "board", from: [boardsOut, 0], to: [boardsOut, 0.95] },
    { kind: "wall", from: [7.5, 0], to: [7.5, 1.5] },
    { kind: "crowd", from: [7.5, 1.5], to: [23, 10] },
  ];
  const high: Piece[] = upper > 0
    ? [
      { kind: "band", from: [23, 10], to: [23, 12] },
      { kind: "crowd", from: [23, 12], to: [38, upper] },
      { kind: "back", from: [38, upper], to: [38, roof] },
    ]
    : [{ kind: "back", from: [23, 10], to: [23, roof] }];
  return [...low, ...high, { kind: "roof", from: [8, roof - 1.5], to: [40, roof] }];
}

export type StandSpot = { readonly kind: Kind; readonly depth: number; readonly along: number; readonly share: number };

/** What a ray meets on the side that lies `out` along it. `start` is the eye's place in metres beyond the line (so it is
 *  negative) and its height; `way` is how far the ray goes out, up and along the side for each unit of depth. */
export function standAlong(
  pieces: readonly Piece[],
  [out, height, along]: readonly [number, number, number],
  way: readonly [number, number, number],
): StandSpot | undefined {
  let best: StandSpot | undefined;
  for (const { kind, from, to } of pieces) {
    const [runOut, rise] = [to[0] - from[0], to[1] - from[1]];
    const cross = way[0] * rise - way[1] * runOut;
    if (Math.abs(cross) < 1e-9) continue;
    const depth = ((from[0] - out) * rise - (from[1] - height) * runOut) / cross;
    const share = ((from[0] - out) * way[1] - (from[1] - height) * way[0]) / cross;
    if (depth <= 0.4 || share < 0 || share > 1 || (best !== undefined && depth >= best.depth)) continue;
    best = { kind, depth, share, along: along + way[2] * depth };
  }
  return best;
}

/** Colour of a place of a stand in full light. Boards shine by themselves. `side` tells the four sides apart. */
export function standColor(stadium: Stadium, { kind, along, share }: StandSpot, side: number): Color {
  switch (kind) {
    case "board":
      return boardColor(stadium, along, share, side);
    case "wall":
      return scaled([126, 128, 134], 0.7 + share * 0.3);
    case "crowd":
      return crowdColor(stadium, along, share * 21, side);
    case "band":
      return scaled(stadium.colors[0], 0.8);
    case "back":
      return Math.abs(along % 9) < 0.3 ? [66, 70, 78] : scaled([92, 96, 104], 0.55 + share * 0.3);
    case "roof":
      return Math.abs(along % 6) < 0.25 ? [58, 62, 70] : [82, 86, 94];
  }
}

/** Metres of one board, and of one block of its letters. */
const boardLength = 11;
const block = 0.115;

function boardColor({ seed }: Stadium, along: number, height: number, side: number): Color {
  const board = Math.floor(along / boardLength);
  const pick = hash(board >> 1, side, seed + 40);
  const isWhite = pick < 0.25;
  const paper: Color = isWhite ? [236, 236, 234] : hsv(hash(board >> 1, side, seed + 41), 0.8, 0.3 + pick * 0.5);
  const ink: Color = isWhite
    ? hsv(hash(board >> 1, side, seed + 42), 0.9, 0.55)
    : pick < 0.8
    ? [244, 244, 240]
    : [250, 220, 70];
  const word = names[Math.floor(hash(board >> 1, side, seed + 43) * names.length)] ?? "";
  const width = columnsOf(word) * block;
  const column = (along - board * boardLength - (boardLength - width) / 2) / block;
  const row = (0.84 - height) / 0.68 * 5;
  if (height > 0.96 || height < 0.04) return [70, 72, 78];
  return isLettered(word, column, row) ? ink : paper;
}

/** Crowded seats, 0.52 metres apart, with stairs between the blocks. */
function crowdColor(stadium: Stadium, along: number, row: number, side: number): Color {
  const { seats, filled, colors, seed } = stadium;
  if (Math.abs(along % 17) < 0.7) return [150, 150, 150];
  const [seat, tier] = [Math.floor(along / 0.52), Math.floor(row)];
  const [x, y] = [along / 0.52 - seat, row - tier];
  const who = hash(seat, tier, seed + side * 7);
  if (who > filled) return y < 0.55 ? seats : scaled(seats, 0.6);
  const lean = (hash(tier, seat, seed + 1) - 0.5) * 0.3;
  if (Math.hypot((x - 0.5 - lean) * 1.1, y - 0.78) < 0.2) {
    return blend([224, 180, 150], [92, 62, 46], hash(seat, tier, seed + 5));
  }
  if (y > 0.66 || Math.abs(x - 0.5 - lean) > 0.44) return [62, 64, 70];
  const taste = hash(seat, tier, seed + 9);
  const shade = 0.65 + 0.4 * hash(seat, tier, seed + 10);
  if (taste < 0.4) return scaled(colors[0], shade);
  if (taste < 0.5) return scaled(colors[1], shade);
  return taste < 0.75 ? scaled([200, 198, 194], taste * taste * 1.4) : hsv(taste * 7, 0.5, 0.35 * shade + 0.1);
}

/** Where a side lies: its axis (0 for x, 2 for z), its sign on it, and metres from the centre to its line. */
export const sides: readonly { readonly axis: 0 | 2; readonly sign: 1 | -1; readonly line: number }[] = [
  { axis: 2, sign: 1, line: halfWidth },
  { axis: 2, sign: -1, line: halfWidth },
  { axis: 0, sign: 1, line: halfLength },
  { axis: 0, sign: -1, line: halfLength },
];
