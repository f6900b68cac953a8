// Rows of CSV and TSV, after RFC 4180. No package does this part: those that stream cannot go back, and a quote that is
// never closed makes one cell of the rest of the file.
import type { JsonObject } from "../contract/json.ts";
import type { TableLine } from "./table_lines.ts";
import { type DelimitedRecord, recordReader } from "./table_records.ts";
import type { TableRow } from "./table_rows.ts";
import { columnNames, expectColumns, tableError } from "./table_text.ts";

export type DelimitedTable = {
  readonly name: string;
  readonly groups: AsyncIterable<readonly TableLine[]>;
  readonly delimiter: "\t" | undefined;
  /** The names of the columns where the first line does not tell them. */
  readonly columns: readonly string[] | undefined;
};

/** Rows by the names in the first line, or by those given. Throws `InputError` for a header that names no columns. */
export async function* delimitedRows(
  { name, groups, delimiter, columns }: DelimitedTable,
  only: readonly string[] | undefined,
): AsyncGenerator<TableRow> {
  const reader = recordReader(delimiter, columns?.length);
  let cellsOf = columns === undefined ? undefined : cellMaker(name, columnNames(name, columns), only);
  let number = 0;
  for await (const lines of withEnd(groups)) {
    for (const line of lines) {
      for (const record of reader.take(line)) {
        if (cellsOf === undefined) {
          const names = headerNames(name, record);
          reader.setWidth(names.length);
          cellsOf = cellMaker(name, names, only);
        } else if ("broken" in record) {
          yield { number: ++number, broken: { reason: "broken_row", detail: record.broken } };
        } else {
          yield { number: ++number, cells: cellsOf(record.cells) };
        }
      }
    }
  }
  if (cellsOf === undefined) throw isEmpty(name);
}

/** The names of the columns. */
export async function delimitedNames({ name, groups, delimiter, columns }: DelimitedTable): Promise<readonly string[]> {
  if (columns !== undefined) return columnNames(name, columns);
  const reader = recordReader(delimiter, undefined);
  for await (const lines of withEnd(groups)) {
    for (const line of lines) {
      for (const record of reader.take(line)) return headerNames(name, record);
    }
  }
  throw isEmpty(name);
}

/** The lines, and `undefined` for the end of the file. */
async function* withEnd(groups: DelimitedTable["groups"]): AsyncGenerator<readonly (TableLine | undefined)[]> {
  yield* groups;
  yield [undefined];
}

function isEmpty(name: string): Error {
  return tableError(name, "it is empty; its first line names the columns");
}

function headerNames(name: string, record: DelimitedRecord): readonly string[] {
  if ("broken" in record) throw tableError(name, `its header cannot be read: ${record.broken}`);
  if (record.cells.some((cell) => cell.includes("\r"))) {
    throw tableError(name, "its lines end in CR alone; save it with LF or CRLF");
  }
  return columnNames(name, record.cells);
}

function cellMaker(
  table: string,
  names: readonly string[],
  only: readonly string[] | undefined,
): (cells: readonly string[]) => JsonObject {
  expectColumns(table, only, names);
  const kept = names.map((name, at) => ({ name, at })).filter(({ name }) => only?.includes(name) ?? true);
  return (cells) => {
    const row: Record<string, string> = {};
    for (const { name, at } of kept) row[name] = cells[at] ?? "";
    return row;
  };
}
