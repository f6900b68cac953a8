// `Retry-After`, and how long to wait between tries.

/** Milliseconds that a server asks to wait: seconds, or a date after `nowMs`, the time of day. */
export function retryAfterOf(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(text)) return Number(text) * 1000;
  const at = /^\s*[A-Za-z]{3,9},/.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}

/** Longest pause, in milliseconds: a server that asks for more is not asked again in this run. */
export const longestPauseMs = 30_000;

const firstPauseMs = 500;
const longestJitterMs = 10_000;

/** Milliseconds before try number `tries + 1`: from nothing to twice as long each time, so that those who failed together
 *  do not come back together, and never sooner than the server asks. */
export function pauseAfter(tries: number, retryAfterMs: number | undefined, random: () => number): number {
  return (retryAfterMs ?? 0) + random() * Math.min(longestJitterMs, firstPauseMs * 2 ** (tries - 1));
}
