// What stands beside the track: walls with boards, a fence, a grandstand with people, trees.
import { blend, type Color, hsv, scaled } from "./color.ts";
import { limb, type Material, type Patch, surface } from "./mesh.ts";
import { hash, noise, randomFrom } from "./noise.ts";
import { above, type Track } from "./track.ts";
import { plus, times, type Vector } from "./vectors.ts";

export type Surroundings = {
  readonly track: Track;
  /** Metres from the middle of the track to the wall on either side; negative to the left. */
  readonly walls: readonly number[];
  /** Sides, -1 left and 1 right, with a grandstand. */
  readonly stands: readonly (1 | -1)[];
  readonly trees: number;
  readonly seed: number;
};

/** Along the track, in metres, between which there are surroundings. */
const reach: readonly [number, number] = [-80, 260];

export function surroundingsOf(scene: Surroundings): Patch[] {
  const walls = scene.walls.flatMap((across) => wall(scene, across));
  const stands = scene.stands.flatMap((side) => grandstand(scene, side));
  return [...walls, ...stands, ...trees(scene)];
}

/** A surface that stands or slopes along the track; `at` is given metres along and a share of its height. */
function strip(
  track: Track,
  [from, to]: readonly [number, number],
  [low, high]: readonly [Rise, Rise],
  paint: (along: number, height: number) => Color,
): Patch {
  const columns = Math.max(3, Math.ceil((to - from) / 3));
  const material: Material = ([along, height]) => paint(along, height);
  const patch = surface(3, columns, material, 0, (height, column) => {
    const along = from + (to - from) * column;
    const across = low.across + (high.across - low.across) * height;
    return above(track, { along, across }, low.height + (high.height - low.height) * height);
  });
  const places = Array.from({ length: 3 * columns }, (_, index): Vector => {
    return [from + (to - from) * (index % columns) / (columns - 1), Math.floor(index / columns) / 2, 0];
  });
  return { ...patch, places };
}

type Rise = { readonly across: number; readonly height: number };

function wall({ track, seed }: Surroundings, across: number): Patch[] {
  const side = Math.sign(across);
  const tyres = strip(track, reach, [{ across, height: 0 }, { across, height: 0.55 }], (along, height) => {
    const stack = Math.abs(Math.sin(along * 5)) * 0.5 + 0.5;
    return scaled(Math.floor(along / 12) % 3 === 0 ? [180, 40, 36] : [44, 45, 50], stack * (0.7 + 0.3 * height));
  });
  const back = across + side * 0.7;
  const boards = strip(
    track,
    reach,
    [{ across: back, height: 0.3 }, { across: back, height: 1.35 }],
    (along, height) => boardColor(along, height, seed + Math.round(across)),
  );
  const fence = [0, 1].map((rail) => {
    const low = 1.35 + rail * 1.3;
    return strip(
      track,
      reach,
      [{ across: back, height: low }, { across: back, height: low + 0.07 }],
      () => [120, 124, 128],
    );
  });
  return [tyres, boards, ...fence];
}

/** Boards of eight metres, each with a band of blocks that look like lettering from afar. */
function boardColor(along: number, height: number, seed: number): Color {
  const board = Math.floor(along / 8);
  const [base, ink] = boardColors(board, seed);
  const within = along / 8 - board;
  if (within < 0.02 || within > 0.98) return [60, 62, 66];
  if (within < 0.12 || within > 0.88 || height < 0.25 || height > 0.78) return base;
  const letter = Math.floor(within * 22);
  const stroke = (within * 22 - letter) * 4;
  const gap = hash(letter, board, seed + 4) < 0.12 || stroke > 3;
  const bars = hash(letter * 4 + Math.floor(stroke), board * 3 + Math.floor(height * 9), seed) > 0.38;
  return !gap && bars ? ink : base;
}

function boardColors(board: number, seed: number): [Color, Color] {
  const pick = hash(board >> 1, 3, seed);
  if (pick < 0.25) return [[232, 232, 230], hsv(hash(board >> 1, 5, seed), 0.85, 0.65)];
  const base = hsv(hash(board >> 1, 7, seed), 0.82, 0.35 + pick * 0.45);
  return [base, pick < 0.8 ? [240, 240, 236] : [250, 214, 60]];
}

