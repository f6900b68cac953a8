// Sorts more lines than memory holds: sorted runs are set aside, then merged.
import { compareUtf8 } from "../contract/json.ts";

/** Sets a sorted run aside and gives a way to read it back, as often as wanted. */
export type Spill = (lines: readonly string[]) => Promise<() => AsyncIterable<string>>;

/** Lines that are held in memory before a run is set aside. */
const linesInMemory = 50_000;

export interface Sorter {
  add(line: string): Promise<void>;
  /** All lines in UTF-8 byte order. Equal lines come as often as they were added. */
  sorted(): AsyncIterable<string>;
}

export function createSorter(spill: Spill, most = linesInMemory): Sorter {
  const runs: (() => AsyncIterable<string>)[] = [];
  let lines: string[] = [];
  return {
    async add(line) {
      lines.push(line);
      if (lines.length < most) return;
      const full = lines.sort(compareUtf8);
      lines = []; // at once: others may add while this run is set aside
      runs.push(await spill(full));
    },
    async *sorted() {
      lines.sort(compareUtf8);
      if (runs.length === 0) yield* lines;
      else yield* merged([...runs.map((run) => run()), inMemory(lines)]);
    },
  };
}

async function* inMemory(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}

async function* merged(runs: readonly AsyncIterable<string>[]): AsyncGenerator<string> {
  const heads: { line: string; rest: AsyncIterator<string> }[] = [];
  for (const run of runs) {
    const rest = run[Symbol.asyncIterator]();
    const first = await rest.next();
    if (!first.done) heads.push({ line: first.value, rest });
  }
  while (heads.length > 0) {
    const head = heads.reduce((least, one) => compareUtf8(one.line, least.line) < 0 ? one : least);
    yield head.line;
    const next = await head.rest.next();
    if (next.done) heads.splice(heads.indexOf(head), 1);
    else head.line = next.value;
  }
}
