// Reads the values of options. Throws what the command line shows next to the option's name.
import { InvalidArgumentError } from "commander";

/** Adds `name=value` to what earlier `--set` gave. The value may be empty and may hold `=`. */
export function setting(text: string, before: Readonly<Record<string, string>>): Record<string, string> {
  const at = text.indexOf("=");
  const name = text.slice(0, at).trim();
  if (at < 1 || name === "") throw new InvalidArgumentError("It needs a name and a value, such as train=90.");
  if (Object.hasOwn(before, name)) throw new InvalidArgumentError(`"${name}" is set twice.`);
  return { ...before, [name]: text.slice(at + 1) };
}

export function atLeastOne(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < 1) {
    throw new InvalidArgumentError("It must be a whole number, 1 or more.");
  }
  return value;
}

export function workers(text: string): number {
  const value = atLeastOne(text);
  if (value > 1_024) throw new InvalidArgumentError("It must be 1024 or less.");
  return value;
}

/** `which`: a number or a tag; the newest version when absent. */
export type DatasetName = { readonly dataset: string; readonly which?: number | string };

/** `motogp`, `motogp@latest`, `motogp@3`, `motogp@v3` or `motogp@best`. */
export function datasetName(text: string): DatasetName {
  const [, dataset, version] = /^([^@]+)(?:@(.*))?$/.exec(text) ?? [];
  if (dataset === undefined) throw new InvalidArgumentError("It needs a dataset's name, such as motogp or motogp@3.");
  if (version === undefined || version === "latest") return { dataset };
  const [, number] = /^v?([1-9]\d{0,8})$/.exec(version) ?? [];
  if (number !== undefined) return { dataset, which: Number(number) };
  if (/^[a-z][a-z0-9._-]*$/.test(version)) return { dataset, which: version };
  throw new InvalidArgumentError("A version is a number, a tag or `latest`, such as motogp@3.");
}

/** `3`, `v3` or a tag. */
export function versionNumber(text: string): number | string {
  const { which } = datasetName(`any@${text}`);
  if (which === undefined) throw new InvalidArgumentError("It needs a number or a tag, such as 3.");
  return which;
}

export function portNumber(text: string): number {
  const value = Number(text);
  if (!/^\d{1,5}$/.test(text) || value > 65_535) throw new InvalidArgumentError("It must be a port, 0 to 65535.");
  return value;
}

export function milliseconds(text: string): number {
  const value = Number(text);
  if (!/^\d{1,6}$/.test(text) || value > 600_000) {
    throw new InvalidArgumentError("It must be 0 to 600000 milliseconds.");
  }
  return value;
}

/** A share such as a score: 0 to 1. */
export function share(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value <= 1)) throw new InvalidArgumentError("It must be from 0 to 1.");
  return value;
}

/** `person,dog`: names with commas between. */
export function nameList(text: string): readonly string[] {
  const names = text.split(",").map((name) => name.trim()).filter((name) => name !== "");
  if (names.length === 0) throw new InvalidArgumentError("It needs names with commas between, such as person,dog.");
  return names;
}

/** `640x480`, or `640` for a square: width and height in pixels. */
export function pixelSize(text: string): readonly [number, number] {
  const [, width, height = width] = /^(\d{1,4})(?:x(\d{1,4}))?$/.exec(text) ?? [];
  if (!(Number(width) > 0 && Number(height) > 0)) {
    throw new InvalidArgumentError("It needs width and height in pixels, such as 640x480.");
  }
  return [Number(width), Number(height)];
}

/** 64 hexadecimal digits. */
export function sha256(text: string): string {
  const digest = text.toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(digest)) throw new InvalidArgumentError("It must be 64 hexadecimal digits.");
  return digest;
}

export function sessions(text: string): number {
  const value = atLeastOne(text);
  if (value > 256) throw new InvalidArgumentError("It must be 256 or less.");
  return value;
}

const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90s`, `30m`, `24h`, `7d` or 0, in milliseconds. */
export function lengthOfTime(text: string): number {
  const [, number, unit = ""] = /^(\d{1,6}(?:\.\d+)?)([smhd])$/.exec(text) ?? [];
  if (text === "0") return 0;
  if (number === undefined) throw new InvalidArgumentError("It must be a length of time, such as 30m, 24h or 7d.");
  return Number(number) * (unitMs[unit] ?? 0);
}
