// Small CSV tables beside images: read whole, wrong lines told all at once. Pure.
import { InputError, type Problem } from "../contract/errors.ts";

export type CsvTable = { readonly name: string; readonly columns: readonly string[]; readonly lines: readonly Line[] };
type Line = { readonly number: number; readonly cells: readonly string[] };

/** Cells by the names of their columns, without spaces around them. */
export type CsvCells = Readonly<Record<string, string>>;

/** Reads a table as RFC 4180 has it. Throws `InputError`, code `source`, when it is none or lacks the column `key`. */
export async function readCsvTable(name: string, text: string, key: string): Promise<CsvTable> {
  const [header, ...lines] = await linesOf(name, text);
  const columns = header?.cells ?? [];
  const twice = columns.find((column, at) => column !== "" && columns.indexOf(column) < at);
  if (twice !== undefined) throw tableError(name, [problem(name, 1, `there are two columns "${twice}"`)]);
  if (columns.includes(key)) return { name, columns, lines };
  const other = [";", "\t"].find((separator) => columns.length === 1 && columns[0]?.includes(separator));
  const hint = other === undefined ? "" : "; cells must be separated by commas";
  throw tableError(name, [problem(name, 1, `there is no column "${key}"${hint}`)]);
}

/** What `rowOf` makes of each line. A text from it says what is wrong with the line: then `InputError` is thrown, code
 *  `source`, with every wrong line. */
export function rowsOf<Row extends object>(
  { name, columns, lines }: CsvTable,
  rowOf: (cells: CsvCells) => Row | string,
): Row[] {
  const problems: Problem[] = [];
  const rows: Row[] = [];
  for (const { number, cells } of lines) {
    const row = cells.length === columns.length
      ? rowOf(Object.fromEntries(columns.map((column, at) => [column, cells[at] ?? ""])))
      : `${cells.length} cells, but the first line has ${columns.length}`;
    if (typeof row === "string") problems.push(problem(name, number, row));
    else rows.push(row);
  }
  if (problems.length > 0) throw tableError(name, problems);
  return rows;
}

async function linesOf(name: string, text: string): Promise<Line[]> {
  const { CsvError, parse } = await import("csv-parse/sync");
  try {
    const lines: Line[] = [];
    const keepLine = (cells: string[], { lines: number }: { readonly lines: number }) => {
      lines.push({ number, cells });
      return null;
    };
    parse(text, { on_record: keepLine, relax_column_count: true, skip_empty_lines: true, trim: true });
    return lines;
  } catch (thrown) {
    if (!(thrown instanceof CsvError)) throw thrown;
    const line = typeof thrown.lines === "number" ? thrown.lines : 1;
    throw tableError(name, [problem(name, line, thrown.message)], thrown);
  }
}

function problem(file: string, line: number, message: string): Problem {
  return { file, line, message };
}

function tableError(name: string, problems: readonly Problem[], cause?: unknown): InputError {
  const first = problems[0];
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more lines)` : "";
  const message = `Cannot read the table "${name}": line ${first?.line}: ${first?.message}${more}`;
  return new InputError(message, problems, { code: "source", cause });
}
