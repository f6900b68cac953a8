// The version that a run builds on: which of its results can be taken over, shard by shard and record by record.
import { compareUtf8, type Digest } from "../contract/json.ts";
import type { Cell, Column, Counts, ShardRow, Version } from "../contract/version.ts";
import type { Chunks } from "../store/chunks.ts";
import { type Entry, entryOf } from "./entry.ts";

/** A slice of the keys, both ends included. */
export type KeyRange = { readonly first: string; readonly last: string };

export interface Parent {
  readonly records: number;
  /** True when the parent had this very stage. */
  had(column: Column): boolean;
  /** What the parent's stage made of its input cells, if it was the same stage and saw the same ones. */
  cell(column: Column, ...inputs: readonly Cell[]): Cell | undefined;
  /** The parent's entries of that stage within a range, by key; empty when it was another stage. */
  entries(column: Column, range: KeyRange): Promise<ReadonlyMap<string, Entry>>;
  /** The parent's listing lines within a range, by key. */
  listing(range: KeyRange): Promise<ReadonlyMap<string, string>>;
  /** True when a chunk of the listing is in the parent too. */
  listed(chunk: Digest): boolean;
  /** What the parent's ledger column made of the cells before it. */
  ledger(
    cells: readonly Cell[],
    columns: readonly Column[],
  ): { readonly cell: Cell; readonly counts: Counts } | undefined;
  /** Cells of a column in key order, by its name alone. */
  column(name: string): readonly Cell[] | undefined;
  /** What the shard of a cell lost, as `step/reason`; `undefined` when the parent has no such cell. */
  losses(cell: Cell): readonly string[] | undefined;
}

/** No parent: nothing can be taken over. */
export const noParent: Parent = {
  records: 0,
  had: () => false,
  cell: () => undefined,
  entries: () => Promise.resolve(new Map()),
  listing: () => Promise.resolve(new Map()),
  listed: () => false,
  ledger: () => undefined,
  column: () => undefined,
  losses: () => undefined,
};

/** Reads the shard table of a version; the table stays in memory (about a kilobyte for 256 records). */
export async function openParent(version: Version, chunks: Chunks): Promise<Parent> {
  const rows: ShardRow[] = [];
  for await (const line of chunks.readList(version.shards)) rows.push(JSON.parse(line));
  const indexes = version.columns.map(({ inputs }, index) => indexOfInputs(rows, index, inputs));
  const ledgerIndex = new Map(rows.map((row) => [cellsKey(row.cells.slice(0, -1)), row]));

  const lossesBy = once(() => lossesByCell(rows));

  const at = (column: Column) => {
    const index = version.columns.findIndex(({ name }) => name === column.name);
    return index > 0 && version.columns[index]?.key === column.key ? index : undefined;
  };
  const overlapping = ({ first, last }: KeyRange) =>
    rows.slice(firstEndingAt(rows, first), firstStartingAfter(rows, last));

  async function linesOf(range: KeyRange, index: number): Promise<string[]> {
    const found: string[] = [];
    for (const row of overlapping(range)) {
      const cell = row.cells[index];
      if (cell !== undefined) found.push(...await chunks.get(cell.digest));
    }
    return found;
  }

  return {
    records: rows.reduce((sum, row) => sum + row.counts.records, 0),
    had: (column) => at(column) !== undefined,
    cell(column, ...inputs) {
      const index = at(column);
      const cell = index === undefined ? undefined : indexes[index]?.get(cellsKey(inputs));
      return cell?.unsettled ? undefined : cell;
    },
    async entries(column, range) {
      const index = at(column);
      if (index === undefined) return new Map();
      const entries = (await linesOf(range, index)).map(entryOf);
      return new Map(entries.map((entry) => [entry.key, entry]));
    },
    async listing(range) {
      const lines = await linesOf(range, 0);
      return new Map(lines.map((line) => [keyOfLine(line), line]));
    },
    listed: (chunk) => indexes[0]?.has(chunk) ?? false,
    ledger(cells, columns) {
      if (columns.length !== version.columns.length - 1) return undefined;
      if (columns.some((column, index) => column.key !== version.columns[index]?.key)) return undefined;
      const row = ledgerIndex.get(cellsKey(cells));
      const cell = row?.cells.at(-1);
      return row === undefined || cell === undefined ? undefined : { cell, counts: row.counts };
    },
    column(name) {
      const index = version.columns.findIndex((column) => column.name === name);
      return index < 0 ? undefined : rows.flatMap((row) => row.cells[index] ?? []);
    },
    losses: ({ digest }) => lossesBy().get(digest),
  };
}

/** The cells that a column was made from -> the cell; for column 0 the listing's chunk itself. */
function indexOfInputs(
  rows: readonly ShardRow[],
  index: number,
  inputs: readonly number[] = [Math.max(0, index - 1)],
): ReadonlyMap<string, Cell> {
  const made = new Map<string, Cell>();
  for (const { cells } of rows) {
    const cell = cells[index];
    if (cell !== undefined) made.set(cellsKey(inputs.flatMap((input) => cells[input] ?? [])), cell);
  }
  return made;
}

function lossesByCell(rows: readonly ShardRow[]): ReadonlyMap<Digest, readonly string[]> {
  return new Map(rows.flatMap(({ cells, counts }) => {
    const losses = Object.keys(counts.losses);
    return cells.map(({ digest }) => [digest, losses] as const);
  }));
}

function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => made ??= make();
}

function cellsKey(cells: readonly Cell[]): string {
  return cells.map(({ digest }) => digest).join(" ");
}

function keyOfLine(line: string): string {
  const record: { readonly key: string } = JSON.parse(line);
  return record.key;
}

function firstEndingAt(rows: readonly ShardRow[], key: string): number {
  return firstWhere(rows, (row) => compareUtf8(row.last, key) >= 0);
}

function firstStartingAfter(rows: readonly ShardRow[], key: string): number {
  return firstWhere(rows, (row) => compareUtf8(row.first, key) > 0);
}

/** Index of the first row for which a claim holds that, once true, stays true. */
function firstWhere(rows: readonly ShardRow[], holds: (row: ShardRow) => boolean): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const row = rows[middle];
    if (row !== undefined && holds(row)) high = middle;
    else low = middle + 1;
  }
  return low;
}
