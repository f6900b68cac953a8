// Compares the published files of a version with what the version says of them.
import { blobKeyOf } from "./blobs.ts";
import { isAbsent, storeErrorOf } from "./failures.ts";
import { checkedDataset } from "./keys.ts";
import type { ObjectStore } from "../contract/store.ts";
import type { TreeEntry } from "../contract/version.ts";

export type PublishedFile =
  & {
    /** Below the store. */
    readonly path: string;
    readonly entry: TreeEntry;
  }
  & (
    | { readonly state: "missing" }
    /** Another name of the blob, whose bytes are looked at as such. */
    | { readonly state: "linked"; readonly writable: boolean }
    | { readonly state: "copied"; readonly writable: boolean; readonly open: () => AsyncIterable<Uint8Array> }
  );

/** The published files of a version, one by one; none where nothing is published, or where objects are no files. */
export async function* publishedFiles(
  { folder, place }: ObjectStore,
  dataset: string,
  number: number,
  entries: AsyncIterable<TreeEntry> | Iterable<TreeEntry>,
): AsyncGenerator<PublishedFile> {
  const home = `published/${checkedDataset(dataset)}/v${number}`;
  if (folder === undefined || statusOf(`${folder}/${home}`, place) === undefined) return;
  for await (const entry of entries) {
    const path = `${home}/${entry.path}`;
    const file = statusOf(`${folder}/${path}`, place);
    const blob = statusOf(`${folder}/${blobKeyOf(entry.digest)}`, place);
    if (file === undefined || !file.isFile) yield { path, entry, state: "missing" };
    else {
      // Where blobs can be written to, the file system knows no such rights.
      const writable = isWritable(file) && blob !== undefined && !isWritable(blob);
      if (isSame(file, blob)) yield { path, entry, state: "linked", writable: false };
      else yield { path, entry, state: "copied", writable, open: () => readable(`${folder}/${path}`) };
    }
  }
}

function isSame(file: Deno.FileInfo, blob: Deno.FileInfo | undefined): boolean {
  return blob !== undefined && file.ino !== null && file.ino === blob.ino && file.dev === blob.dev;
}

function isWritable({ mode }: Deno.FileInfo): boolean {
  return mode !== null && (mode & 0o222) !== 0;
}

function statusOf(path: string, place: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch (thrown) {
    if (isAbsent(thrown)) return undefined;
    throw storeErrorOf(`look at "${path}"`, place, thrown);
  }
}

async function* readable(path: string): AsyncGenerator<Uint8Array> {
  const file = await Deno.open(path, { read: true });
  yield* file.readable;
}
