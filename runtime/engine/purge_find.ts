// Finds an image in all that was ever made of it.
import { compareUtf8, type Digest } from "../contract/json.ts";
import type { LedgerLine, SourceRecord } from "../contract/item.ts";
import type { ShardRow, Version } from "../contract/version.ts";
import type { DatasetStorage } from "../store/open.ts";

/** The reason by which a purged record is known. */
export const purgedReason = "purged";

/** One image: the record it came from, and its bytes in all their revisions. */
export type Target = { readonly dataset: string; readonly key: string; readonly digests: ReadonlySet<Digest> };

/** Keys of a shard's records that are to be erased; none for most shards. */
export type KeysIn = (dataset: string, row: ShardRow) => Promise<ReadonlySet<string>>;

/** The target of this key; `undefined` when no version has such a record. `known`: digests from a purge that was cut
 *  short. */
export async function findTarget(
  storage: DatasetStorage,
  dataset: string,
  key: string,
  known: readonly Digest[],
): Promise<Target | undefined> {
  const digests = new Set(known);
  const seen = new Set<Digest>();
  let found = false;
  for await (const { ref } of storage.refs.history(dataset)) {
    for await (const row of rowsOf(storage, await storage.versions.get(dataset, ref.version))) {
      const ledger = row.cells.at(-1)?.digest;
      if (ledger === undefined || !isWithin(row, key) || seen.has(ledger)) continue;
      seen.add(ledger);
      const line = lineOfKey(await storage.chunks.get(ledger), key);
      if (line === undefined) continue;
      found = true;
      const { blob }: LedgerLine = JSON.parse(line);
      if (blob !== undefined) digests.add(blob.digest);
    }
  }
  return found ? { dataset, key, digests } : undefined;
}

/** Looks through shards for the target: its bytes under whatever key, and its key in its own dataset. */
export function createSearch({ chunks }: DatasetStorage, { dataset, key, digests }: Target): KeysIn {
  const byLedger = new Map<Digest, ReadonlySet<string>>();
  const withBytes = async (ledger: Digest) => {
    const known = byLedger.get(ledger);
    if (known !== undefined) return known;
    const keys = new Set<string>();
    for (const line of await chunks.get(ledger)) {
      if (![...digests].some((digest) => line.includes(digest))) continue;
      const { key: found, blob }: LedgerLine = JSON.parse(line);
      if (blob !== undefined && digests.has(blob.digest)) keys.add(found);
    }
    byLedger.set(ledger, keys);
    return keys;
  };
  return async (of, row) => {
    const keys = await withBytes(row.cells.at(-1)?.digest ?? "");
    const records = row.cells[0]?.digest;
    if (of !== dataset || records === undefined || !isWithin(row, key) || keys.has(key)) return keys;
    const line = lineOfKey(await chunks.get(records), key);
    return line === undefined || isPurged(JSON.parse(line)) ? keys : new Set([...keys, key]);
  };
}

function isPurged({ broken }: SourceRecord): boolean {
  return broken?.reason === purgedReason;
}

function isWithin({ first, last }: ShardRow, key: string): boolean {
  return compareUtf8(first, key) <= 0 && compareUtf8(key, last) <= 0;
}

/** The shard table of a version. */
export async function* rowsOf({ chunks }: DatasetStorage, { shards }: Version): AsyncGenerator<ShardRow> {
  for await (const line of chunks.readList(shards)) yield JSON.parse(line);
}

export function lineOfKey(lines: readonly string[], key: string): string | undefined {
  return lines.find((line) => isOfKey(line, key));
}

/** True when a line of any column is about the record with this key. */
export function isOfKey(line: string, key: string): boolean {
  if (!line.includes(JSON.stringify(key))) return false;
  const said: { readonly key: string } = JSON.parse(line);
  return said.key === key;
}
