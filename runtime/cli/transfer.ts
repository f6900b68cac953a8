// Shows how far a download is: one live line in a terminal, a line now and then elsewhere.
import type { Progress } from "../detect/download.ts";
import { type Context, styleFor } from "./context.ts";
import { createLiveLines } from "./live.ts";
import type { Paint } from "./paint.ts";
import { bytes, fitted, plain, roughly } from "./text.ts";

export interface TransferTrack {
  readonly progress: Progress;
  /** Takes the live line away. */
  close(): void;
}

/** Bytes so far, in all when that is known, and a second. */
export type Transfer = { readonly done: number; readonly total: number | undefined; readonly rate: number };

const drawEveryMs = 100;
const sayEveryMs = 3_000;
/** The rate is that of about this many last milliseconds. */
const windowMs = 5_000;

export function trackTransfer(name: string, color: boolean, context: Context): TransferTrack {
  const { terminal: { err, size }, now } = context;
  const { paint } = styleFor(err, context, color);
  const live = createLiveLines(err);
  const rate = createRate(now);
  const everyMs = err.isTerminal ? drawEveryMs : sayEveryMs;
  let saidAt = err.isTerminal ? -Infinity : now();
  let last = 0;
  return {
    progress(done, total) {
      if (done < last) say(paint.yellow("The connection broke; starting again"));
      last = done;
      const transfer = { done, total, rate: rate(done) };
      if (now() - saidAt < everyMs) return;
      saidAt = now();
      if (err.isTerminal) live.draw([transferLine(name, transfer, size().columns - 1, paint)]);
      else err.write(`${transferText(name, transfer)}\n`);
    },
    close: live.clear,
  };
  function say(text: string): void {
    live.clear();
    err.write(`${text}\n`);
  }
}

function createRate(now: () => number): (done: number) => number {
  let marks: { readonly at: number; readonly done: number }[] = [{ at: now(), done: 0 }];
  return (done) => {
    const at = now();
    if (done < (marks.at(-1)?.done ?? 0)) marks = [];
    marks.push({ at, done });
    while (marks.length > 2 && at - (marks[0]?.at ?? at) > windowMs) marks.shift();
    const first = marks[0] ?? { at, done };
    return at > first.at ? (done - first.done) * 1000 / (at - first.at) : 0;
  };
}

const barWidth = 24;

/** `yolox-nano  ━━━━━━────  1.2 MB of 3.7 MB  2.3 MB/s  1 s left`, at most `width` columns. */
export function transferLine(name: string, transfer: Transfer, width: number, paint: Paint): string {
  const { done, total } = transfer;
  const text = transferText(name, transfer);
  if (total === undefined || total === 0 || text.length + barWidth + 2 > width) return fitted(text, width);
  const filled = Math.min(barWidth, Math.floor(done / total * barWidth));
  const bar = paint.cyan("━".repeat(filled)) + paint.dim("─".repeat(barWidth - filled));
  return `${plain(name)}  ${bar}${text.slice(plain(name).length)}`;
}

/** The same without the bar, for logs. */
export function transferText(name: string, { done, total, rate }: Transfer): string {
  const left = total === undefined || rate <= 0 || done >= total ? undefined : (total - done) / rate;
  return [
    plain(name),
    total === undefined ? bytes(done) : `${bytes(done)} of ${bytes(total)}`,
    ...rate > 0 ? [`${bytes(rate)}/s`] : [],
    ...left === undefined ? [] : [`${roughly(left)} left`],
  ].join("  ");
}
