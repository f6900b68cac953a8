// Walks the shard tables of two versions side by side and reads only what differs.
import { compareUtf8, type Digest } from "../contract/json.ts";
import type { ShardRow, Version } from "../contract/version.ts";
import type { Chunks } from "../store/chunks.ts";

/** The columns that versions of any pipelines have in common. */
export type TableColumn = "records" | "items" | "ledger";

/** A row of the shard table, as far as it is compared. */
export type TableRow =
  & { readonly first: string; readonly last: string; readonly cells: readonly Digest[] }
  & { readonly [column in TableColumn]: Digest };

/** In key order; it stays in memory, about half a kilobyte for 256 records. */
export type Table = readonly TableRow[];

export async function readTable(chunks: Chunks, version: Version): Promise<Table> {
  const rows: TableRow[] = [];
  for await (const line of chunks.readList(version.shards)) rows.push(tableRow(JSON.parse(line)));
  return rows;
}

/** What is compared of a row of the shard table. */
export function tableRow({ first, last, cells }: ShardRow): TableRow {
  const digests = cells.map(({ digest }) => digest);
  const [records = "", items = "", ledger = ""] = [digests[0], digests.at(-2), digests.at(-1)];
  return { first, last, cells: digests, records, items, ledger };
}

/** Lines of one key that differ, parsed; absent where a side has none. */
export type LinePair<T> = { readonly key: string; readonly before?: T; readonly after?: T };

/** Rows of both sides that cover the same stretch of keys, none of which any other row covers. */
type Segment = { readonly before: Table; readonly after: Table };

/** Segments with more rows are read one chunk after the other: they may be as long as the tables. */
const narrow = 8;
/** Segments that are read ahead. */
const ahead = 8;

/** Every key whose line in this column differs, in key order. Rows with equal chunks are not read, however the tables
 *  are cut. Lines are JSON objects with a `key`, in key order. */
export async function* differingLines<T extends { readonly key: string }>(
  chunks: Chunks,
  column: TableColumn,
  before: Table,
  after: Table,
): AsyncGenerator<LinePair<T>> {
  for await (const both of inTurn(segments(column, before, after), (segment) => sides<T>(chunks, column, segment))) {
    yield* mergedByKey(both.before, both.after);
  }
}

type Sides<T> = { readonly before: Lines<T>; readonly after: Lines<T> };
type Lines<T> = AsyncIterable<T> | Iterable<T>;

async function sides<T>(chunks: Chunks, column: TableColumn, { before, after }: Segment): Promise<Sides<T>> {
  if (before.length + after.length > narrow) {
    return { before: streamed(chunks, column, before), after: streamed(chunks, column, after) };
  }
  const read = (rows: Table) => Promise.all(rows.map((row) => chunks.get(row[column])));
  const [left, right] = await Promise.all([read(before), read(after)]);
  const [leftLines, rightLines] = [left.flat(), right.flat()];
  // Equal lines need not be parsed, and most are.
  const [inLeft, inRight] = [new Set(leftLines), new Set(rightLines)];
  return {
    before: leftLines.filter((line) => !inRight.has(line)).map((line): T => JSON.parse(line)),
    after: rightLines.filter((line) => !inLeft.has(line)).map((line): T => JSON.parse(line)),
  };
}

async function* streamed<T>(chunks: Chunks, column: TableColumn, rows: Table): AsyncGenerator<T> {
  for (const row of rows) {
    for (const line of await chunks.get(row[column])) yield JSON.parse(line);
  }
}

/** Pairs of stretches of both tables, in key order, without those whose chunks are equal. */
function* segments(column: TableColumn, before: Table, after: Table): Generator<Segment> {
  let [left, right] = [0, 0];
  while (left < before.length || right < after.length) {
    const [one, other] = [before[left], after[right]];
    if (one !== undefined && other !== undefined && one[column] === other[column]) {
      left++;
      right++;
      continue;
    }
    const [leftEnd, rightEnd] = endsOf(before, after, left, right);
    yield { before: before.slice(left, leftEnd), after: after.slice(right, rightEnd) };
    [left, right] = [leftEnd, rightEnd];
  }
}

/** Where the segment that starts at these rows ends on both sides. */
function endsOf(before: Table, after: Table, left: number, right: number): readonly [number, number] {
  const startsLeft = isFirst(before[left], after[right]);
  let last = (startsLeft ? before[left] : after[right])?.last ?? "";
  let [leftEnd, rightEnd] = startsLeft ? [left + 1, right] : [left, right + 1];
  for (;;) {
    const row = covers(before[leftEnd], last)
      ? before[leftEnd++]
      : covers(after[rightEnd], last)
      ? after[rightEnd++]
      : undefined;
    if (row === undefined) return [leftEnd, rightEnd];
    if (compareUtf8(row.last, last) > 0) last = row.last;
  }
}

function isFirst(left: TableRow | undefined, right: TableRow | undefined): boolean {
  return left !== undefined && (right === undefined || compareUtf8(left.first, right.first) <= 0);
}

function covers(row: TableRow | undefined, key: string): row is TableRow {
  return row !== undefined && compareUtf8(row.first, key) <= 0;
}

async function* mergedByKey<T extends { readonly key: string }>(
  before: Lines<T>,
  after: Lines<T>,
): AsyncGenerator<LinePair<T>> {
  const [lefts, rights] = [iteratorOf(before), iteratorOf(after)];
  let [left, right] = [await lefts.next(), await rights.next()];
  while (!left.done || !right.done) {
    const order = left.done ? 1 : right.done ? -1 : compareUtf8(left.value.key, right.value.key);
    if (order < 0 && !left.done) yield { key: left.value.key, before: left.value };
    else if (order > 0 && !right.done) yield { key: right.value.key, after: right.value };
    else if (!left.done && !right.done) yield { key: left.value.key, before: left.value, after: right.value };
    if (order <= 0) left = await lefts.next();
    if (order >= 0) right = await rights.next();
  }
}

function iteratorOf<T>(values: Lines<T>): AsyncIterator<T, undefined> | Iterator<T, undefined> {
  return Symbol.asyncIterator in values ? values[Symbol.asyncIterator]() : values[Symbol.iterator]();
}

/** Results in order, several begun before their turn. One that fails early waits for its turn as a value: a promise that
 *  rejects before anyone awaits it ends the process. */
async function* inTurn<T, R>(values: Iterable<T>, read: (value: T) => Promise<R>): AsyncGenerator<R> {
  const begun: Promise<{ readonly result: R } | { readonly thrown: unknown }>[] = [];
  const ended = async () => {
    const settled = await begun.shift();
    if (settled === undefined) throw new TypeError("Cannot await a result: none was begun");
    if ("thrown" in settled) throw settled.thrown;
    return settled.result;
  };
  for (const value of values) {
    begun.push(read(value).then((result) => ({ result }), (thrown: unknown) => ({ thrown })));
    if (begun.length >= ahead) yield await ended();
  }
  while (begun.length > 0) yield await ended();
}

/** The row that holds a key; `undefined` when the version has no such record. */
export function rowWith(table: Table, key: string): TableRow | undefined {
  let low = 0;
  let high = table.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareUtf8(table[middle]?.last ?? "", key) >= 0) high = middle;
    else low = middle + 1;
  }
  const row = table[low];
  return row !== undefined && compareUtf8(row.first, key) <= 0 ? row : undefined;
}
