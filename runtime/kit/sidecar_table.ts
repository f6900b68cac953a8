// The table beside a folder of images: facts by path, read from CSV, that go before what names tell. Knows files only
// through the host.
import { z } from "zod";
import type { Facts, SourceRecord } from "../contract/item.ts";
import { digestOfJson } from "../contract/json.ts";
import type { FilesHost } from "../contract/hosts.ts";
import { type CsvCells, readCsvTable, rowsOf } from "./csv_table.ts";
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
  const table = await readCsvTable(path, text, "file");
  const rows = new Map<string, Facts>();
  for (const { file, facts } of rowsOf(table, createRowReader(columns))) rows.set(file, facts);
  return { path, rows, unused: table.columns.filter((name) => name !== "file" && !Object.hasOwn(columns, name)) };
}

/** Asked for one line after the other, it gives the row, or says what is wrong. */
function createRowReader(columns: SidecarColumns) {
  const known = new Set<string>();
  return (cells: CsvCells): { readonly file: string; readonly facts: Facts } | string => {
    const file = plainPath(cells.file ?? "");
    if (file === "") return 'the column "file" is empty';
    if (known.has(file)) return `"${file}" has a line already`;
    const facts: Record<string, string | number> = {};
    for (const [name, cell] of Object.entries(cells)) {
      if (cell === "" || !Object.hasOwn(columns, name)) continue;
      const isNumber = columns[name] === "whole number";
      if (isNumber && !/^\d{1,15}$/.test(cell)) return `${name} "${cell}" is not a whole number`;
      facts[name] = isNumber ? Number(cell) : cell;
    }
    known.add(file);
    return { file, facts };
  };
}

function plainPath(path: string): string {
  return path.replace(/^\.\//, "");
}
