// The plain files of a version in its store.
import { existsSync } from "node:fs";
import { filesBeside } from "../engine/published_files.ts";
import type { DatasetReader } from "../engine/reader.ts";
import type { DatasetStorage } from "../store/open.ts";
import { publishTree } from "../store/published.ts";

/** True when plain files of versions are made for this dataset: with `publish: none` there are none. */
export function hasTrees({ store }: DatasetStorage, dataset: string): boolean {
  return store.folder === undefined || existsSync(`${store.folder}/published/${dataset}`);
}

/** Makes them, or finds them made; gives the place, or `undefined` when the store has no plain files. */
export async function makeTree(
  storage: DatasetStorage,
  reader: DatasetReader,
  signal: AbortSignal,
): Promise<string | undefined> {
  return await publishTree({
    store: storage.store,
    dataset: reader.version.dataset,
    number: reader.number,
    entries: reader.files(),
    beside: filesBeside(storage, reader),
    signal,
  });
}
