// `tag`: names for versions.
import { InputError, StoreError } from "../../contract/errors.ts";
import { exitCodes } from "../../contract/exit_codes.ts";
import { openDataset } from "../../engine/reader.ts";
import type { DatasetStorage } from "../../store/open.ts";
import { checkedTag, type Tag } from "../../store/tags.ts";
import { type Context, styleFor, writeLines } from "../context.ts";
import { whileWriting } from "../leasing.ts";
import { checkDataset, minuteOf, openForReading } from "../reading.ts";
import type { Style } from "../render.ts";
import { stoppable } from "../signals.ts";
import { table } from "../table.ts";
import { plain } from "../text.ts";
import type { DatasetName } from "../values.ts";

export type TagOptions = {
  readonly store?: string;
  readonly json?: boolean;
  readonly list?: boolean;
  readonly remove?: string;
  readonly color: boolean;
};

/** Gives a version a name, lists the names or takes one away; returns the exit code. */
export async function tagVersion(
  target: DatasetName,
  name: string | undefined,
  options: TagOptions,
  context: Context,
): Promise<number> {
  const { out } = context.terminal;
  const storage = await openForReading(options.store, context);
  await checkDataset(storage, target.dataset);
  const style = styleFor(out, context, options.color);
  const { list = false, json = false, remove } = options;
  if (remove !== undefined) writeLines(out, await removed(storage, target, remove, json));
  else if (list || name === undefined) writeLines(out, await listed(storage, target, json, style));
  else {
    const lines = await stoppable((signal) => (
      whileWriting(
        storage,
        { what: `tag ${target.dataset}`, signal, context },
        (leased) => tagged(leased, target, name, json),
      )
    ));
    writeLines(out, lines);
  }
  return exitCodes.ok;
}

async function tagged(
  storage: DatasetStorage,
  { dataset, which }: DatasetName,
  name: string,
  json: boolean,
): Promise<string[]> {
  checkedTag(name);
  const { number } = await openDataset(storage, dataset, which);
  const before = (await storage.tags.get(dataset, name))?.number;
  if (before !== number) await move(storage, dataset, { name, number, taggedAt: new Date().toISOString() });
  if (json) return [JSON.stringify({ dataset, name, number, ...(before === undefined ? {} : { before }) })];
  const from = before === undefined || before === number ? "" : `; it led to v${before}`;
  return [`${plain(name)} leads to ${plain(dataset)} v${number}${from}`];
}

async function removed({ tags, ...storage }: DatasetStorage, { dataset }: DatasetName, name: string, json: boolean) {
  checkedTag(name);
  const before = (await tags.get(dataset, name))?.number;
  if (before === undefined) {
    throw new InputError(`Cannot take the tag "${plain(name)}" away: "${dataset}" has none of that name`);
  }
  await move({ tags, ...storage }, dataset, { name, taggedAt: new Date().toISOString() });
  if (json) return [JSON.stringify({ dataset, name, before })];
  return [`${plain(name)} is taken away; it led to ${plain(dataset)} v${before}, which stays`];
}

async function move({ tags }: DatasetStorage, dataset: string, tag: Tag): Promise<void> {
  if (await tags.move(dataset, tag)) return;
  const what = `somebody else moved it at the same time; look with "tag ${dataset} --list" and try again`;
  throw new StoreError("conflict", `Cannot tag "${tag.name}": ${what}`);
}

async function listed({ tags }: DatasetStorage, { dataset }: DatasetName, json: boolean, { paint }: Style) {
  const all = await Array.fromAsync(tags.list(dataset));
  if (json) return all.map((tag) => JSON.stringify({ dataset, ...tag }));
  if (all.length === 0) return [`No tags yet: deno task fw tag ${plain(dataset)}@1 <name>`];
  return table(all, [
    { title: "tag", of: ({ name }) => plain(name) },
    { title: "version", of: ({ number }) => `v${number}`, right: true },
    { title: "since (UTC)", of: ({ taggedAt }) => minuteOf(taggedAt) },
  ], paint);
}
