// Which files of which version a command writes.
import { matchesGlob } from "node:path";
import type { TreeEntry } from "../contract/version.ts";
import { openDataset } from "../engine/reader.ts";
import { publishedFiles } from "../engine/published_files.ts";
import type { HeldVersion } from "../store/held_files.ts";
import type { DatasetStorage } from "../store/open.ts";

/** Files whose path fits one of the globs; all without any. */
export async function* only(
  globs: readonly string[] | undefined,
  files: AsyncIterable<TreeEntry>,
): AsyncGenerator<TreeEntry> {
  const wanted = globs?.map((glob) => glob.replace(/^\.\//, "").replace(/\/$/, "/**"));
  for await (const file of files) {
    if (wanted === undefined || wanted.some((glob) => matchesGlob(file.path, glob))) yield file;
  }
}

/** Files of a version that some index names; `undefined` when this store does not have it. */
export async function versionFiles(
  storage: DatasetStorage,
  { dataset, number, version }: HeldVersion,
): Promise<AsyncIterable<TreeEntry> | undefined> {
  const ref = await storage.refs.get(dataset, number);
  if (ref?.version !== version) return undefined;
  return publishedFiles(storage, await openDataset(storage, dataset, number));
}
