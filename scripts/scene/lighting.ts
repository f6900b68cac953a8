// Light from lamps and from all around, and how it falls on a surface.
import type { Color } from "./color.ts";
import { unit, type Vector } from "./vectors.ts";

/** A light far away: the sun, or a mast with floodlights. */
export type Lamp = {
  /** Direction towards it, of length 1. */
  readonly towards: Vector;
  readonly color: Color;
  /** Share of the light that its shadows take away from the ground. */
  readonly shadow: number;
  /** Metres that the edge of a shadow widens for each metre of height above the ground. */
  readonly softness: number;
};

export type Lighting = {
  readonly lamps: readonly Lamp[];
  /** Light from above and from the ground. */
  readonly sky: Color;
  readonly ground: Color;
};

/** The light on a surface, where 255 shows its colour as it is. `open` is the share of the lamps that reaches it. */
export function lightOn({ lamps, sky, ground }: Lighting, normal: Vector, open = 1): Color {
  const high = 0.5 + 0.5 * normal[1];
  let red = ground[0] + (sky[0] - ground[0]) * high;
  let green = ground[1] + (sky[1] - ground[1]) * high;
  let blue = ground[2] + (sky[2] - ground[2]) * high;
  for (const { towards, color } of lamps) {
    const straight = (normal[0] * towards[0] + normal[1] * towards[1] + normal[2] * towards[2]) * open;
    if (straight <= 0) continue;
    red += color[0] * straight;
    green += color[1] * straight;
    blue += color[2] * straight;
  }
  return [red, green, blue];
}

/** A direction from degrees: around the compass (0 is along z, 90 along x) and above the horizon. */
export function directionTo(compass: number, height: number): Vector {
  const [around, up] = [compass * Math.PI / 180, height * Math.PI / 180];
  return unit([Math.sin(around) * Math.cos(up), Math.sin(up), Math.cos(around) * Math.cos(up)]);
}
