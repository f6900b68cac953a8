// What players and referees wear.
import { type Color, hsv, scaled } from "../scene/color.ts";

type Pattern = "plain" | "stripes" | "hoops" | "halves" | "sash" | "chest band";

export type Kit = {
  readonly shirt: Color;
  readonly second: Color;
  readonly pattern: Pattern;
  readonly sleeves: Color;
  readonly shorts: Color;
  readonly socks: Color;
  /** Colour of the numbers. */
  readonly ink: Color;
  /** A word on the chest. */
  readonly sponsor: string;
};

const white: Color = [232, 232, 228];
const black: Color = [30, 31, 36];

const sponsors = ["LUMO", "TORVA", "OKTO", "QUILL", "VELA", "HEXA"];

/** A kit of one colour with a second one. */
function kitOf(shirt: Color, second: Color, pattern: Pattern, shorts: Color, socks: Color = shirt): Kit {
  const isBright = shirt[0] * 0.3 + shirt[1] * 0.6 + shirt[2] * 0.1 > 140;
  const sleeves = pattern === "plain" || pattern === "hoops" || pattern === "chest band" ? shirt : second;
  const sponsor = sponsors[Math.round(shirt[0] + shorts[1] + second[2]) % sponsors.length] ?? "";
  return { shirt, second, pattern, sleeves, shorts, socks, ink: isBright ? black : white, sponsor };
}

/** The kits of the invented clubs, at home and away. */
export const clubs = {
  rovers: {
    home: kitOf([176, 30, 38], white, "plain", white, [176, 30, 38]),
    away: kitOf(white, black, "sash", black),
  },
  athletic: {
    home: kitOf([36, 74, 168], white, "stripes", [30, 58, 140]),
    away: kitOf([236, 200, 50], [36, 74, 168], "chest band", [36, 74, 168]),
  },
  harbour: { home: kitOf([96, 176, 222], white, "halves", white), away: kitOf([34, 40, 66], white, "plain", black) },
  wanderers: {
    home: kitOf([226, 122, 34], black, "plain", black, [226, 122, 34]),
    away: kitOf(white, [226, 122, 34], "hoops", white),
  },
  albion: { home: kitOf([24, 110, 66], white, "hoops", white), away: kitOf([120, 38, 96], white, "plain", white) },
  united: { home: kitOf(black, white, "stripes", black, black), away: kitOf([220, 60, 110], black, "plain", black) },
} as const;

export type Club = keyof typeof clubs;

const refereeShirts: readonly Color[] = [[26, 27, 31], [226, 226, 62], [236, 110, 90], [70, 190, 200]];
const keeperShirts: readonly Color[] = [[120, 226, 60], [240, 140, 190], [250, 150, 30], [150, 100, 220], [
  60,
  200,
  200,
], [
  236,
  226,
  70,
], [110, 116, 124]];

export function distanceOf(one: Color, other: Color): number {
  return Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2]);
}

/** Dark as a rule, unless a team wears the same. */
export function refereeKit(teams: readonly Kit[]): Kit {
  const shirt = refereeShirts.find((color) => teams.every((kit) => distanceOf(kit.shirt, color) > 110)) ?? black;
  return { ...kitOf(shirt, black, "plain", black, black), ink: shirt };
}

/** A bright colour that nobody else wears. `pick` is from 0 to 1. */
export function keeperKit(pick: number, others: readonly Kit[]): Kit {
  const free = keeperShirts.filter((color) => others.every((kit) => distanceOf(kit.shirt, color) > 105));
  const shirt = free[Math.floor(pick * free.length)] ?? [120, 226, 60];
  return kitOf(shirt, scaled(shirt, 0.7), "plain", scaled(shirt, pick < 0.5 ? 0.75 : 0.25), shirt);
}

const patterns: readonly Pattern[] = ["plain", "plain", "plain", "stripes", "hoops", "halves", "sash", "chest band"];

/** Any kit, for matches between unknown clubs. */
export function kitFrom(random: () => number): Kit {
  const colors: Color[] = [white, white, black, hsv(random(), 0.55 + random() * 0.4, 0.4 + random() * 0.55)];
  const pick = () => colors[Math.floor(random() * colors.length)] ?? white;
  const shirt = random() < 0.62 ? hsv(random(), 0.6 + random() * 0.38, 0.35 + random() * 0.6) : pick();
  const second = distanceOf(shirt, white) > 150 ? random() < 0.75 ? white : black : hsv(random(), 0.8, 0.6);
  const pattern = patterns[Math.floor(random() * patterns.length)] ?? "plain";
  const below = [shirt, second, white, black];
  const shorts = below[Math.floor(random() * below.length)] ?? white;
  const socks = below[Math.floor(random() * below.length)] ?? shirt;
  return kitOf(shirt, second, pattern, shorts, socks);
}
