// How long each stage took, and how far it is. The clock is a parameter.
import type { RunEvent } from "../contract/events.ts";
import type { StageTime } from "../contract/version.ts";

export interface StageClock {
  /** More items are known to come. */
  expect(items: number): void;
  /** Items taken over without computing. */
  reused(itemsIn: number, itemsOut: number): void;
  /** One piece of work done: it started at `startedMs`. */
  computed(startedMs: number, itemsIn: number, itemsOut: number): void;
  time(): StageTime;
}

export type ClockOptions = {
  readonly id: string;
  /** Milliseconds from any fixed point. */
  readonly now: () => number;
  readonly emit: (event: RunEvent) => void;
};

/** Progress events come at most this often, in milliseconds. */
const progressEveryMs = 100;
/** The rate is that of about this many last milliseconds. */
const rateWindowMs = 5_000;

export function createStageClock({ id, now, emit }: ClockOptions): StageClock {
  const sum = { itemsIn: 0, itemsOut: 0, computed: 0, reused: 0 };
  const progress = { done: 0, total: 0, saidAt: 0 };
  const marks: { readonly at: number; readonly done: number }[] = [];
  let first = Infinity;
  let last = -Infinity;
  let busy = 0;

  function say(at: number): void {
    if (at - progress.saidAt < progressEveryMs && progress.done < progress.total) return;
    progress.saidAt = at;
    marks.push({ at, done: progress.done });
    while (marks.length > 2 && at - (marks[0]?.at ?? at) > rateWindowMs) marks.shift();
    emit({ event: "progress", stage: id, done: progress.done, total: progress.total, rate: rateOf(marks, at, first) });
  }
  function done(itemsIn: number, itemsOut: number): void {
    sum.itemsIn += itemsIn;
    sum.itemsOut += itemsOut;
    progress.done += itemsIn;
  }
  return {
    expect(items) {
      progress.total += items;
    },
    reused(itemsIn, itemsOut) {
      done(itemsIn, itemsOut);
      sum.reused += itemsIn;
    },
    computed(startedMs, itemsIn, itemsOut) {
      const at = now();
      first = Math.min(first, startedMs);
      last = Math.max(last, at);
      busy += at - startedMs;
      done(itemsIn, itemsOut);
      sum.computed += itemsIn;
      say(at);
    },
    time: () => ({ id, ...sum, seconds: last < first ? 0 : seconds(last - first), busySeconds: seconds(busy) }),
  };
}

function rateOf(marks: readonly { readonly at: number; readonly done: number }[], at: number, first: number): number {
  const oldest = marks[0] ?? { at: first, done: 0 };
  const newest = marks.at(-1) ?? oldest;
  const since = marks.length < 2 ? at - first : newest.at - oldest.at;
  const items = marks.length < 2 ? newest.done : newest.done - oldest.done;
  return since <= 0 ? 0 : Math.round((items / since) * 10_000) / 10;
}

function seconds(ms: number): number {
  return Math.round(ms) / 1000;
}
