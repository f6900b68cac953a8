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

export type DatasetName = { readonly dataset: string; readonly number?: number };

/** `motogp`, `motogp@latest`, `motogp@3` or `motogp@v3`. */
export function datasetName(text: string): DatasetName {
  const [, dataset, version] = /^([^@]+)(?:@(.*))?$/.exec(text) ?? [];
  if (dataset === undefined) throw new InvalidArgumentError("It needs a dataset's name, such as motogp or motogp@3.");
  if (version === undefined || version === "latest") return { dataset };
  const [, number] = /^v?([1-9]\d{0,8})$/.exec(version) ?? [];
  if (number === undefined) throw new InvalidArgumentError("A version is a number or `latest`, such as motogp@3.");
  return { dataset, number: Number(number) };
}