function grandstand({ track, walls, seed }: Surroundings, side: 1 | -1): Patch[] {
  const front = side * (Math.max(...walls.map((across) => across * side)) + 6);
  const back = front + side * 13;
  const length: readonly [number, number] = [30, 150];
  const crowd = strip(
    track,
    length,
    [{ across: front, height: 1.6 }, { across: back, height: 10 }],
    (along, height) => crowdColor(along, height * 17, seed),
  );
  const plinth = strip(
    track,
    length,
    [{ across: front, height: 0 }, { across: front, height: 1.6 }],
    (along) => Math.abs(along % 10) < 0.4 ? [110, 112, 116] : [150, 152, 156],
  );
  const roof = strip(
    track,
    length,
    [{ across: front, height: 12.4 }, { across: back, height: 13.6 }],
    () => [92, 96, 104],
  );
  const brim = strip(
    track,
    length,
    [{ across: front, height: 11.9 }, { across: front, height: 12.7 }],
    (along) => Math.floor(along / 15) % 2 === 0 ? [206, 206, 204] : [176, 46, 44],
  );
  const rear = strip(
    track,
    length,
    [{ across: back, height: 9.8 }, { across: back, height: 13.6 }],
    () => [58, 60, 66],
  );
  return [plinth, crowd, rear, roof, brim];
}

/** One person every half metre in every row, some seats empty, stairs in between. */
function crowdColor(along: number, row: number, seed: number): Color {
  if (Math.abs(along % 14) < 0.9) return [158, 158, 156];
  const [seat, tier] = [Math.floor(along * 2), Math.floor(row)];
  const [x, y] = [along * 2 - seat, row - tier];
  if (hash(seat, tier, seed) < 0.16) return y < 0.4 ? [70, 90, 140] : [112, 112, 114];
  if (Math.hypot((x - 0.5) * 1.2, y - 0.74) < 0.22) return blend([222, 178, 148], [96, 64, 48], hash(seat, tier, 5));
  if (y > 0.62 || Math.abs(x - 0.5) > 0.42) return [78, 80, 86];
  const hue = hash(seat, tier, seed + 9);
  return hue < 0.4 ? scaled([216, 212, 206], 0.3 + hue * 1.7) : hsv(hue * 3, 0.55, 0.3 + 0.5 * hash(tier, seat, 3));
}

function trees({ track, walls, stands, trees: count, seed }: Surroundings): Patch[] {
  const random = randomFrom(seed + 77);
  return Array.from({ length: count }, (_, index) => {
    const side = index % 2 === 0 ? 1 : -1;
    const edge = Math.max(...walls.map((across) => across * side), track.halfWidth + 10);
    const across = side * (edge + (stands.includes(side) ? 28 : 12) + random() * 30);
    const along = reach[0] + random() * (reach[1] - reach[0]);
    const foot = above(track, { along, across }, 0);
    return random() < 0.3 ? conifer(foot, 5 + random() * 6, seed + index) : broadleaf(foot, random, seed + index);
  }).flat();
}

/** A trunk and a crown of several clumps. */
function broadleaf(foot: Vector, random: () => number, seed: number): Patch[] {
  const size = 1.8 + random() * 1.6;
  const paint = leaves(random(), seed);
  const clumps = Array.from({ length: 6 }, () => {
    const turn = random() * 2 * Math.PI;
    const reach = size * (0.35 + random() * 0.55);
    const middle: Vector = [Math.cos(turn) * reach, size * (1.3 + random() * 1.1), Math.sin(turn) * reach];
    return clump(plus(foot, middle), size * (0.6 + random() * 0.4), paint, seed);
  });
  const trunk = limb(foot, plus(foot, [0, size * 1.3, 0]), [size * 0.12, size * 0.09], () => [74, 62, 50], 0);
  return [trunk, ...clumps];
}

function conifer(foot: Vector, height: number, seed: number): Patch[] {
  const paint = leaves(1, seed);
  return [surface(14, 15, paint, 0, (row, column) => {
    const turn = column * 2 * Math.PI;
    const layer = 0.75 + 0.5 * ((row * 6) % 1);
    const radius = height * 0.22 * row * layer * (0.85 + 0.3 * noise(turn * 3, row * 9, seed));
    return plus(foot, [Math.cos(turn) * radius, height * (1 - row * 0.93), Math.sin(turn) * radius]);
  })];
}

/** A ball with an uneven surface. */
function clump(middle: Vector, radius: number, paint: Material, seed: number): Patch {
  return surface(15, 19, paint, 0, (row, column) => {
    const polar = row * Math.PI;
    const turn = column * 2 * Math.PI;
    const out: Vector = [Math.sin(polar) * Math.cos(turn), Math.cos(polar), Math.sin(polar) * Math.sin(turn)];
    const bumps = noise(out[0] * 4 + out[2] * 3 + 9, out[1] * 4 + 9, seed) * 0.4 +
      noise(out[0] * 9, out[2] * 9, seed) * 0.2;
    return plus(middle, times(out, radius * (0.75 + bumps)));
  });
}

function leaves(kind: number, seed: number): Material {
  const base: Color = kind < 0.5 ? [60, 92, 42] : kind < 0.8 ? [84, 108, 48] : [38, 66, 46];
  return ([x, y, z]) => {
    const light = noise(x * 2 + z * 1.3, y * 2, seed) * 0.5 + noise(x * 7 + z * 5, y * 7, seed + 1) * 0.6;
    return scaled(base, 0.5 + 0.9 * light);
  };
}
