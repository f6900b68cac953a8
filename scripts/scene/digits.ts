// Race numbers as blocks of 3 x 5.
const glyphs = ["75557", "26227", "71747", "71717", "55711", "74717", "74757", "71122", "75757", "75717"];

/** Whether a place on a number plate is ink. `x` runs right and `y` down, both from 0 to 1. */
export function isInk(number: number, x: number, y: number): boolean {
  const digits = String(number);
  const cells = digits.length * 4 - 1;
  const column = Math.floor(x * cells);
  const digit = digits.charCodeAt(Math.floor(column / 4)) - 48;
  const rows = glyphs[digit] ?? "";
  const row = Number(rows[Math.floor(y * 5)] ?? 0);
  return x >= 0 && x < 1 && y >= 0 && y < 1 && column % 4 < 3 && (row & (4 >> column % 4)) !== 0;
}
