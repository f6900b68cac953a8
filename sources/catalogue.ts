import {
  brokenRow,
  type BucketEntry,
  type CellTemplate,
  cellTemplate,
  compareUtf8,
  createTextSet,
  defineSource,
  expectColumns,
  type Facts,
  type FileEntry,
  type Flaw,
  idTrouble,
  InputError,
  type InputFile,
  isBucketAddress,
  type JsonObject,
  nameIn,
  openFileRoot,
  parseWhere,
  type SourceHost,
  type SourceRecord,
  tableColumns,
  tableFormats,
  type TableRow,
  tableRows,
  type Where,
  whereOption,
  z,
} from "../runtime/plugin.ts";

const column = z.string().min(1);

const options = z.strictObject({
  table: z.string().min(1).describe(
    "The table, one row an image: CSV, TSV, JSON Lines (each also as `.gz`) or Parquet; a file, looked up from the folder " +
      "where the command runs, or an `s3://` address",
  ),
  format: z.enum(tableFormats).optional().describe("What the table is; told from its name when left out"),
  columns: z.array(column).min(1).optional().describe(
    "Names of the columns of a CSV or TSV file whose first line does not name them",
  ),
  images: z.string().min(1).describe("The folder with the images, or `s3://bucket/prefix`"),
  id: column.default("id").describe("Column with the id, which names the item; each once"),
  path: z.string().min(1).optional().describe(
    "Where a row's image is below `images`: a column with its path, or a template such as `{id}.jpg` with names of " +
      "columns in braces; the id and `.jpg` when left out",
  ),
  where: whereOption,
  facts: z.array(column).optional().describe("Columns that become facts of the item; all when left out"),
  numbers: z.array(column).default([]).describe(
    "Columns whose text becomes a number; cells of CSV and TSV are text otherwise, those of other tables are what they are",
  ),
});
type Options = z.output<typeof options>;

/** Images that a table describes, one record a row. The cells of a row become facts under the names of their columns;
 *  empty ones of JSON Lines and Parquet become none. Rows that cannot be read, have no id or that of an earlier row, or
 *  name an image that is not there are kept as broken, each with its reason. Rows that `where` does not hold for are no
 *  records at all; of those that cannot be read nobody knows. The table is read as a stream, and never whole. */
export default defineSource({
  name: "catalogue",
  version: 1,
  summary: "Images that a table describes, such as those of a product catalogue",
  options,
  gives: ({ facts }) => facts ?? [],
  network: ({ table, images }) => isBucketAddress(table) || isBucketAddress(images),
  sorted: false,
  open: async (given, host) => {
    const root = await openFileRoot(host, { path: given.images, revision: "stat" });
    return {
      records: (signal) => recordsOf(given, host, signal),
      read({ revision }, signal) {
        const { state, path } = splitRevision(revision);
        return root.read({ key: path, revision: state }, signal);
      },
    };
  },
});

/** A row that is wanted, with its image. */
type Row = { readonly id: string; readonly path: string; readonly facts: Facts };

async function* recordsOf(given: Options, host: SourceHost, signal: AbortSignal): AsyncGenerator<SourceRecord> {
  await using file = await host.inputs.open(given.table, signal);
  const rows = rowsOf(given, file, host, signal);
  if (isBucketAddress(given.images)) yield* bucketRecords(given, host, rows, signal);
  else yield* folderRecords(given, host, rows, signal);
}

// ---- the rows

async function* rowsOf(
  given: Options,
  file: InputFile,
  host: SourceHost,
  signal: AbortSignal,
): AsyncGenerator<Row | SourceRecord> {
  const reading = { format: given.format, columns: given.columns };
  const where = parseWhere(given.where);
  const needs = createNeeds(given, where, file.name);
  const names = await tableColumns(file, reading, signal);
  if (names !== undefined) needs.check(names);
  const only = given.facts === undefined ? undefined : [...new Set([...needs.columns, ...given.facts])];
  const toRow = rowMaker(given);
  let [total, wanted] = [0, 0];
  for await (const row of tableRows(file, { ...reading, only }, signal)) {
    total++;
    if (names === undefined) needs.see(row);
    if ("cells" in row && !where.test(row.cells)) continue;
    if ("cells" in row) wanted++;
    yield toRow(row);
  }
  if (names === undefined && total > 0) needs.checkSeen();
  if (given.where === "") return;
  if (wanted === 0 && total > 0) throw noneFits(file.name, given.where, total);
  host.log(`${wanted} of ${total} rows fit ${given.where}`);
}

function noneFits(name: string, where: string, total: number): InputError {
  const message = `Cannot take any row of "${name}": of ${total}, none fits ${where}`;
  return new InputError(message, [], { code: "source" });
}

interface Needs {
  /** Columns without which no row makes sense. */
  readonly columns: readonly string[];
  /** Throws `InputError` when one of them is not among these. */
  check(names: readonly string[]): void;
  /** Notes which columns a row has, in a table where each has its own. */
  see(row: TableRow): void;
  checkSeen(): void;
}

/** Names that are remembered, to be named in an error. */
const mostSeen = 1000;

function createNeeds(given: Options, where: Where, table: string): Needs {
  const { id, facts, numbers } = given;
  const columns = [...new Set([id, ...imagePath(given).columns, ...where.columns])];
  const absent = new Set(columns);
  const seen = new Set<string>();
  const check = (names: readonly string[]) => {
    where.expect(names);
    expectColumns(table, [...columns, ...facts ?? [], ...numbers], names);
  };
  return {
    columns,
    check,
    see(row) {
      if (absent.size === 0 || "broken" in row) return;
      for (const name of Object.keys(row.cells)) {
        absent.delete(name);
        if (seen.size < mostSeen) seen.add(name);
      }
    },
    checkSeen() {
      if (absent.size === 0 || seen.size === 0) return;
      const names = [...seen, ...columns.filter((name) => !absent.has(name))];
      where.expect(names);
      expectColumns(table, columns, names);
    },
  };
}

