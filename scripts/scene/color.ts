// Colours while painting: red, green, blue, each 0 to 255, fractions allowed.
import { clamp } from "./noise.ts";

export type Color = readonly [number, number, number];

export function blend(from: Color, to: Color, share: number): Color {
  const rest = 1 - share;
  return [from[0] * rest + to[0] * share, from[1] * rest + to[1] * share, from[2] * rest + to[2] * share];
}

export function scaled(color: Color, factor: number): Color {
  return [color[0] * factor, color[1] * factor, color[2] * factor];
}

/** Each channel times that of a light, where 255 leaves it as it is. */
export function lit(color: Color, light: Color): Color {
  return [color[0] * light[0] / 255, color[1] * light[1] / 255, color[2] * light[2] / 255];
}

export function added(color: Color, light: Color, factor: number): Color {
  return [color[0] + light[0] * factor, color[1] + light[1] * factor, color[2] + light[2] * factor];
}

/** A colour of the rainbow: hue 0 to 1, saturation and value 0 to 1. */
export function hsv(hue: number, saturation: number, value: number): Color {
  const channel = (offset: number) => {
    const at = (offset + hue * 6) % 6;
    return 255 * (value - value * saturation * clamp(Math.min(at, 4 - at)));
  };
  return [channel(5), channel(3), channel(1)];
}
