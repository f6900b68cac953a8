// Gives items the facts that a dataset step, which ran aside, found for them or for what they were made from.
import type { Facts } from "../contract/item.ts";
import type { Cell, Column } from "../contract/version.ts";
import type { Chunks } from "../store/chunks.ts";
import { type Entry, entryOf, lineOf, type StoredItem } from "./entry.ts";
import type { Parent } from "./parent.ts";

export type JoinDeps = { readonly parent: Parent; readonly chunks: Chunks };

/** The cell of joined entries: those of `items`, with the facts of these names from `from`. */
export async function joinCells(
  { parent, chunks }: JoinDeps,
  column: Column,
  items: Cell,
  from: Cell,
  facts: readonly string[],
): Promise<Cell> {
  const known = parent.cell(column, items, from);
  if (known !== undefined) return known;
  const found = new Map((await chunks.get(from.digest)).map((line) => {
    const entry = entryOf(line);
    return [entry.key, entry] as const;
  }));
  const entries = (await chunks.get(items.digest)).map(entryOf).filter((entry) => entry.items.length > 0);
  const joined = entries.map((entry) => joinEntry(entry, found.get(entry.key)?.items ?? [], facts));
  return { digest: await chunks.put(joined.map(lineOf)), items: items.items };
}

function joinEntry(entry: Entry, from: readonly StoredItem[], names: readonly string[]): Entry {
  const items = entry.items.map((item) => ({
    ...item,
    facts: { ...item.facts, ...factsFor(item.child, from, names) },
  }));
  return { key: entry.key, input: entry.input, items, losses: [], notes: [] };
}

/** The facts of the item itself or of the one it was made from: `crop1.flip` was made from `crop1`, and that from "". */
function factsFor(child: string, from: readonly StoredItem[], names: readonly string[]): Facts {
  const source = from.find((one) => one.child === "" || one.child === child || child.startsWith(`${one.child}.`));
  return Object.fromEntries(names.flatMap((name) => {
    const value = source?.facts[name];
    return value === undefined ? [] : [[name, value]];
  }));
}
