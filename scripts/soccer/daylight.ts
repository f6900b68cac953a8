// The light a match is played in.
import type { Color } from "../scene/color.ts";
import { directionTo, type Lamp, type Lighting } from "../scene/lighting.ts";

export const daylights = ["sun", "cloudy", "evening", "night"] as const;
export type Daylight = typeof daylights[number];

export type MatchLight = Lighting & {
  readonly skyTop: Color;
  readonly skyLow: Color;
  /** How bright the stands are. */
  readonly stands: Color;
};

/** `compass` turns the sun around the ground, in degrees. */
export function lightFor(daylight: Daylight, compass: number): MatchLight {
  switch (daylight) {
    case "sun":
      return {
        lamps: [{ towards: directionTo(compass, 46), color: [236, 226, 202], shadow: 0.52, softness: 0.03 }],
        sky: [132, 140, 156],
        ground: [88, 98, 74],
        skyTop: [72, 130, 202],
        skyLow: [176, 208, 232],
        stands: [176, 178, 184],
      };
    case "cloudy":
      return {
        lamps: [{ towards: directionTo(compass, 80), color: [108, 110, 112], shadow: 0.34, softness: 0.5 }],
        sky: [186, 190, 194],
        ground: [104, 112, 94],
        skyTop: [164, 174, 184],
        skyLow: [206, 211, 215],
        stands: [184, 187, 192],
      };
    case "evening":
      return {
        lamps: [{ towards: directionTo(compass, 19), color: [240, 168, 104], shadow: 0.44, softness: 0.03 }],
        sky: [186, 178, 186],
        ground: [118, 112, 100],
        skyTop: [70, 84, 136],
        skyLow: [246, 180, 122],
        stands: [184, 164, 160],
      };
    case "night":
      return {
        lamps: [40, 140, 220, 320].map((turn): Lamp => ({
          towards: directionTo(compass + turn, 38),
          color: [68, 70, 72],
          shadow: 0.2,
          softness: 0.07,
        })),
        sky: [138, 143, 150],
        ground: [98, 106, 92],
        skyTop: [10, 13, 24],
        skyLow: [26, 31, 46],
        stands: [120, 124, 134],
      };
  }
}
