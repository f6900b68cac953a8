// How far a verification is: one line that moves in a terminal, a line now and then in a log.
import type { Verified } from "../contract/verified.ts";
import type { Context } from "./context.ts";
import { createLiveLines } from "./live.ts";
import { bytes, count, fitted } from "./text.ts";

export interface VerifyProgress {
  readonly show: (sofar: Verified) => void;
  readonly clear: () => void;
}

const drawEveryMs = 100;
const sayEveryMs = 5_000;

export function createVerifyProgress({ terminal: { err, size }, now }: Context, silent: boolean): VerifyProgress {
  const live = createLiveLines(err);
  const startedMs = now();
  let saidMs = startedMs;
  const everyMs = err.isTerminal ? drawEveryMs : sayEveryMs;
  return {
    show(sofar) {
      const atMs = now();
      if (silent || atMs - saidMs < everyMs) return;
      saidMs = atMs;
      const line = lineOf(sofar, (atMs - startedMs) / 1000);
      if (err.isTerminal) live.draw([fitted(line, size().columns - 1)]);
      else err.write(`${line}\n`);
    },
    clear: live.clear,
  };
}

function lineOf({ chunks, blobs, bytes: read }: Verified, seconds: number): string {
  return `verifying  ${count(chunks)} chunks  ${count(blobs)} blobs  ${bytes(read)}  ${speed(read, seconds)}`;
}

/** Of reading and hashing: `480 MB/s`. */
export function speed(read: number, seconds: number): string {
  return `${bytes(seconds > 0 ? read / seconds : 0)}/s`;
}
