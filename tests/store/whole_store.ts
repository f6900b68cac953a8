// Reads all that the refs of a store lead to, as somebody would who has to trust it.
import assert from "node:assert/strict";
import type { ShardRow } from "../../runtime/contract/version.ts";
import { type Entry, entryOf } from "../../runtime/engine/entry.ts";
import { entryOfLine } from "../../runtime/engine/exporting.ts";
import type { DatasetStorage } from "../../runtime/store/open.ts";

/** How many versions and blobs were read. Fails when anything is missing or not what it was. */
export async function readWhole(storage: DatasetStorage): Promise<{ versions: number; blobs: number }> {
  const blobs = new Set<string>();
  let versions = 0;
  for await (const dataset of storage.refs.datasets()) {
    for await (const { ref } of storage.refs.history(dataset)) {
      for (const digest of await blobsOf(storage, dataset, ref.version)) blobs.add(digest);
      const files = await storage.runs.get({ dataset, id: ref.run }, "files.txt");
      for (const line of textLines(files)) blobs.add(entryOfLine(line).digest);
      versions++;
    }
  }
  for (const digest of blobs) await storage.blobs.get(digest);
  return { versions, blobs: blobs.size };
}

async function blobsOf({ chunks, versions }: DatasetStorage, dataset: string, id: string): Promise<Set<string>> {
  const blobs = new Set<string>();
  const { shards, tree, notes, columns } = await versions.get(dataset, id);
  for await (const line of chunks.readList(tree)) blobs.add(entryOfLine(line).digest);
  for (const list of Object.values(notes)) for await (const line of chunks.readList(list)) assert.ok(line);
  for await (const line of chunks.readList(shards)) {
    const { cells }: ShardRow = JSON.parse(line);
    assert.equal(cells.length, columns.length);
    for (const cell of cells.slice(0, 1)) await chunks.get(cell.digest);
    for (const cell of cells.slice(1)) {
      for (const text of await chunks.get(cell.digest)) for (const digest of blobsIn(entryOf(text))) blobs.add(digest);
    }
  }
  return blobs;
}

/** A ledger line has a blob and a number of items. */
function blobsIn({ blob, items }: Entry): string[] {
  const made = Array.isArray(items) ? items : [];
  return [
    ...blob === undefined ? [] : [blob.digest],
    ...made.flatMap(({ image, pictures = {} }) => [image.blob, ...Object.values(pictures)].map((ref) => ref.digest)),
  ];
}

function textLines(bytes: Uint8Array | undefined): string[] {
  return bytes === undefined ? [] : new TextDecoder().decode(bytes).split("\n").filter((line) => line !== "");
}

/** All keys of a store but those of times and of who was at work. */
export async function keysOf({ store }: DatasetStorage): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list("")) if (!/^(?:leases|gc|runs)\//.test(key)) keys.push(key);
  return keys;
}
