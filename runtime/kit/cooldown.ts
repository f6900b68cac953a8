// When a hit may be told, so that people hear of one rule and camera at most once in a while. Pure.

/** Seconds since 1970 from which each of these hits may be told. The first is told at once and starts a window of
 *  `length` seconds; hits in it are told together at its end, which starts the next. Adding later hits changes nothing for
 *  those before. `times` are sorted. */
export function toldAt(times: readonly number[], length: number): number[] {
  let start = -Infinity;
  let hasMore = false;
  return times.map((time) => {
    if (time < start + length) {
      hasMore = true;
      return start + length;
    }
    const follows = hasMore && time < start + 2 * length;
    start = follows ? start + length : time;
    hasMore = follows;
    return follows ? start + length : time;
  });
}
