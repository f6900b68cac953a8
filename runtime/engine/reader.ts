// Reads a published version: its shards, items, ledger and files, and all that is known of one record.
import { compareUtf8 } from "../contract/json.ts";
import { InputError } from "../contract/errors.ts";
import type { Item, LedgerLine, SourceRecord } from "../contract/item.ts";
import type { Column, Ref, ShardRow, TreeEntry, Version } from "../contract/version.ts";
import type { DatasetStorage } from "../store/open.ts";
import { ranges } from "../store/ranges.ts";
import { type Entry, entryOf } from "./entry.ts";
import { entryOfLine } from "./exporting.ts";
import { viewOf } from "./whole.ts";

/** What each stage made of one record, in order. */
export type StageTrace = {
  readonly column: Column;
  readonly entry: Entry;
  /** How many items it was made from; absent for admission. */
  readonly itemsIn?: number;
};

export type RecordTrace = {
  readonly line: LedgerLine;
  /** The record as the source listed it. */
  readonly record: SourceRecord;
  readonly stages: readonly StageTrace[];
};

export interface DatasetReader {
  readonly number: number;
  readonly ref: Ref;
  readonly version: Version;
  /** In key order. */
  rows(): AsyncIterable<ShardRow>;
  items(): AsyncIterable<Item>;
  ledger(): AsyncIterable<LedgerLine>;
  /** Sorted by path. */
  files(): AsyncIterable<TreeEntry>;
  /** Everything known of the record with this key; `undefined` when the version has none. */
  find(key: string): Promise<RecordTrace | undefined>;
}

/** Opens a version by its number or a tag, the newest when neither is given. Throws `InputError` when there is none. */
export async function openDataset(
  storage: DatasetStorage,
  dataset: string,
  which?: number | string,
): Promise<DatasetReader> {
  const found = await refOf(storage, dataset, which);
  if (found === undefined) throw await absent(storage, dataset, which);
  const version = await storage.versions.get(dataset, found.ref.version);
  const { chunks } = storage;
  async function* rows(): AsyncGenerator<ShardRow> {
    for await (const line of chunks.readList(version.shards)) yield JSON.parse(line);
  }
  return {
    ...found,
    version,
    rows,
    async *items() {
      for await (const row of rows()) yield* viewOf(chunks, row.cells.slice(-2, -1)).scan();
    },
    async *ledger() {
      for await (const row of rows()) {
        const cell = row.cells.at(-1);
        if (cell !== undefined) { for (const line of await chunks.get(cell.digest)) yield JSON.parse(line); }
      }
    },
    async *files() {
      for await (const line of chunks.readList(version.tree)) yield entryOfLine(line);
    },
    async find(key) {
      for await (const row of rows()) {
        if (compareUtf8(row.last, key) < 0) continue;
        return compareUtf8(row.first, key) > 0 ? undefined : await trace(storage, version, row, key);
      }
      return undefined;
    },
  };
}

/** The ref of a version by number or tag, or of the newest. */
export async function refOf(storage: DatasetStorage, dataset: string, which?: number | string) {
  if (which === undefined) return await storage.refs.head(dataset);
  if (typeof which === "number") return await numbered(storage, dataset, which);
  const tag = await storage.tags.get(dataset, which);
  return tag?.number === undefined ? undefined : await numbered(storage, dataset, tag.number);
}

async function numbered({ refs }: DatasetStorage, dataset: string, number: number) {
  const ref = await refs.get(dataset, number);
  return ref === undefined ? undefined : { number, ref };
}

async function absent(
  storage: DatasetStorage,
  dataset: string,
  which: number | string | undefined,
): Promise<InputError> {
  const numbers = await Array.fromAsync(storage.refs.history(dataset), ({ number }) => number);
  const what = which === undefined
    ? `"${dataset}"`
    : `${typeof which === "number" ? `v${which}` : `the tag "${which}"`} of "${dataset}"`;
  const there = numbers.length === 0 || which === undefined
    ? await knownDatasets(storage)
    : await knownVersions(storage, dataset, numbers, which);
  return new InputError(`Cannot find ${what} in ${storage.store.place}: ${there}`);
}

async function knownDatasets({ refs }: DatasetStorage): Promise<string> {
  const known = await Array.fromAsync(refs.datasets(), (name) => `"${name}"`);
  return known.length === 0 ? "the store is empty" : `the store has ${known.join(", ")}`;
}

async function knownVersions(
  { tags }: DatasetStorage,
  dataset: string,
  numbers: readonly number[],
  which: number | string,
): Promise<string> {
  const number = typeof which === "number" ? which : (await tags.get(dataset, which))?.number;
  const there = `the store has "${dataset}", ${ranges(numbers)}`;
  if (number === undefined) {
    const known = await Array.fromAsync(tags.list(dataset), ({ name }) => `"${name}"`);
    return known.length === 0 ? "it has no tags" : `its tags are ${known.join(", ")}`;
  }
  const expired = number < (numbers.at(-1) ?? 0);
  const gone = typeof which === "number" ? "it has expired" : `it led to v${number}, which has expired`;
  return expired ? `${gone}, and a clean-up removed it; there is ${ranges(numbers)}` : there;
}

async function trace(
  { chunks }: DatasetStorage,
  version: Version,
  row: ShardRow,
  key: string,
): Promise<RecordTrace | undefined> {
  const lines = await Promise.all(row.cells.map(async ({ digest }) => lineWithKey(await chunks.get(digest), key)));
  const record = lines[0];
  const line = lines.at(-1);
  if (record === undefined || line === undefined) return undefined;
  const stages = version.columns.slice(1, -1).flatMap((column, index) => {
    const text = lines[index + 1];
    const from = lines[column.inputs?.[0] ?? index];
    return text === undefined ? [] : [{ column, entry: entryOf(text), ...itemsIn(index === 0 ? undefined : from) }];
  });
  return { record: JSON.parse(record), line: JSON.parse(line), stages };
}

function itemsIn(line: string | undefined): { readonly itemsIn?: number } {
  return line === undefined ? {} : { itemsIn: entryOf(line).items.length };
}

function lineWithKey(lines: readonly string[], key: string): string | undefined {
  const quoted = JSON.stringify(key);
  return lines.find((line) => line.includes(quoted) && keyOf(line) === key);
}

function keyOf(line: string): string {
  const value: { readonly key: string } = JSON.parse(line);
  return value.key;
}
