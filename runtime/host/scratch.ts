// Temporary room on disk for what does not fit in memory.
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { open } from "node:fs/promises";

export interface Scratch {
  /** Sets lines aside; they can be read back until `close`. Lines hold no line break. */
  spill(lines: readonly string[]): Promise<() => AsyncIterable<string>>;
  close(): void;
}

/** Bytes read at once. */
const blockBytes = 64 * 1024;

/** Scratch files below `folder`, which is made when it is first needed and removed by `close`. */
export function createScratch(folder: string): Scratch {
  let files = 0;
  return {
    spill(lines) {
      mkdirSync(folder, { recursive: true });
      const file = `${folder}/${files++}`;
      writeLines(file, lines);
      return Promise.resolve(() => linesOf(file));
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Lines written at once: all in one text would take several times their room. */
const linesAtOnce = 1000;

function writeLines(path: string, lines: readonly string[]): void {
  const file = openSync(path, "w");
  try {
    for (let at = 0; at < lines.length; at += linesAtOnce) {
      const bytes = new TextEncoder().encode(`${lines.slice(at, at + linesAtOnce).join("\n")}\n`);
      for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
    }
  } finally {
    closeSync(file);
  }
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const handle = await open(file);
  try {
    const block = new Uint8Array(blockBytes);
    const decoder = new TextDecoder();
    let rest = "";
    for (;;) {
      const { bytesRead } = await handle.read(block, 0, block.length);
      if (bytesRead === 0) break;
      const lines = (rest + decoder.decode(block.subarray(0, bytesRead), { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
  } finally {
    await handle.close();
  }
}
