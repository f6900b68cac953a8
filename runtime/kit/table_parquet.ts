// Rows of Parquet, one row group after the other.
import type { ParquetRowRange, ParquetScan } from "hyparquet";
import { FramewrightError, messageOf } from "../contract/errors.ts";
import type { InputFile } from "../contract/hosts.ts";
import type { Json, JsonObject } from "../contract/json.ts";
import type { TableRow } from "./table_rows.ts";
import { columnNames, expectColumns, tableError, textTrouble } from "./table_text.ts";

/** The wanted columns of every row. Of files that say where their pages are, a stretch of rows is in memory at once, of
 *  others a row group. */
export async function* parquetRows(
  file: InputFile,
  only: readonly string[] | undefined,
  signal: AbortSignal,
): AsyncGenerator<TableRow> {
  const { names, scan } = await openTable(file, signal);
  expectColumns(file.name, only, names);
  const wanted = names.filter((name) => only?.includes(name) ?? true);
  let number = 0;
  for (const { rowStart, rowEnd } of stretchesOf(scan)) {
    signal.throwIfAborted();
    const columns: Column[] = [];
    for (const name of wanted) {
      const what = `the column "${name}", rows ${rowStart + 1} to ${rowEnd}`;
      columns.push({ name, values: await readable(file.name, what, () => columnOf(scan, name, rowStart, rowEnd)) });
    }
    for (let at = 0; at < rowEnd - rowStart; at++) yield rowAt(file.name, columns, at, ++number);
  }
}

/** Rows that are read at once where that reads no page of others. */
const rowsAtOnce = 32_768;

function* stretchesOf({ metadata, ranges }: ParquetScan): Generator<ParquetRowRange> {
  const isIndexed = metadata.row_groups.every(({ columns }) =>
    columns.every(({ offset_index_offset }) => offset_index_offset !== undefined)
  );
  for (const { rowStart, rowEnd } of ranges) {
    const step = isIndexed ? rowsAtOnce : rowEnd - rowStart;
    for (let at = rowStart; at < rowEnd; at += step) yield { rowStart: at, rowEnd: Math.min(at + step, rowEnd) };
  }
}

type Column = { readonly name: string; readonly values: ArrayLike<unknown> };

async function columnOf(scan: ParquetScan, column: string, rowStart: number, rowEnd: number) {
  const values = await scan.readColumn({ column, rowStart, rowEnd });
  if (values.length >= rowEnd - rowStart) return values;
  throw new RangeError(`There are ${values.length} values`);
}

/** The names of the columns. */
export async function parquetNames(file: InputFile, signal: AbortSignal): Promise<readonly string[]> {
  return (await openTable(file, signal)).names;
}

async function openTable(file: InputFile, signal: AbortSignal) {
  const { parquetScan, parquetSchema } = await import("hyparquet");
  const { compressors } = await import("hyparquet-compressors");
  const source = {
    byteLength: file.size,
    slice: async (start: number, end = file.size) => {
      const bytes = await file.slice(start < 0 ? file.size + start : start, end, signal);
      return bytes.byteLength === bytes.buffer.byteLength && bytes.buffer instanceof ArrayBuffer
        ? bytes.buffer
        : new Uint8Array(bytes).buffer;
    },
  };
  return await readable(file.name, "it", async () => {
    const scan = await parquetScan({ file: source, compressors, parsers, utf8: false, geoparquet: false });
    const children = parquetSchema(scan.metadata).children;
    return { scan, names: columnNames(file.name, children.map(({ element }) => element.name)) };
  });
}

/** What the file itself is to blame for becomes an `InputError`; what reading it threw stays what it was. */
async function readable<T>(name: string, what: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (thrown) {
    if (thrown instanceof FramewrightError || (thrown instanceof DOMException)) throw thrown;
    throw tableError(name, `${what} cannot be read as Parquet: ${messageOf(thrown)}`, thrown);
  }
}

const text = new TextDecoder("utf-8", { fatal: true });

/** Days and moments as ISO 8601 text, to the digit that the file has. */
const parsers = {
  dateFromDays: (days: number) => isoOf(days * 86_400_000)?.slice(0, 10) ?? null,
  timestampFromMilliseconds: (count: bigint) => isoOf(Number(count)) ?? null,
  timestampFromMicroseconds: (count: bigint) => isoOf(Number(count) / 1000) ?? null,
  timestampFromNanoseconds: (count: bigint) => isoOf(Number(count) / 1e6) ?? null,
};

function isoOf(milliseconds: number): string | undefined {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

function rowAt(
  table: string,
  columns: readonly Column[],
  at: number,
  number: number,
): TableRow {
  const cells: Record<string, Json> = {};
  for (const { name, values } of columns) {
    const value = jsonOf(values[at]);
    if (typeof value === "string") {
      const trouble = textTrouble(value);
      if (trouble !== undefined) return broken(number, `row ${number}: "${name}": ${trouble}`);
    }
    if (value === undefined) throw holdsBytes(table, name, number);
    cells[name] = value;
  }
  return { number, cells: cells satisfies JsonObject };
}

function broken(number: number, detail: string): TableRow {
  return { number, broken: { reason: "broken_row", detail } };
}

function holdsBytes(table: string, name: string, number: number): Error {
  return tableError(
    table,
    `row ${number}: the column "${name}" holds bytes, not text; name the columns that are wanted`,
  );
}

/** The value as JSON; `undefined` for what cannot be JSON. */
function jsonOf(value: unknown): Json | undefined {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return Number.isFinite(value) ? value : null;
    case "bigint":
      return BigInt(Number(value)) === value && Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
    case "undefined":
      return null;
    case "object":
      return value === null ? null : objectOf(value);
    default:
      return undefined;
  }
}

function objectOf(value: object): Json | undefined {
  if (value instanceof Uint8Array) return textOf(value);
  if (value instanceof Date) return isoOf(value.getTime()) ?? null;
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    const list = Array.from(value as ArrayLike<unknown>, jsonOf); // a list, or a typed array
    return list.every((one) => one !== undefined) ? list : undefined;
  }
  const members: Record<string, Json> = {};
  for (const [name, member] of Object.entries(value)) {
    const json = jsonOf(member);
    if (json === undefined || name === "__proto__") return undefined;
    members[name] = json;
  }
  return members;
}

/** Many programs write text as plain bytes. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return text.decode(bytes);
  } catch {
    return undefined;
  }
}
