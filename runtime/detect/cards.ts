// The folder of built-in model cards: the registry of models is what lies in it.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { InputError, messageOf } from "../contract/errors.ts";
import { type Card, parseCard } from "./card.ts";

export interface Cards {
  readonly folder: string;
  /** Sorted. */
  names(): Promise<readonly string[]>;
  /** Throws `InputError` for an unknown name, which lists those that are known. */
  read(name: string): Promise<Card>;
  all(): Promise<readonly Card[]>;
}

export function createCards(folder: string): Cards {
  const names = async () => {
    const files = await readdir(folder);
    return files.filter((file) => file.endsWith(".yaml")).map((file) => file.slice(0, -".yaml".length)).sort();
  };
  const read = async (name: string) => {
    const known = await names();
    if (known.includes(name)) return await readCard(join(folder, `${name}.yaml`));
    const list = known.join(", ");
    throw new InputError(`Cannot find the model "${name}": there is no card of that name, only ${list}`);
  };
  return { folder, names, read, all: async () => await Promise.all((await names()).map(read)) };
}

/** Throws `InputError`. */
export async function readCard(path: string): Promise<Card> {
  const text = await readFile(path, "utf8").catch((cause) => {
    const what = cause?.code === "ENOENT" ? "there is no such file" : messageOf(cause);
    throw new InputError(`Cannot read the model card "${path}": ${what}`, [], { cause });
  });
  return parseCard(text, path);
}
