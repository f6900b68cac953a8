// People in the seats of a grandstand, seen from afar.
import { blend, type Color, hsv, scaled } from "./color.ts";
import { hash } from "./noise.ts";

/** One person every half metre in every row, some seats empty, stairs in between. */
export function crowdColor(along: number, row: number, seed: number): Color {
  if (Math.abs(along % 14) < 0.9) return [158, 158, 156];
  const [seat, tier] = [Math.floor(along * 2), Math.floor(row)];
  const [x, y] = [along * 2 - seat, row - tier];
  if (hash(seat, tier, seed) < 0.16) return y < 0.4 ? [70, 90, 140] : [112, 112, 114];
  if (Math.hypot((x - 0.5) * 1.2, y - 0.74) < 0.22) return blend([222, 178, 148], [96, 64, 48], hash(seat, tier, 5));
  if (y > 0.62 || Math.abs(x - 0.5) > 0.42) return [78, 80, 86];
  const hue = hash(seat, tier, seed + 9);
  return hue < 0.4 ? scaled([216, 212, 206], 0.3 + hue * 1.7) : hsv(hue * 3, 0.55, 0.3 + 0.5 * hash(tier, seat, 3));
}
