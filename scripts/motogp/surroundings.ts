// What stands beside the track: walls with boards, a fence, a grandstand with people, trees.
import { boardColor } from "../scene/boards.ts";
import { type Color, scaled } from "../scene/color.ts";
import { crowdColor } from "../scene/crowd.ts";
import { type Material, type Patch, surface } from "../scene/mesh.ts";
import { randomFrom } from "../scene/noise.ts";
import { broadleaf, conifer } from "../scene/trees.ts";
import { above, type Track } from "./track.ts";
import type { Vector } from "../scene/vectors.ts";

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
