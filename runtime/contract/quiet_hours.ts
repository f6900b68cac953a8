// Times of the day in which people are not to be disturbed, by the clock on their wall. Pure: the time is a parameter.

/** From one minute of the day to another, which is left out: `22:00` to `07:00` goes over midnight. `timezone` is a name
 *  of the time zone database. */
export type QuietHours = { readonly from: string; readonly to: string; readonly timezone: string };

/** True while they last. In a night in which clocks are set back the hour that comes twice counts both times. */
export function isQuiet({ from, to, timezone }: QuietHours, atMs: number): boolean {
  const clock = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(timezone);
  const minute = clock.hour * 60 + clock.minute;
  const [start, end] = [minuteOf(from), minuteOf(to)];
  return start < end ? start <= minute && minute < end : minute >= start || minute < end;
}

/** The first whole minute from `atMs` on that is not quiet, or `atMs` itself: in milliseconds since 1970. */
export function endOfQuiet(quiet: QuietHours, atMs: number): number {
  if (!isQuiet(quiet, atMs)) return atMs;
  // Minute by minute, since clocks go through some hours twice and leave others out.
  let at = Math.floor(atMs / 60_000) * 60_000;
  while (isQuiet(quiet, at)) at += 60_000;
  return at;
}

function minuteOf(clock: string): number {
  const [hour = 0, minute = 0] = clock.split(":").map(Number);
  return hour * 60 + minute;
}
