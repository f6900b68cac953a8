// The track: a ribbon along a circle, so wide that it looks straight or bent as the radius says. Places on it are told
// by `along` (metres driven from the start) and `across` (metres to the right of the middle).
import { plus, times, type Vector } from "../scene/vectors.ts";

export type Track = {
  readonly radius: number;
  /** 1 for a right-hand bend, -1 for a left-hand one. */
  readonly turn: 1 | -1;
  readonly halfWidth: number;
};

export type Place = { readonly along: number; readonly across: number };

/** A place with the directions that hold there. */
export type Stand = { readonly point: Vector; readonly heading: Vector; readonly right: Vector };

export function standAt({ radius, turn }: Track, { along, across }: Place): Stand {
  const angle = along / radius;
  const sin = Math.sin(angle);
  const cos = Math.cos(angle);
  const right: Vector = [cos, 0, -turn * sin];
  const middle: Vector = [turn * radius * (1 - cos), 0, radius * sin];
  return { point: plus(middle, times(right, across)), heading: [turn * sin, 0, cos], right };
}

/** A point above a place, in metres. */
export function above(track: Track, place: Place, height: number): Vector {
  return plus(standAt(track, place).point, [0, height, 0]);
}

export function placeOf({ radius, turn }: Track, x: number, z: number): Place {
  const toMiddle = x - turn * radius;
  return {
    along: radius * Math.atan2(z, -turn * toMiddle),
    across: turn * (radius - Math.hypot(toMiddle, z)),
  };
}
