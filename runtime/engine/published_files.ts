// The files that people see of a version: those that it consists of, and those that its run published beside it.
import type { TreeEntry } from "../contract/version.ts";
import type { DatasetStorage } from "../store/open.ts";
import { entryOfLine } from "./exporting.ts";
import type { DatasetReader } from "./reader.ts";

/** First those of the version, sorted by path, then those beside it, such as reports with times. */
export async function* publishedFiles(storage: DatasetStorage, reader: DatasetReader): AsyncGenerator<TreeEntry> {
  yield* reader.files();
  yield* filesBeside(storage, reader);
}

/** What the run that made the version published beside it; nothing when its record is gone. */
export async function* filesBeside(
  { runs }: DatasetStorage,
  { version, ref }: DatasetReader,
): AsyncGenerator<TreeEntry> {
  const text = await runs.get({ dataset: version.dataset, id: ref.run }, "files.txt");
  for (const line of new TextDecoder().decode(text).split("\n")) if (line !== "") yield entryOfLine(line);
}
