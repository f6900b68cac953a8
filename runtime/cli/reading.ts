// Opens a store that commands read from.
import { existsSync } from "node:fs";
import { InputError } from "../contract/errors.ts";
import { didYouMean } from "../manifest/nearest.ts";
import { createStorage, type DatasetStorage, isRemote, openStore } from "../store/open.ts";
import { type Context, storeSpec } from "./context.ts";
import { plain } from "./text.ts";

/** The store that `--store` or the environment names. Throws `InputError` where there is none: reading makes no store. */
export async function openForReading(option: string | undefined, context: Context): Promise<DatasetStorage> {
  const store = storeSpec(option, context);
  if (isRemote(store) || existsSync(store)) return createStorage(await openStore(store));
  const advice = option === undefined ? "Name another with --store, or run a pipeline first" : "Is --store right?";
  throw new InputError(`Cannot read the store "${plain(store)}": there is no such folder. ${advice}`);
}

/** Names of all datasets in a store. */
export async function datasetNames({ refs }: DatasetStorage): Promise<string[]> {
  return await Array.fromAsync(refs.datasets());
}

/** Throws `InputError` with the nearest name when the store has no such dataset. */
export async function checkDataset(storage: DatasetStorage, dataset: string): Promise<void> {
  const names = await datasetNames(storage);
  if (names.includes(dataset)) return;
  const known = names.length === 0
    ? "the store has none"
    : `the store has ${names.slice(0, 10).map(quoted).join(", ")}`;
  const hint = didYouMean(dataset, names);
  const advice = hint === undefined ? "" : `. ${hint}`;
  throw new InputError(`Cannot find the dataset "${plain(dataset)}": ${known}${advice}`);
}

function quoted(name: string): string {
  return `"${plain(name)}"`;
}

/** A time of ISO 8601 in UTC, to the minute. */
export function minuteOf(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 16)}`;
}
