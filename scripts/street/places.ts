// Places that a security camera looks at: what lies on the ground, what stands around, where cars and people are.
import { type Color, hsv } from "../scene/color.ts";
import { mix, randomFrom } from "../scene/noise.ts";
import type { Vector } from "../scene/vectors.ts";

export type PlaceKind = "street" | "car park" | "entrance";

export const placeKinds: readonly PlaceKind[] = ["street", "car park", "entrance"];

/** A spot on the ground, in metres. `heading` in radians: 0 along z, a quarter turn along x. */
export type CarSpot = { readonly x: number; readonly z: number; readonly heading: number };

/** A house front from one corner to the other, seen from its street side. */
export type Front = {
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
  readonly height: number;
  readonly wall: Color;
  readonly sign: Color;
  readonly hasShops: boolean;
  readonly seed: number;
};

/** A rectangle on the ground: left, right, near, far; in metres. */
export type Area = readonly [number, number, number, number];

export type Place = {
  readonly kind: PlaceKind;
  readonly seed: number;
  readonly camera: { readonly position: Vector; readonly target: Vector; readonly view: number };
  readonly fronts: readonly Front[];
  readonly trees: readonly Vector[];
  readonly lamps: readonly Vector[];
  /** Where cars may be, and the share of these spots that is taken. */
  readonly spots: readonly CarSpot[];
  readonly taken: number;
  /** Where people walk, more of them in the areas named first. */
  readonly walks: readonly Area[];
  readonly most: number;
};

type Random = () => number;

/** Equal seeds give equal places: the camera does not move between pictures. */
export function placeFrom(kind: PlaceKind, seed: number): Place {
  const random = randomFrom(seed * 31 + 7);
  switch (kind) {
    case "street":
      return streetFrom(random, seed);
    case "car park":
      return carParkFrom(random, seed);
    case "entrance":
      return entranceFrom(random, seed);
  }
}

function frontFrom(random: Random, from: Front["from"], to: Front["to"], hasShops: boolean): Front {
  const wall = random() < 0.4 ? hsv(0.05, 0.4, mix(0.45, 0.62, random())) : hsv(0.1, 0.12, mix(0.55, 0.85, random()));
  const height = mix(6, 13, random());
  return { from, to, height, wall, sign: hsv(random(), 0.7, 0.5), hasShops, seed: Math.floor(random() * 1e6) };
}

/** A row of houses along z at `x`, or along x at `z`. */
function row(random: Random, axis: "x" | "z", at: number, [from, to]: readonly [number, number]): Front[] {
  const fronts: Front[] = [];
  for (let start = from; start < to;) {
    const end = start + mix(8, 17, random());
    const hasShops = random() < 0.6;
    fronts.push(
      axis === "z"
        ? frontFrom(random, [at, start], [at, end], hasShops)
        : frontFrom(random, [start, at], [end, at], hasShops),
    );
    start = end;
  }
  return fronts;
}

/** The road runs along z between x = -3.5 and 3.5, with parking lanes and pavements of three metres beside it. */
function streetFrom(random: Random, seed: number): Place {
  const side = random() < 0.5 ? 1 : -1;
  const height = mix(4, 8, random());
  const far = mix(11, 22, random());
  const parking = Array.from({ length: 10 }, (_, index) => index * 6 + 3).flatMap((z) => [
    { x: 4.7, z, heading: 0 },
    { x: -4.7, z: z + 2, heading: Math.PI },
  ]);
  const lanes = Array.from({ length: 6 }, (_, index) => index * 11 + 6).flatMap((z) => [
    { x: 1.8, z, heading: 0 },
    { x: -1.8, z: z + 4, heading: Math.PI },
  ]);
  const posts = Array.from({ length: 5 }, (_, index): Vector => [side * -6.4, 0, 9 + index * 15]);
  return {
    kind: "street",
    seed,
    camera: {
      position: [side * mix(5, 8.5, random()), height, -2],
      target: [side * mix(-4, 0.5, random()), 0.5, far],
      view: mix(48, 78, random()),
    },
    fronts: [...row(random, "z", 9, [-6, 90]), ...row(random, "z", -9, [-6, 90]), ...row(random, "x", 92, [-20, 20])],
    trees: posts.filter(() => random() < 0.5),
    lamps: posts.map(([x, y, z]): Vector => [x, y, z + 7]),
    spots: [...parking, ...lanes],
    taken: mix(0.25, 0.7, random()),
    walks: [[-8.6, -6, 4, 32], [6, 8.6, 4, 32], [-3, 3, 6, 30]],
    most: 12,
  };
}

/** Rows of bays across the picture. */
function carParkFrom(random: Random, seed: number): Place {
  const spots = [10, 21, 26.4, 37.5].flatMap((z, index) =>
    Array.from({ length: 15 }, (_, bay) => ({ x: (bay - 7) * 2.6, z, heading: index % 2 === 0 ? 0 : Math.PI }))
  );
  const drive = [{ x: -6, z: 15.5, heading: Math.PI / 2 }, { x: 7, z: 32, heading: -Math.PI / 2 }];
  return {
    kind: "car park",
    seed,
    camera: {
      position: [mix(-9, 9, random()), mix(4.5, 9, random()), mix(-3, 2, random())],
      target: [mix(-6, 6, random()), 0, mix(14, 22, random())],
      view: mix(50, 78, random()),
    },
    fronts: row(random, "x", 46, [-70, 70]),
    trees: Array.from({ length: 6 }, (): Vector => [mix(-40, 40, random()), 0, mix(42, 45, random())]),
    lamps: [[-9, 0, 23.7], [9, 0, 23.7]],
    spots: [...spots, ...drive],
    taken: mix(0.25, 0.75, random()),
    walks: [[-12, 12, 13.5, 17.5], [-14, 14, 6, 33], [-14, 14, 29.5, 34]],
    most: 8,
  };
}

/** A shop front across the picture, pavement before it, and a road on this side. */
function entranceFrom(random: Random, seed: number): Place {
  const wall = mix(10, 15, random());
  const road = wall - mix(5, 7, random());
  const cars = Array.from({ length: 6 }, (_, index) => ({
    x: (index - 2.5) * 6.5,
    z: road - mix(1.2, 2.2, random()),
    heading: Math.PI / 2,
  }));
  return {
    kind: "entrance",
    seed,
    camera: {
      position: [mix(-4, 4, random()), mix(2.8, 4.8, random()), -1],
      target: [mix(-2, 2, random()), mix(0.2, 1.1, random()), road + 1.5],
      view: mix(50, 76, random()),
    },
    fronts: row(random, "x", wall, [-42, 42]).map((front) => ({ ...front, hasShops: true })),
    trees: random() < 0.3 ? [[mix(-6, 6, random()), 0, road + 0.8]] : [],
    lamps: [[mix(-7, 7, random()), 0, road + 0.4]],
    spots: cars,
    taken: mix(0, 0.5, random()),
    walks: [[-7, 7, road + 0.6, wall - 0.5], [-7, 7, road + 0.6, wall - 0.5], [-4, 4, 2.5, road]],
    most: 10,
  };
}

/** Metres across: the roadway of a street; where the road of an entrance ends. */
export function roadEdge({ kind, walks }: Place): number {
  return kind === "entrance" ? (walks[0]?.[2] ?? 6) - 0.6 : 5.8;
}
