// Shows how far a command is with things that it counts: a live line in a terminal, a line now and then elsewhere.
import { type Context, styleFor } from "./context.ts";
import { createLiveLines } from "./live.ts";
import { liveLines, plainLine } from "./progress.ts";

export interface Counting {
  /** One more is done. */
  step(): void;
  /** So many are done, of so many. */
  reach(done: number, total: number): void;
  /** There are so many in all. */
  expect(total: number): void;
  /** Takes the live line away. */
  close(): void;
}

const drawEveryMs = 100;
const sayEveryMs = 5_000;

export function countingProgress(name: string, total: number, color: boolean, context: Context): Counting {
  const { terminal: { err, size }, now } = context;
  const { paint } = styleFor(err, context, color);
  const live = createLiveLines(err);
  const everyMs = err.isTerminal ? drawEveryMs : sayEveryMs;
  const startedMs = now();
  let saidAt = startedMs;
  let all = total;
  let done = 0;
  const show = () => {
    const at = now();
    if (at - saidAt < everyMs) return;
    saidAt = at;
    const rate = done * 1000 / (at - startedMs);
    const progress = { event: "progress", stage: name, done, total: all, rate } as const;
    if (err.isTerminal) live.draw(liveLines([progress], size().columns - 1, paint));
    else err.write(`${plainLine(progress)}\n`);
  };
  return {
    expect: (number) => void (all = number),
    step() {
      done++;
      show();
    },
    reach(number, total) {
      [done, all] = [number, total];
      show();
    },
    close: live.clear,
  };
}
