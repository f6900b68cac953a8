// Advertising boards.
import { type Color, hsv } from "./color.ts";
import { hash } from "./noise.ts";

/** Boards of eight metres, each with a band of blocks that look like lettering from afar. */
export function boardColor(along: number, height: number, seed: number): Color {
  const board = Math.floor(along / 8);
  const [base, ink] = boardColors(board, seed);
  const within = along / 8 - board;
  if (within < 0.02 || within > 0.98) return [60, 62, 66];
  if (within < 0.12 || within > 0.88 || height < 0.25 || height > 0.78) return base;
  const letter = Math.floor(within * 22);
  const stroke = (within * 22 - letter) * 4;
  const gap = hash(letter, board, seed + 4) < 0.12 || stroke > 3;
  const bars = hash(letter * 4 + Math.floor(stroke), board * 3 + Math.floor(height * 9), seed) > 0.38;
  return !gap && bars ? ink : base;
}

function boardColors(board: number, seed: number): [Color, Color] {
  const pick = hash(board >> 1, 3, seed);
  if (pick < 0.25) return [[232, 232, 230], hsv(hash(board >> 1, 5, seed), 0.85, 0.65)];
  const base = hsv(hash(board >> 1, 7, seed), 0.82, 0.35 + pick * 0.45);
  return [base, pick < 0.8 ? [240, 240, 236] : [250, 214, 60]];
}
