// Temporary room on disk for what does not fit in memory.
import { createReadStream, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";

export interface Scratch {
  /** Sets lines aside; they can be read back until `close`. Lines hold no line break. */
  spill(lines: readonly string[]): Promise<() => AsyncIterable<string>>;
  close(): void;
}

/** Scratch files below `folder`, which is made when it is first needed and removed by `close`. */
export function createScratch(folder: string): Scratch {
  let files = 0;
  return {
    spill(lines) {
      mkdirSync(folder, { recursive: true });
      const file = `${folder}/${files++}`;
      writeFileSync(file, lines.map((line) => `${line}\n`).join(""));
      return Promise.resolve(() => createInterface({ input: createReadStream(file), crlfDelay: Infinity }));
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
