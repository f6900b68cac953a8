// The table beside a folder of images: facts by path, read from CSV, that go before what names tell. Knows files only
// through the host.
import { z } from "zod";
import { InputError, type Problem } from "../contract/errors.ts";
import type { Facts, SourceRecord } from "../contract/item.ts";
import { digestOfJson } from "../contract/json.ts";
import type { FilesHost } from "../contract/hosts.ts";
import { type FileNotes, type FileOptions, fileRecords, folderOf } from "./file_records.ts";

/** The columns that mean something, besides `file`, with what their cells hold. Each gives the fact of its name. */
export type SidecarColumns = Readonly<Record<string, "text" | "whole number">>;

/** How a source comes to the facts of its files. */
export type SidecarConvention = {
  readonly columns: SidecarColumns;
  /** The facts that a file's name tells; `undefined` for a name that does not follow the convention. */
  readonly factsOfName: (path: string) => Facts | undefined;
  /** A fact that every file should have, and what people call it: files without it are counted in the log. */
  readonly expected: { readonly fact: string; readonly called: string };
};

/** The option that names the table, to be spread into a source's schema. */
export function sidecarOption(
  columns: SidecarColumns,
): { readonly sidecar: z.ZodDefault<z.ZodNullable<z.ZodString>> } {
  const names = Object.keys(columns).map((name) => `\`${name}\``).join(", ");
  return {
    sidecar: z.string().min(1).nullable().default("frames.csv").describe(
      `A CSV table in the folder with a column \`file\` and any of ${names}; what it says of a file goes before what ` +
        "the file's name says. It need not be there; `null` for none",
    ),
  };
}

type Host = { readonly files: FilesHost; readonly log: (line: string) => void };
type Options = FileOptions & { readonly sidecar: string | null };

/** One record a file but for the table, in key order, with the facts `folder`, those of its name and those of its row,
 *  which joins the revision. Then logs what is missing or of no use. Throws `InputError`: code `source`, with the line of
 *  everything that is wrong in the table. */
export async function* sidecarRecords(
  { files, log }: Host,
  options: Options,
  convention: SidecarConvention,
  signal: AbortSignal,
): AsyncGenerator<SourceRecord> {
  const table = await readTable(files, options.path, options.sidecar, convention.columns);
  const { fact, called } = convention.expected;
  const tally = { files: 0, lacking: 0, rows: 0 };
  for await (const record of fileRecords(files, options, (path) => notesOf(path, table, convention), signal)) {
    if (record.key === table.path) continue;
    tally.files++;
    if (record.facts?.[fact] === undefined) tally.lacking++;
    if (table.rows.has(record.key)) tally.rows++;
    yield record;
  }
  const { lacking, rows } = tally;
  if (lacking > 0) log(`${lacking} of ${tally.files} files have no ${called}, neither in their name nor in a table`);
  if (table.rows.size > rows) log(`${table.path} names files that are not there: ${table.rows.size - rows}`);
  if (table.unused.length > 0) log(`${table.path} has columns that are not used: ${table.unused.join(", ")}`);
}

function notesOf(path: string, { rows }: Table, { factsOfName }: SidecarConvention): FileNotes {
  const row = rows.get(path);
  const facts = { folder: folderOf(path), ...factsOfName(path), ...row };
  return row === undefined ? { facts } : { facts, revision: digestOfJson(row).slice(0, 16) };
}

/** Facts by path, and columns that mean nothing. */
type Table = {
  /** Absent when there is no table. */
  readonly path?: string;
  readonly rows: ReadonlyMap<string, Facts>;
  readonly unused: readonly string[];
};

async function readTable(files: FilesHost, root: string, name: string | null, columns: SidecarColumns): Promise<Table> {
  const path = name === null ? undefined : plainPath(name);
  const text = path === undefined ? undefined : await files.text(root, path);
  if (path === undefined || text === undefined) return { rows: new Map(), unused: [] };
  return tableFrom(path, columns, await linesOf(path, text));
}

function tableFrom(path: string, columns: SidecarColumns, [header, ...lines]: readonly Line[]): Table {
  const names = header?.cells ?? [];
  if (!names.includes("file")) throw unreadable(path, [problem(path, 1, 'there is no column "file"')]);
  const problems: Problem[] = [];
  const rows = new Map<string, Facts>();
  for (const line of lines) {
    const row = rowOf(names, columns, line, rows);
    if (typeof row === "string") problems.push(problem(path, line.number, row));
    else rows.set(row.file, row.facts);
  }
  if (problems.length > 0) throw unreadable(path, problems);
  return { path, rows, unused: names.filter((name) => name !== "file" && !Object.hasOwn(columns, name)) };
}

type Line = { readonly number: number; readonly cells: readonly string[] };

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
    throw unreadable(name, [problem(name, line, thrown.message)], thrown);
  }
}

/** The row, or what is wrong with it. */
function rowOf(
  names: readonly string[],
  columns: SidecarColumns,
  { cells }: Line,
  rows: ReadonlyMap<string, Facts>,
): { readonly file: string; readonly facts: Facts } | string {
  if (cells.length !== names.length) return `${cells.length} cells, but the first line has ${names.length}`;
  const file = plainPath(cells[names.indexOf("file")] ?? "");
  if (file === "") return 'the column "file" is empty';
  if (rows.has(file)) return `"${file}" has a line already`;
  const facts: Record<string, string | number> = {};
  for (const [index, name] of names.entries()) {
    const cell = cells[index] ?? "";
    if (cell === "" || !Object.hasOwn(columns, name)) continue;
    const isNumber = columns[name] === "whole number";
    if (isNumber && !/^\d{1,15}$/.test(cell)) return `${name} "${cell}" is not a whole number`;
    facts[name] = isNumber ? Number(cell) : cell;
  }
  return { file, facts };
}

function problem(file: string, line: number, message: string): Problem {
  return { file, line, message };
}

function unreadable(name: string, problems: readonly Problem[], cause?: unknown): InputError {
  const first = problems[0];
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more lines)` : "";
  const message = `Cannot read the table "${name}": line ${first?.line}: ${first?.message}${more}`;
  return new InputError(message, problems, { code: "source", cause });
}

function plainPath(path: string): string {
  return path.replace(/^\.\//, "");
}
