// `versions`: the datasets of a store, or the versions of one.
import { exitCodes } from "../../contract/exit_codes.ts";
import type { Counts } from "../../contract/version.ts";
import type { DatasetStorage } from "../../store/open.ts";
import { type Context, styleFor, writeLines } from "../context.ts";
import { expiredText, historyOf, type Numbered, withVersion } from "../history.ts";
import { checkDataset, datasetNames, minuteOf, openForReading } from "../reading.ts";
import { shortId, type Style } from "../render.ts";
import { type Column, table } from "../table.ts";
import { count, plain } from "../text.ts";

export type VersionsOptions = { readonly store?: string; readonly json?: boolean; readonly color: boolean };

type Row =
  & { readonly dataset: string; readonly number: number; readonly tags: readonly string[] }
  & (
    | {
      readonly version: string;
      readonly publishedAt: string;
      readonly run: string;
      readonly rolledBackTo?: number;
      readonly counts: Counts;
    }
    | { readonly expired: true }
  );

/** Lists the newest version of every dataset, or all versions of one, newest first; returns the exit code. */
export async function listVersions(
  dataset: string | undefined,
  { store, json = false, color }: VersionsOptions,
  context: Context,
): Promise<number> {
  const { out, err } = context.terminal;
  const storage = await openForReading(store, context);
  const rows = dataset === undefined ? await newestOfEach(storage) : await rowsOf(storage, dataset);
  if (json) writeLines(out, rows.map((row) => JSON.stringify(row)));
  else writeLines(out, rowLines(rows, dataset === undefined, styleFor(out, context, color)));
  if (rows.length === 0 && !json) writeLines(err, ["No versions yet: deno task run pipelines/motogp.yaml"]);
  return exitCodes.ok;
}

async function newestOfEach(storage: DatasetStorage): Promise<Row[]> {
  const rows: Row[] = [];
  for (const dataset of await datasetNames(storage)) {
    const [head] = await historyOf(storage, dataset);
    if (head !== undefined) rows.push(await rowOf(storage, dataset, head));
  }
  return rows;
}

async function rowsOf(storage: DatasetStorage, dataset: string): Promise<Row[]> {
  await checkDataset(storage, dataset);
  return await Array.fromAsync(await historyOf(storage, dataset), (one) => rowOf(storage, dataset, one));
}

async function rowOf(storage: DatasetStorage, dataset: string, one: Numbered): Promise<Row> {
  const { number, tags, ref, version } = await withVersion(storage, dataset, one);
  if (ref === undefined || version === undefined) return { dataset, number, tags, expired: true };
  return { dataset, number, ...ref, tags, counts: version.counts };
}

function rowLines(rows: readonly Row[], named: boolean, { paint }: Style): string[] {
  const name: readonly Column<Row>[] = named ? [{ title: "dataset", of: ({ dataset }) => plain(dataset) }] : [];
  const tags: readonly Column<Row>[] = rows.some((row) => notesOf(row).length > 0)
    ? [{ title: "", of: (row) => notesOf(row) }]
    : [];
  const counted = (of: (counts: Counts) => number) => (row: Row) => "expired" in row ? "" : count(of(row.counts));
  return table(rows, [
    ...name,
    { title: "version", of: ({ number }) => `v${number}`, right: true },
    { title: "published (UTC)", of: (row) => "expired" in row ? expiredText : minuteOf(row.publishedAt) },
    { title: "records", of: counted(({ records }) => records), right: true },
    { title: "rejected", of: counted(({ rejected }) => rejected), right: true },
    { title: "items", of: counted(({ items }) => items), right: true },
    { title: "id", of: (row) => "expired" in row ? "" : shortId(row.version) },
    ...tags,
  ], paint);
}

function notesOf(row: Row): string {
  const again = "rolledBackTo" in row ? [`v${row.rolledBackTo} again`] : [];
  return [...row.tags.map(plain), ...again].join(", ");
}
