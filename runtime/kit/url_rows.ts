// Rows of a list of URLs, in key order, beside what was listed of the same ids before.
import type { EarlierRecord, Flaw, SourceRecord } from "../contract/item.ts";
import { compareUtf8, type JsonObject } from "../contract/json.ts";
import { brokenRow, idTrouble, nameIn } from "./row_ids.ts";
import type { TableRow } from "./table_rows.ts";

export type UrlColumns = { readonly id: string; readonly url: string; readonly facts: readonly string[] };

/** A row that names a URL. */
export type UrlRow = {
  readonly id: string;
  readonly url: string;
  /** The other columns that were asked for. */
  readonly facts: JsonObject;
  readonly earlier?: EarlierRecord;
};

/** A row, or the record that stands for one that will not do. */
export type UrlEntry = UrlRow | { readonly refused: SourceRecord };

type Keyed = { readonly url: string; readonly facts: JsonObject } | { readonly broken: Flaw };

export type UrlRowsOptions = {
  readonly columns: UrlColumns;
  readonly sorted: (lines: AsyncIterable<string>) => AsyncIterable<string>;
  readonly earlier?: (() => AsyncIterable<EarlierRecord>) | undefined;
};

/** Of several rows of one id the first counts. What will not do has a key of its own, such as `row 12`. */
export async function* urlEntries(
  rows: AsyncIterable<TableRow>,
  { columns, sorted, earlier = nothing }: UrlRowsOptions,
): AsyncGenerator<UrlEntry> {
  const before = earlier()[Symbol.asyncIterator]();
  let known = await before.next();
  let previous: string | undefined;
  try {
    for await (const line of sorted(keyedLines(rows, columns))) {
      const [id = "", number = "", json = ""] = line.split("\0");
      const row: Keyed = JSON.parse(json);
      if ("broken" in row) {
        yield { refused: brokenRow(Number(number), row.broken) };
      } else if (id === previous) {
        yield { refused: brokenRow(Number(number), flaw("duplicate_id", `the id "${id}" is that of an earlier row`)) };
      } else {
        previous = id;
        while (!known.done && isBefore(known.value.record.key, id)) known = await before.next();
        const isSame = !known.done && known.value.record.key === id;
        yield { id, ...row, ...(isSame ? { earlier: known.value } : {}) };
      }
    }
  } finally {
    await before.return?.();
  }
}

async function* nothing(): AsyncGenerator<EarlierRecord> {}

/** In the order of lines that begin with keys. */
function isBefore(left: string, right: string): boolean {
  return compareUtf8(left, right) < 0;
}

/** A line a row that sorts by id, then by number. Rows without an id come first. */
async function* keyedLines(rows: AsyncIterable<TableRow>, columns: UrlColumns): AsyncGenerator<string> {
  for await (const row of rows) {
    const [id, keyed] = "broken" in row ? ["", { broken: row.broken }] as const : keyedRow(row.cells, columns);
    yield `${id}\0${String(row.number).padStart(15, "0")}\0${JSON.stringify(keyed)}`;
  }
}

function keyedRow(cells: JsonObject, { id: idColumn, url: urlColumn, facts }: UrlColumns): readonly [string, Keyed] {
  const id = nameIn(cells[idColumn]);
  const url = nameIn(cells[urlColumn]);
  const trouble = idTrouble(id);
  if (trouble !== undefined) return ["", { broken: flaw("bad_id", trouble) }];
  if (url === "") return ["", { broken: flaw("no_url", `the row of the id "${id}" has no URL`) }];
  const kept = facts.map((name) => [name, cells[name] ?? null] as const);
  return [id, { url, facts: Object.fromEntries(kept) }];
}

function flaw(reason: string, detail: string): Flaw {
  return { reason, detail };
}
