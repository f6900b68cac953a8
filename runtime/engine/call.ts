// The one place from which plugins are called: time limits, retries, and who failed at what.
import { FramewrightError, ItemError, messageOf, PluginError, TransientError } from "../contract/errors.ts";

/** Who is called, to do what, on which item; for messages and for the watchdog. */
export type Who = {
  readonly plugin: string;
  readonly phase: string;
  readonly item?: string;
  /** True for what may take as long as it needs, such as a download. */
  readonly untimed?: true;
};

export type CallOptions = {
  readonly timeoutMs: number;
  readonly retries: number;
  /** Told before each call, so that a call that never gives control back can be named from outside. */
  readonly entering: (who: Who) => void;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly random: () => number;
};

/** Calls a plugin. Expected errors keep their fate; anything else becomes a `PluginError` that names the plugin,
 *  the phase and the item. A `TransientError` is tried again, after a pause that doubles, with jitter. */
export type Call = <T>(who: Who, signal: AbortSignal, body: (signal: AbortSignal) => T | Promise<T>) => Promise<T>;

export function createCall(options: CallOptions): Call {
  return async function call<T>(who: Who, signal: AbortSignal, body: (signal: AbortSignal) => T | Promise<T>) {
    for (let attempt = 1;; attempt++) {
      signal.throwIfAborted();
      try {
        return await once(options, who, signal, body);
      } catch (thrown) {
        if (!(thrown instanceof TransientError) || attempt > options.retries) throw attributed(who, thrown, signal);
        await options.sleep(pauseMs(thrown, attempt, options.random), signal);
      }
    }
  };
}

function pauseMs(error: TransientError, attempt: number, random: () => number): number {
  const backoff = Math.min(30_000, 200 * 2 ** (attempt - 1)) * (0.5 + random());
  return Math.max(backoff, error.retryAfterMs ?? 0);
}

async function once<T>(
  options: CallOptions,
  who: Who,
  signal: AbortSignal,
  body: (signal: AbortSignal) => T | Promise<T>,
): Promise<T> {
  options.entering(who);
  const limit = new AbortController();
  const result = body(limit.signal);
  if (!(result instanceof Promise) || who.untimed) return result;
  return await withTimeLimit(result, limit, signal, () => tookTooLong(who, options.timeoutMs), options.timeoutMs);
}

function withTimeLimit<T>(
  result: Promise<T>,
  limit: AbortController,
  signal: AbortSignal,
  error: () => Error,
  timeoutMs: number,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const end = (reason: unknown) => {
      limit.abort(reason);
      reject(reason);
    };
    const onAbort = () => end(signal.reason);
    const timer = setTimeout(() => end(error()), timeoutMs);
    signal.addEventListener("abort", onAbort, { once: true });
    result.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
    });
  });
}

function tookTooLong(who: Who, timeoutMs: number): ItemError {
  const text = `Cannot ${who.phase} with "${who.plugin}"${on(who)}: it took longer than ${timeoutMs / 1000} s`;
  return new ItemError("timeout", text);
}

function attributed(who: Who, thrown: unknown, signal: AbortSignal): unknown {
  if (thrown instanceof FramewrightError || (signal.aborted && thrown === signal.reason)) return thrown;
  const message = `Cannot ${who.phase} with "${who.plugin}"${on(who)}: the plugin failed with "${messageOf(thrown)}"`;
  return new PluginError(message, { cause: thrown });
}

function on(who: Who): string {
  return who.item === undefined ? "" : ` on "${who.item}"`;
}

/** The pause that real runs use. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    function onAbort() {
      clearTimeout(timer);
      reject(signal.reason);
    }
    signal.addEventListener("abort", onAbort, { once: true });
  });
}
