// `versions`: the datasets of a store, or the history of one.
import { exitCodes } from "../../contract/exit_codes.ts";
import type { Counts } from "../../contract/version.ts";
import type { NumberedRef } from "../../store/refs.ts";
import type { DatasetStorage } from "../../store/open.ts";
import { type Context, styleFor, writeLines } from "../context.ts";
import { checkDataset, datasetNames, minuteOf, openForReading } from "../reading.ts";
import { shortId, type Style } from "../render.ts";
import { type Column, table } from "../table.ts";
import { count, plain } from "../text.ts";

export type VersionsOptions = { readonly store?: string; readonly json?: boolean; readonly color: boolean };

type Row = {
  readonly dataset: string;
  readonly number: number;
  readonly version: string;
  readonly publishedAt: string;
  readonly run: string;
  readonly counts: Counts;
};

/** Lists the newest version of every dataset, or all versions of one, newest first; returns the exit code. */
export async function listVersions(
  dataset: string | undefined,
  { store, json = false, color }: VersionsOptions,
  context: Context,
): Promise<number> {
  const { out, err } = context.terminal;
  const storage = await openForReading(store, context);
  const rows = dataset === undefined ? await newestOfEach(storage) : await historyOf(storage, dataset);
  if (json) writeLines(out, rows.map((row) => JSON.stringify(row)));
  else writeLines(out, rowLines(rows, dataset === undefined, styleFor(out, context, color)));
  if (rows.length === 0 && !json) writeLines(err, ["No versions yet: deno task run pipelines/motogp.yaml"]);
  return exitCodes.ok;
}

async function newestOfEach(storage: DatasetStorage): Promise<Row[]> {
  const rows: Row[] = [];
  for (const dataset of await datasetNames(storage)) {
    const head = await storage.refs.head(dataset);
    if (head !== undefined) rows.push(await rowOf(storage, dataset, head));
  }
  return rows;
}

async function historyOf(storage: DatasetStorage, dataset: string): Promise<Row[]> {
  await checkDataset(storage, dataset);
  const history = await Array.fromAsync(storage.refs.history(dataset));
  return await Array.fromAsync(history.reverse(), (numbered) => rowOf(storage, dataset, numbered));
}

async function rowOf({ versions }: DatasetStorage, dataset: string, { number, ref }: NumberedRef): Promise<Row> {
  const { counts } = await versions.get(dataset, ref.version);
  return { dataset, number, ...ref, counts };
}

function rowLines(rows: readonly Row[], named: boolean, { paint }: Style): string[] {
  const name: readonly Column<Row>[] = named ? [{ title: "dataset", of: ({ dataset }) => plain(dataset) }] : [];
  return table(rows, [
    ...name,
    { title: "version", of: ({ number }) => `v${number}`, right: true },
    { title: "published (UTC)", of: ({ publishedAt }) => minuteOf(publishedAt) },
    { title: "records", of: ({ counts }) => count(counts.records), right: true },
    { title: "rejected", of: ({ counts }) => count(counts.rejected), right: true },
    { title: "items", of: ({ counts }) => count(counts.items), right: true },
    { title: "id", of: ({ version }) => shortId(version) },
  ], paint);
}
