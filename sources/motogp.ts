import {
  defineSource,
  digestOfJson,
  type Facts,
  type FileNotes,
  fileOptions,
  fileRecords,
  type FilesHost,
  folderOf,
  InputError,
  type Problem,
  z,
} from "../runtime/plugin.ts";

const nameFacts = ["event", "session", "camera", "frame", "year"] as const;
type NameFact = typeof nameFacts[number];

const options = z.strictObject({
  ...fileOptions,
  sidecar: z.string().min(1).nullable().default("frames.csv").describe(
    "A CSV table in the folder with a column `file` and any of `event`, `session`, `camera`, `frame`, `year`; what it " +
      "says of a file goes before what the file's name says. It need not be there; `null` for none",
  ),
});

/** Frames of motorcycle races. Names such as `2024-mugello_race_cam2_000123.jpg` give the facts `year` 2024, `event`
 *  mugello, `session` race, `camera` cam2 and `frame` 123; the year may be absent. Other names give no facts. */
export default defineSource({
  name: "motogp",
  version: 1,
  summary: "Frames of motorcycle races, with event, session, camera and frame number",
  options,
  gives: ["folder", ...nameFacts],
  open: (given, { files, log }) => ({
    async *records(signal) {
      const table = await sidecarOf(files, given.path, given.sidecar);
      const tally = { files: 0, unnamed: 0, rows: 0 };
      for await (const record of fileRecords(files, given, (path) => notesOf(path, table), signal)) {
        if (record.key === table.path) continue;
        tally.files++;
        if (record.facts?.frame === undefined) tally.unnamed++;
        if (table.rows.has(record.key)) tally.rows++;
        yield record;
      }
      for (const line of remarks(table, tally)) log(line);
    },
    read: ({ key }, signal) => files.read(given.path, key, signal),
  }),
});

function notesOf(path: string, table: Sidecar): FileNotes {
  const row = table.rows.get(path);
  const facts = { folder: folderOf(path), ...factsOfName(path), ...row };
  return row === undefined ? { facts } : { facts, revision: digestOfJson(row).slice(0, 16) };
}

type Tally = { readonly files: number; readonly unnamed: number; readonly rows: number };

function* remarks(table: Sidecar, { files, unnamed, rows }: Tally): Generator<string> {
  if (unnamed > 0) yield `${unnamed} of ${files} files have no frame number, neither in their name nor in a table`;
  if (table.rows.size > rows) yield `${table.path} names files that are not there: ${table.rows.size - rows}`;
  if (table.unused.length > 0) yield `${table.path} has columns that are not used: ${table.unused.join(", ")}`;
}

const convention = /^(?:(?<year>\d{4})-)?(?<event>[^_]+)_(?<session>[^_]+)_(?<camera>[^_]+)_(?<frame>\d{1,15})$/;

function factsOfName(path: string): Facts | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1).replace(/\.[^.]*$/, "");
  const parts = convention.exec(name)?.groups;
  if (parts === undefined) return undefined;
  const { year, event, session, camera, frame } = parts;
  return { event, session, camera, frame: Number(frame), ...(year === undefined ? {} : { year: Number(year) }) };
}

/** The table beside the frames: facts by path, and columns that mean nothing here. */
type Sidecar = {
  readonly path?: string;
  readonly rows: ReadonlyMap<string, Facts>;
  readonly unused: readonly string[];
};

async function sidecarOf(files: FilesHost, root: string, name: string | null): Promise<Sidecar> {
  const path = name === null ? undefined : plainPath(name);
  const text = path === undefined ? undefined : await files.text(root, path);
  if (path === undefined || text === undefined) return { rows: new Map(), unused: [] };
  return sidecarFrom(path, await linesOf(path, text));
}

function sidecarFrom(path: string, [header, ...lines]: readonly Line[]): Sidecar {
  const columns = header?.cells ?? [];
  if (!columns.includes("file")) throw unreadable(path, [problem(path, 1, 'there is no column "file"')]);
  const problems: Problem[] = [];
  const rows = new Map<string, Facts>();
  for (const line of lines) {
    const row = rowOf(columns, line, rows);
    if (typeof row === "string") problems.push(problem(path, line.number, row));
    else rows.set(row.file, row.facts);
  }
  if (problems.length > 0) throw unreadable(path, problems);
  return { path, rows, unused: columns.filter((column) => column !== "file" && !isNameFact(column)) };
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
  columns: readonly string[],
  { cells }: Line,
  rows: ReadonlyMap<string, Facts>,
): { readonly file: string; readonly facts: Facts } | string {
  if (cells.length !== columns.length) return `${cells.length} cells, but the first line has ${columns.length}`;
  const file = plainPath(cells[columns.indexOf("file")] ?? "");
  if (file === "") return 'the column "file" is empty';
  if (rows.has(file)) return `"${file}" has a line already`;
  const facts: Record<string, string | number> = {};
  for (const [index, column] of columns.entries()) {
    const cell = cells[index] ?? "";
    if (cell === "" || !isNameFact(column)) continue;
    if (isNumber(column) && !/^\d{1,15}$/.test(cell)) return `${column} "${cell}" is not a whole number`;
    facts[column] = isNumber(column) ? Number(cell) : cell;
  }
  return { file, facts };
}

function isNameFact(column: string): column is NameFact {
  return nameFacts.some((fact) => fact === column);
}

function isNumber(fact: NameFact): boolean {
  return fact === "frame" || fact === "year";
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