/** Turns each row, once, to what it stands for. */
function rowMaker(given: Options): (row: TableRow) => Row | SourceRecord {
  const ids = createTextSet();
  const image = imagePath(given);
  const factsOf = factsMaker(given);
  return (row) => {
    if ("broken" in row) return brokenRow(row.number, row.broken);
    const refused = (reason: string, detail: string) => brokenRow(row.number, { reason, detail });
    const id = nameIn(row.cells[given.id]);
    const trouble = idTrouble(id);
    if (trouble !== undefined) return refused("bad_id", trouble);
    if (!ids.add(id)) return refused("duplicate_id", `the id "${id}" is that of an earlier row`);
    const facts = factsOf(row.cells);
    if (typeof facts === "string") return refused("bad_cell", `the row of "${id}": ${facts}`);
    const path = image.fill(row.cells)?.replace(/^(?:\.\/)+/, "");
    return path === undefined ? refused("no_image", `the row of "${id}" names no image`) : { id, path, facts };
  };
}

/** Where a row's image is. */
function imagePath({ path, id }: Options): CellTemplate {
  return cellTemplate(path ?? `{${id}}.jpg`);
}

// ---- what is said of it

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** The facts, or what is wrong with a cell. */
function factsMaker({ facts, numbers }: Options): (cells: JsonObject) => Facts | string {
  return (cells) => {
    const found: Record<string, JsonObject[string]> = {};
    for (const name of facts ?? Object.keys(cells)) {
      const cell = cells[name];
      if (cell === null || cell === undefined) continue;
      // What detectors find is called so, and has a form of its own.
      if (name === "detections") return 'the column "detections" cannot be a fact; name the columns to keep in `facts`';
      found[name] = cell;
    }
    for (const name of numbers) {
      const cell = found[name];
      if (typeof cell !== "string") continue;
      const number = decimal.test(cell.trim()) ? Number(cell) : NaN;
      if (cell.trim() === "") delete found[name];
      else if (Number.isFinite(number)) found[name] = number;
      else return `${name} "${cell.slice(0, 50)}" is not a number`;
    }
    return found;
  };
}

// ---- the images

/** Files that are looked at between two pauses. */
const filesAtOnce = 256;

async function* folderRecords(
  { images }: Options,
  { files }: SourceHost,
  rows: AsyncIterable<Row | SourceRecord>,
  signal: AbortSignal,
): AsyncGenerator<SourceRecord> {
  let group: Row[] = [];
  const looked = async () => {
    const entries = await files.states(images, group.map(({ path }) => path), signal);
    const records = group.map((row, at) => recordOf(row, entries[at]));
    group = [];
    return records;
  };
  for await (const row of rows) {
    if ("key" in row) yield row;
    else if (group.push(row) >= filesAtOnce) yield* await looked();
  }
  yield* await looked();
}

/** The bucket is listed once, in the order of its paths; the rows are put into that order outside memory. */
async function* bucketRecords(
  { images }: Options,
  host: SourceHost,
  rows: AsyncIterable<Row | SourceRecord>,
  signal: AbortSignal,
): AsyncGenerator<SourceRecord> {
  const bucket = await host.buckets.open(images);
  const lines = async function* (): AsyncGenerator<string> {
    for await (const row of rows) yield `${"key" in row ? "" : row.path}\0${JSON.stringify(row)}`;
  };
  let objects: AsyncIterator<BucketEntry> | undefined;
  let object: BucketEntry | undefined;
  try {
    for await (const line of host.sorted(lines())) {
      const row: Row | SourceRecord = JSON.parse(line.slice(line.indexOf("\0") + 1));
      if ("key" in row) {
        yield row;
        continue;
      }
      if (objects === undefined) {
        objects = bucket.list({}, signal)[Symbol.asyncIterator]();
        object = await entryAfter(objects);
      }
      while (object !== undefined && compareUtf8(object.path, row.path) < 0) object = await entryAfter(objects);
      yield recordOf(row, object?.path === row.path ? object : undefined);
    }
  } finally {
    await objects?.return?.();
  }
}

async function entryAfter(objects: AsyncIterator<BucketEntry>): Promise<BucketEntry | undefined> {
  const next = await objects.next();
  return next.done === true ? undefined : next.value;
}

/** The path follows the state in the revision: a row that names another image is a changed one. */
function recordOf({ id, path, facts }: Row, entry: FileEntry | BucketEntry | undefined): SourceRecord {
  if (entry === undefined || entry.broken !== undefined) return { key: id, ...refusal(path, entry?.broken) };
  const state = "etag" in entry ? entry.etag : `${entry.size}-${entry.modifiedMs}`;
  return { key: id, revision: `${state} ${path}`, facts };
}

function refusal(path: string, broken: Flaw | undefined): Pick<SourceRecord, "revision" | "broken"> {
  const isGone = broken === undefined || broken.reason === "gone";
  const reason = isGone ? "no_image" : broken.reason;
  const detail = isGone ? `There is no image "${path}"` : `The image "${path}" cannot be read: ${broken.detail}`;
  return { revision: `${reason} ${path}`, broken: { reason, detail } };
}

function splitRevision(revision: string): { readonly state: string; readonly path: string } {
  const end = revision.indexOf(" ");
  return { state: revision.slice(0, end), path: revision.slice(end + 1) };
}
