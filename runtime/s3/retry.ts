// Tries again what failed for a passing reason, ever more slowly, for a limited time.
import type { S3Address } from "./address.ts";
import { type Refusal, refusalOf, s3Error } from "./refusals.ts";

export type S3Limits = {
  /** How often a request is tried at most, and how long after the first try none is begun. */
  readonly tries: number;
  readonly totalMs: number;
  /** How long nothing may be heard of a request. An upload gets a second more for each 64 kB. */
  readonly silenceMs: number;
  /** The first pause at most, and any; a server may ask for longer ones. */
  readonly pauseMs: number;
  readonly longestPauseMs: number;
  /** Bytes of an object above which it is copied in parts, and of a part. */
  readonly copyBytes: number;
  readonly partBytes: number;
  /** Parts under way at once. */
  readonly parts: number;
  /** Objects in a page of a listing. */
  readonly page: number;
};

export const s3Limits: S3Limits = {
  tries: 10,
  totalMs: 60_000,
  silenceMs: 30_000,
  pauseMs: 100,
  longestPauseMs: 10_000,
  copyBytes: 5 * 2 ** 30,
  partBytes: 16 << 20,
  parts: 3,
  page: 1000,
};

export type RetryDeps = {
  readonly limits: S3Limits;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** From 0 to less than 1. */
  readonly random: () => number;
  /** Milliseconds from any fixed point. */
  readonly now: () => number;
};

/** Does `attempt` until it succeeds. `action` is what cannot be done when it does not, such as `write "a/b"`. */
export type Retry = <T>(
  action: string,
  attempt: (signal?: AbortSignal) => Promise<T>,
  signal?: AbortSignal,
) => Promise<T>;

/** Throws a `TransientError` when time or tries are used up, a `StoreError` for what does not pass, and anything that is
 *  no refusal as it is. */
export function createRetry(address: S3Address, { limits, sleep, random, now }: RetryDeps): Retry {
  const pauseAfter = (tries: number, { kind, retryAfterMs = 0 }: Refusal) => {
    const first = kind === "throttled" ? limits.pauseMs * 5 : limits.pauseMs;
    // From nothing to twice as long each time: those who failed together do not come back together.
    const jitter = random() * Math.min(limits.longestPauseMs, first * 2 ** (tries - 1));
    return retryAfterMs + jitter;
  };

  return async (action, attempt, signal) => {
    const deadline = now() + limits.totalMs;
    for (let tries = 1;; tries++) {
      signal?.throwIfAborted();
      try {
        return await attempt(signal);
      } catch (thrown) {
        if (signal?.aborted) throw signal.reason;
        const refusal = refusalOf(thrown);
        if (refusal === undefined) throw thrown;
        const pause = pauseAfter(tries, refusal);
        const over = tries >= limits.tries || now() + pause > deadline;
        if (!refusal.passing || over) throw s3Error(action, refusal, address, thrown);
        await sleep(pause, signal);
      }
    }
  };
}

/** Resolves after a while; rejects at once when told to stop. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}
