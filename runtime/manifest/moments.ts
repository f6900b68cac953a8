// Times as manifests write them: cron expressions and time zones. Only their form; triggers say what they mean.

const months = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec";
const days = "sun|mon|tue|wed|thu|fri|sat";

type Field = { readonly low: number; readonly high: number; readonly names: RegExp };

const noNames = /^(?!)/;
const fields: readonly Field[] = [
  { low: 0, high: 59, names: noNames },
  { low: 0, high: 23, names: noNames },
  { low: 1, high: 31, names: noNames },
  { low: 1, high: 12, names: new RegExp(`^(${months})$`, "i") },
  { low: 0, high: 7, names: new RegExp(`^(${days})$`, "i") },
];

/** True for five fields of numbers, names, `*`, ranges, lists and steps. */
export function isCron(text: string): boolean {
  const parts = text.trim().split(/\s+/);
  return parts.length === fields.length &&
    fields.every((field, index) => (parts[index] ?? "").split(",").every((part) => isPart(field, part)));
}

function isPart(field: Field, part: string): boolean {
  const [range = "", every, ...rest] = part.split("/");
  if (rest.length > 0 || every !== undefined && !/^[1-9]\d{0,3}$/.test(every)) return false;
  if (range === "*") return true;
  const [from = "", to, ...more] = range.split("-");
  return more.length === 0 && isValue(field, from) && (to === undefined || isValue(field, to));
}

function isValue({ low, high, names }: Field, text: string): boolean {
  return names.test(text) || /^\d{1,2}$/.test(text) && Number(text) >= low && Number(text) <= high;
}

/** True for a time zone that this machine knows. */
export function isTimezone(text: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: text });
    return true;
  } catch {
    return false;
  }
}
