// What the weather does to light and colours.
import type { Color } from "../scene/color.ts";
import { unit, type Vector } from "../scene/vectors.ts";

export type WeatherName = "sun" | "cloudy" | "rain" | "dusk";

export type Weather = {
  /** Towards the sun. */
  readonly sun: Vector;
  readonly sunlight: Color;
  readonly skylight: Color;
  readonly skyTop: Color;
  readonly skyLow: Color;
  readonly cloudLit: Color;
  readonly cloudDark: Color;
  /** Share of the sky that is covered. */
  readonly cover: number;
  /** Metres after which little but haze is left. */
  readonly sight: number;
  /** How much darker the ground is where the sun does not reach it. */
  readonly shadow: number;
  readonly hasSharpShadows: boolean;
  readonly wet: number;
};

export const weathers: Readonly<Record<WeatherName, Weather>> = {
  sun: {
    sun: unit([-0.55, 0.75, -0.35]),
    sunlight: [226, 216, 192],
    skylight: [98, 110, 130],
    skyTop: [66, 124, 196],
    skyLow: [184, 212, 232],
    cloudLit: [250, 250, 250],
    cloudDark: [196, 206, 218],
    cover: 0.36,
    sight: 900,
    shadow: 0.58,
    hasSharpShadows: true,
    wet: 0,
  },
  cloudy: {
    sun: unit([0.2, 0.95, -0.2]),
    sunlight: [104, 106, 110],
    skylight: [150, 154, 160],
    skyTop: [150, 164, 178],
    skyLow: [206, 212, 216],
    cloudLit: [224, 227, 230],
    cloudDark: [148, 156, 166],
    cover: 0.72,
    sight: 800,
    shadow: 0.34,
    hasSharpShadows: false,
    wet: 0,
  },
  rain: {
    sun: unit([0.1, 0.98, -0.1]),
    sunlight: [56, 60, 66],
    skylight: [128, 136, 146],
    skyTop: [112, 122, 132],
    skyLow: [168, 176, 182],
    cloudLit: [172, 180, 186],
    cloudDark: [110, 118, 128],
    cover: 0.95,
    sight: 420,
    shadow: 0.26,
    hasSharpShadows: false,
    wet: 1,
  },
  dusk: {
    sun: unit([0.8, 0.26, 0.4]),
    sunlight: [226, 150, 92],
    skylight: [104, 98, 122],
    skyTop: [52, 62, 112],
    skyLow: [246, 168, 104],
    cloudLit: [250, 176, 128],
    cloudDark: [104, 84, 122],
    cover: 0.46,
    sight: 700,
    shadow: 0.5,
    hasSharpShadows: true,
    wet: 0,
  },
};
