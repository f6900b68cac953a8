// Tables as streams of rows: CSV, TSV, JSON Lines, Parquet.
import type { InputFile } from "../contract/hosts.ts";
import type { Flaw } from "../contract/item.ts";
import type { JsonObject } from "../contract/json.ts";
import { delimitedNames, delimitedRows, type DelimitedTable } from "./table_delimited.ts";
import { jsonRows } from "./table_json.ts";
import { tableLines } from "./table_lines.ts";
import { parquetNames, parquetRows } from "./table_parquet.ts";
import { tableError } from "./table_text.ts";

/** `tsv` is CSV with tabs in place of commas. */
export const tableFormats = ["csv", "tsv", "jsonl", "parquet"] as const;
export type TableFormat = typeof tableFormats[number];

/** A row, or why there is none. `number` counts rows from 1, the header not among them. */
export type TableRow =
  | { readonly number: number; readonly cells: JsonObject }
  | { readonly number: number; readonly broken: Flaw };

export type TableOptions = {
  /** Told from the file's name when absent. */
  readonly format?: TableFormat | undefined;
  /** Names of the columns of a CSV or TSV file that has no header line. */
  readonly columns?: readonly string[] | undefined;
  /** The columns that are wanted; all when absent. A Parquet file is not read beyond them. */
  readonly only?: readonly string[] | undefined;
};

/** Every row of a table, in its order; never the whole table in memory (of Parquet, one row group). Cells of CSV and TSV
 *  are text. Those of JSON Lines and Parquet are JSON: dates are ISO 8601 text, whole numbers too large for JSON are
 *  text, numbers that are none are `null`. A row that cannot be read is given as broken. Throws `InputError` for what
 *  is no such table, and whatever reading the file throws. A name that ends in `.gz` is decompressed, but for Parquet. */
export function tableRows(file: InputFile, options: TableOptions, signal: AbortSignal): AsyncGenerator<TableRow> {
  const format = formatOf(file, options);
  if (format === "parquet") return parquetRows(file, options.only, signal);
  if (format === "jsonl") return jsonRows(tableLines(file, signal), options.only);
  return delimitedRows(delimitedTable(file, options, signal), options.only);
}

/** The names of the columns; `undefined` for JSON Lines, where each row has its own. */
export async function tableColumns(
  file: InputFile,
  options: TableOptions,
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
  const format = formatOf(file, options);
  if (format === "jsonl") return undefined;
  return format === "parquet"
    ? await parquetNames(file, signal)
    : await delimitedNames(delimitedTable(file, options, signal));
}

function delimitedTable(file: InputFile, options: TableOptions, signal: AbortSignal): DelimitedTable {
  return {
    name: file.name,
    groups: tableLines(file, signal),
    delimiter: formatOf(file, options) === "tsv" ? "\t" : undefined,
    columns: options.columns,
  };
}

const endings: readonly (readonly [RegExp, TableFormat])[] = [
  [/\.csv(\.gz)?$/i, "csv"],
  [/\.(tsv|tab)(\.gz)?$/i, "tsv"],
  [/\.(jsonl|ndjson)(\.gz)?$/i, "jsonl"],
  [/\.(parquet|pq)$/i, "parquet"],
];

/** The format that a file's name tells, if it tells any. */
export function tableFormatOf(name: string): TableFormat | undefined {
  return endings.find(([ending]) => ending.test(name))?.[1];
}

function formatOf(file: InputFile, { format }: TableOptions): TableFormat {
  const known = format ?? tableFormatOf(file.name);
  if (known !== undefined) return known;
  throw tableError(file.name, `its name does not tell what it is; say which: ${tableFormats.join(", ")}`);
}
