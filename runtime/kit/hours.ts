// Hours of the day, over midnight too, on certain days of the week. Pure.

export const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = typeof weekdays[number];

/** Minutes since midnight: from, and to, which is left out. `from` is above `to` where midnight lies between. */
export type HourSpan = { readonly from: number; readonly to: number };

const pattern = /^([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|(24):(00))$/;

/** Reads `22:00-06:00`; `undefined` for anything else, also for a span that ends where it begins. */
export function readHours(text: string): HourSpan | undefined {
  const [, fromHour, fromMinute, ...rest] = pattern.exec(text) ?? [];
  const [toHour, toMinute] = rest.filter((part) => part !== undefined);
  const from = Number(fromHour) * 60 + Number(fromMinute);
  const to = Number(toHour) * 60 + Number(toMinute);
  return Number.isNaN(from) || Number.isNaN(to) || from === to ? undefined : { from, to };
}

/** Whether a moment of the local clock lies in a span. What lies behind midnight belongs to the day before: `22:00-06:00`
 *  on `fri` lasts until six on Saturday. `weekday` is 0 on Monday. */
export function isWithinHours(
  { from, to }: HourSpan,
  days: readonly Weekday[] | undefined,
  { minute, weekday }: { readonly minute: number; readonly weekday: number },
): boolean {
  const isOn = (day: number) => days === undefined || days.some((name) => weekdays.indexOf(name) === (day + 7) % 7);
  if (from < to) return minute >= from && minute < to && isOn(weekday);
  return minute >= from ? isOn(weekday) : minute < to && isOn(weekday - 1);
}
