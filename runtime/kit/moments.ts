// Moments as people write them, in UTC and at the place where something was seen. Pure: there is no clock here.

/** Seconds since 1970 as ISO 8601 in UTC: `2026-11-21T09:30:00Z`, with milliseconds where `digits` is 3. */
export function utcText(unix: number, digits: 0 | 3 = 0): string {
  const text = new Date(Math.round(unix * 1000)).toISOString();
  return digits === 3 ? text : text.replace(/\.\d+Z$/, "Z");
}

/** The same moment as clocks in a time zone show it: `2026-11-21T10:30:00+01:00`. */
export function localText(unix: number, zone: string, digits: 0 | 3 = 0): string {
  const offset = offsetAt(unix, zone);
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 3600), Math.floor(Math.abs(offset) % 3600 / 60)];
  const sign = offset < 0 ? "-" : "+";
  return `${utcText(unix + offset, digits).slice(0, -1)}${sign}${twoDigits(hours)}:${twoDigits(minutes)}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}

/** How many seconds clocks in a time zone are ahead of UTC at a moment. Throws `RangeError` for an unknown zone. */
export function offsetAt(unix: number, zone: string): number {
  const instant = Temporal.Instant.fromEpochMilliseconds(Math.round(unix * 1000));
  return instant.toZonedDateTimeISO(zone).offsetNanoseconds / 1e9;
}

/** Whether a name is one of the time zone database, such as `Europe/Rome`. An offset such as `+01:00` is none: it knows no
 *  summer time. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    offsetAt(0, name);
    return true;
  } catch (thrown) {
    if (thrown instanceof RangeError) return false;
    throw thrown;
  }
}

const dayMinutes = 24 * 60;

/** Minutes since midnight, 0 to 1439, and the day of the week, 0 for Monday, as a local clock and calendar show them. */
export function clockAt(unix: number, zone: string): { readonly minute: number; readonly weekday: number } {
  const minutes = Math.floor((unix + offsetAt(unix, zone)) / 60);
  const day = Math.floor(minutes / dayMinutes);
  return { minute: minutes - day * dayMinutes, weekday: (((day + 3) % 7) + 7) % 7 };
}
