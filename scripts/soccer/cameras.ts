// Where the cameras of a broadcast stand.
import { mix } from "../scene/noise.ts";
import type { Vector } from "../scene/vectors.ts";
import { halfLength, halfWidth } from "./pitch.ts";

/** `wide` from the main stand, `close` from there with a long lens, `sideline` beside the pitch on the nearer side, `goal` behind a goal. */
export const shots = ["wide", "close", "sideline", "goal"] as const;
export type Shot = typeof shots[number];

/** Metres; `view` is the horizontal angle in degrees. */
export type View = { readonly position: Vector; readonly target: Vector; readonly view: number };

/** A camera that follows what happens at x, z. */
export function viewOf(shot: Shot, [x, z]: readonly [number, number], random: () => number): View {
  switch (shot) {
    case "wide": {
      const position: Vector = [
        x * mix(0.4, 0.75, random()),
        mix(12, 20, random()),
        -halfWidth - mix(20, 32, random()),
      ];
      const target: Vector = [x * 0.92, 0, z * 0.75 + mix(-1, 5, random())];
      return { position, target, view: viewFor(position, target, mix(20, 34, random())) };
    }
    case "close": {
      const position: Vector = [
        x * 0.7 + mix(-9, 9, random()),
        mix(4, 11, random()),
        -halfWidth - mix(8, 20, random()),
      ];
      const target: Vector = [x + mix(-1, 1, random()), mix(0.8, 1.2, random()), z];
      return { position, target, view: viewFor(position, target, mix(6, 13, random())) };
    }
    case "sideline": {
      const side = z < 0 ? -1 : 1;
      const away = side * (halfWidth + mix(2.6, 3.6, random()));
      const position: Vector = [x + mix(-16, 16, random()), mix(1.3, 2.8, random()), away];
      const target: Vector = [x + mix(-2, 2, random()), mix(0.7, 1.3, random()), z];
      return { position, target, view: viewFor(position, target, mix(8, 19, random())) };
    }
    case "goal": {
      const end = x < 0 ? -1 : 1;
      const position: Vector = [end * (halfLength + mix(7, 13, random())), mix(3, 9, random()), mix(-9, 9, random())];
      const target: Vector = [end * (halfLength - mix(5, 14, random())), 0.6, z * 0.5 + mix(-2, 2, random())];
      return { position, target, view: viewFor(position, target, mix(16, 26, random())) };
    }
  }
}

/** The angle at which a camera sees so many metres across at its target. */
function viewFor(position: Vector, target: Vector, span: number): number {
  const distance = Math.hypot(...position.map((value, axis) => value - (target[axis] ?? 0)));
  return Math.atan(span / 2 / distance) * 360 / Math.PI;
}
