// What a replay is made from: the records that a version listed, the bytes that it kept, and what it built on.
import { compareUtf8 } from "../contract/json.ts";
import { ItemError } from "../contract/errors.ts";
import type { BlobRef } from "../contract/image.ts";
import type { ReadImage, SourceRecord } from "../contract/item.ts";
import type { Source } from "../contract/plugin.ts";
import type { Column, ShardRow } from "../contract/version.ts";
import type { DatasetStorage } from "../store/open.ts";
import { type Entry, entryOf, isSettled } from "./entry.ts";
import { noParent, type Parent } from "./parent.ts";

const recordsAt = 0;
const admitAt = 1;
/** Shards of which the blobs are known at once. */
const keptShards = 8;

/** Lists what was listed and reads what was read. */
export function createReplaySource(
  { chunks, blobs }: Pick<DatasetStorage, "chunks" | "blobs">,
  rows: readonly ShardRow[],
): Source {
  const known = new Map<ShardRow, Promise<ReadonlyMap<string, Read>>>();
  const readsOf = (row: ShardRow) => {
    const found = known.get(row) ?? admitted(row);
    known.set(row, found);
    for (const oldest of known.keys()) if (known.size > keptShards) known.delete(oldest);
    return found;
  };
  const admitted = async ({ cells }: ShardRow) => {
    const lines = await chunks.get(cells[admitAt]?.digest ?? "");
    return new Map(
      lines.map(entryOf).flatMap((entry) => {
        const read = readOf(entry);
        return read === undefined ? [] : [[entry.key, read] as const];
      }),
    );
  };
  return {
    async *records() {
      for (const { cells } of rows) {
        for (const line of await chunks.get(cells[recordsAt]?.digest ?? "")) yield recordOf(line);
      }
    },
    async read({ key }) {
      const row = rows[firstEndingAt(rows, key)];
      const read = row === undefined ? undefined : (await readsOf(row)).get(key);
      if (read === undefined) throw new ItemError("missing", `Cannot read "${key}": the version kept no bytes of it`);
      const { blob, ...more } = read;
      return { bytes: await blobs.get(blob.digest), ...more };
    },
  };
}

type Read = Omit<ReadImage, "bytes"> & { readonly blob: BlobRef };

/** What reading gave, as far as the entry kept it. */
function readOf({ blob, items: [item], facts: refused }: Entry): Read | undefined {
  if (blob === undefined) return undefined;
  const facts = item?.facts ?? refused;
  const head = item?.image.head;
  return { blob, ...(facts === undefined ? {} : { facts }), ...(head === undefined ? {} : { head }) };
}

function recordOf(line: string): SourceRecord {
  return JSON.parse(line);
}

function firstEndingAt(rows: readonly ShardRow[], key: string): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareUtf8(rows[middle]?.last ?? "", key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What a replay may look at: of the version before, what dataset steps said there; of the version itself, what cannot
 *  be had again, such as a time-out. Everything else is computed. */
export function createReplayParent(before: Parent | undefined, stored: Parent): Parent {
  const parent = before ?? noParent;
  return {
    ...noParent,
    had: parent.had,
    column: parent.column,
    async entries(column, range) {
      const entries = await stored.entries(column, range);
      return new Map([...entries].filter(([, entry]) => isPassing(column, entry)));
    },
  };
}

/** Lost for a reason that lay in that moment, or too large to have been kept. */
function isPassing({ name }: Column, entry: Entry): boolean {
  if (!isSettled(entry)) return true;
  return name === "admit" && entry.blob === undefined && entry.losses.some(({ reason }) => reason === "too_large");
}
