// Sorts more lines than memory holds: sorted runs are set aside, then merged.
import { compareUtf8 } from "../contract/json.ts";

/** Sets a sorted run aside and gives a way to read it back, as often as wanted. */
export type Spill = (lines: readonly string[]) => Promise<() => AsyncIterable<string>>;

/** Lines that are held in memory before a run is set aside, and characters of them. */
const linesInMemory = 200_000;
const charactersInMemory = 4 << 20;

export interface Sorter {
  add(line: string): Promise<void>;
  /** All lines in UTF-8 byte order. Equal lines come as often as they were added. */
  sorted(): AsyncIterable<string>;
}

export function createSorter(spill: Spill, most = linesInMemory): Sorter {
  const runs: (() => AsyncIterable<string>)[] = [];
  let lines: string[] = [];
  let characters = 0;
  return {
    async add(line) {
      lines.push(line);
      characters += line.length;
      if (lines.length < most && characters < charactersInMemory) return;
      const full = lines.sort(compareUtf8);
      characters = 0;
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

/** The next line of a run, and how to come to those behind it. */
type Head = { line: string; readonly rest: AsyncIterator<string> };

async function* merged(runs: readonly AsyncIterable<string>[]): AsyncGenerator<string> {
  const heads: Head[] = [];
  for (const run of runs) {
    const rest = run[Symbol.asyncIterator]();
    const first = await rest.next();
    if (!first.done) heads.push({ line: first.value, rest });
  }
  heads.sort((left, right) => compareUtf8(left.line, right.line)); // in order, it is a heap
  for (let head = heads[0]; head !== undefined; head = heads[0]) {
    yield head.line;
    const next = await head.rest.next();
    if (!next.done) head.line = next.value;
    else if (heads.length === 1) return;
    else heads[0] = heads.pop() ?? head;
    sinkFirst(heads);
  }
}

/** Puts the first head where it belongs in a heap, whose least is the first. */
function sinkFirst(heads: Head[]): void {
  for (let at = 0;;) {
    let least = at;
    for (const child of [2 * at + 1, 2 * at + 2]) if (isBefore(heads[child], heads[least])) least = child;
    const [head, other] = [heads[at], heads[least]];
    if (least === at || head === undefined || other === undefined) return;
    heads[at] = other;
    heads[least] = head;
    at = least;
  }
}

function isBefore(left: Head | undefined, right: Head | undefined): boolean {
  return left !== undefined && right !== undefined && compareUtf8(left.line, right.line) < 0;
}
