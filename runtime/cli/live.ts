// Lines at the bottom of a terminal that are drawn again and again in place.
import type { Output } from "./terminal.ts";

export interface LiveLines {
  /** Draws these lines in place of the ones before. Each must be narrower than the terminal. */
  draw(lines: readonly string[]): void;
  /** Takes the lines away, so that other text can be written where they stood. */
  clear(): void;
}

const clearToEnd = "\u001b[J";
const clearLine = "\u001b[K";

export function createLiveLines(output: Output): LiveLines {
  let drawn = 0;
  const home = () => drawn === 0 ? "" : `\u001b[${drawn}A\r`;
  return {
    draw(lines) {
      output.write(home() + lines.map((line) => `${line}${clearLine}\n`).join("") + clearToEnd);
      drawn = lines.length;
    },
    clear() {
      if (drawn > 0) output.write(home() + clearToEnd);
      drawn = 0;
    },
  };
}
