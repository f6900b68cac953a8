// Walks a source, cuts its records into shards, and counts what changed since the parent version.
import { canonicalJson, compareUtf8, type Digest, digestOf } from "../contract/json.ts";
import { InputError, PluginError } from "../contract/errors.ts";
import type { RecordChanges } from "../contract/events.ts";
import type { BlobRef } from "../contract/image.ts";
import type { ListedRecord, SourceRecord } from "../contract/item.ts";
import type { Chunks } from "../store/chunks.ts";
import { endsShard } from "./cut.ts";
import type { Sorter } from "./external_sort.ts";
import type { KeyRange, Parent } from "./parent.ts";

/** One shard of the listing: its keys, and the chunk that holds its records, one canonical line each. */
export type ListedShard = KeyRange & { readonly records: number; readonly chunk: Digest };

export type Listing = { readonly shards: readonly ListedShard[]; readonly changes: RecordChanges };

export type ListingOptions = {
  readonly source: string;
  readonly records: AsyncIterable<SourceRecord>;
  readonly parent: Parent;
  readonly chunks: Chunks;
  /** Most records to take; all when absent. */
  readonly limit?: number | undefined;
  /** False on a dry run: nothing is written. */
  readonly write: boolean;
  readonly onProgress: (records: number) => void;
  readonly signal: AbortSignal;
};

/** Lists a source. Throws `PluginError` when keys are out of order or double, `InputError` when there is nothing. */
export async function listRecords(options: ListingOptions): Promise<Listing> {
  const shards: ListedShard[] = [];
  const tally = { total: 0, new: 0, changed: 0, unchanged: 0 };
  for await (const shard of cutRecords(options)) {
    tally.total += shard.keys.length;
    shards.push(await listShard(options, shard, tally));
    options.onProgress(tally.total);
  }
  if (tally.total === 0) throw nothingFound(options.source);
  const removed = options.parent.records - tally.unchanged - tally.changed;
  return { shards, changes: { ...tally, removed } };
}

/** Bytes that are being kept while the source goes on. */
const keptAtOnce = 32;

/** Records whose bytes came with them, as records of blobs, in their order. */
export async function* withBlobs(
  records: AsyncIterable<ListedRecord>,
  keep: (bytes: Uint8Array) => Promise<BlobRef>,
): AsyncGenerator<SourceRecord> {
  const pending: Promise<SourceRecord>[] = [];
  const kept = async ({ bytes, ...record }: ListedRecord) => {
    return bytes === undefined ? record : { ...record, blob: await keep(bytes) };
  };
  for await (const listed of records) {
    const record = kept(listed);
    record.catch(() => {}); // seen when its turn comes
    pending.push(record);
    const first = pending.length < keptAtOnce ? undefined : pending.shift();
    if (first !== undefined) yield await first;
  }
  for (const record of pending) yield await record;
}

/** Records of a source that promises no order, sorted outside memory. Keys hold no NUL. */
export async function* sortedRecords(
  records: AsyncIterable<SourceRecord>,
  sorter: Sorter,
): AsyncGenerator<SourceRecord> {
  for await (const record of records) await sorter.add(`${record.key}\u0000${JSON.stringify(record)}`);
  for await (const line of sorter.sorted()) yield JSON.parse(line.slice(line.indexOf("\u0000") + 1));
}

/** Lines in byte order, sorted outside memory. */
export async function* sortedLines(lines: AsyncIterable<string>, sorter: Sorter): AsyncGenerator<string> {
  for await (const line of lines) await sorter.add(line);
  yield* sorter.sorted();
}

type CutShard = { readonly keys: readonly string[]; readonly lines: readonly string[] };

async function* cutRecords({ source, records, limit, signal }: ListingOptions): AsyncGenerator<CutShard> {
  let keys: string[] = [];
  let lines: string[] = [];
  let previous: string | undefined;
  let left = limit ?? Infinity;
  for await (const record of records) {
    if (left-- <= 0) break;
    checkOrder(source, previous, record);
    previous = record.key;
    keys.push(record.key);
    lines.push(recordLine(source, record));
    if (!endsShard(record.key, keys.length)) continue;
    signal.throwIfAborted();
    yield { keys, lines };
    keys = [];
    lines = [];
  }
  if (keys.length > 0) yield { keys, lines };
}

function checkOrder(source: string, previous: string | undefined, record: SourceRecord): void {
  if (typeof record.key !== "string" || record.key === "" || typeof record.revision !== "string") {
    throw new PluginError(`Cannot list "${source}": a record has no key or no revision`);
  }
  if (previous === undefined || compareUtf8(previous, record.key) < 0) return;
  const what = previous === record.key ? "came twice" : `came after "${previous}", out of order`;
  throw new PluginError(`Cannot list "${source}": the key "${record.key}" ${what}`);
}

function recordLine(source: string, { key, revision, facts, items, blob, broken, unfit }: SourceRecord): string {
  try {
    return canonicalJson({ key, revision, facts, items, blob, broken, unfit });
  } catch (cause) {
    throw new PluginError(`Cannot list "${source}": the facts of "${key}" are not plain data`, { cause });
  }
}

async function listShard(
  { parent, chunks, write }: ListingOptions,
  { keys, lines }: CutShard,
  tally: { new: number; changed: number; unchanged: number },
): Promise<ListedShard> {
  const range = { first: keys[0] ?? "", last: keys.at(-1) ?? "" };
  const chunk = digestOf(lines.map((line) => `${line}\n`).join(""));
  if (parent.listed(chunk)) {
    tally.unchanged += keys.length;
    return { ...range, records: keys.length, chunk };
  }
  const before = await parent.listing(range);
  for (const [index, key] of keys.entries()) {
    const old = before.get(key);
    if (old === undefined) tally.new++;
    else if (old === lines[index]) tally.unchanged++;
    else tally.changed++;
  }
  const stored = write ? await chunks.put(lines) : chunk;
  return { ...range, records: keys.length, chunk: stored };
}

function nothingFound(source: string): InputError {
  return new InputError(
    `Cannot run on "${source}": it has no records. Nothing was changed; check the path and the globs under "source"`,
    [],
    { code: "source" },
  );
}
