// What a version brought beside the one before it: records, settings, bytes. Reads indexes, never the blobs themselves.
import type { RecordDiff, SettingChange } from "../contract/diff.ts";
import type { LedgerLine } from "../contract/item.ts";
import type { Digest } from "../contract/json.ts";
import type { Version } from "../contract/version.ts";
import type { Chunks } from "../store/chunks.ts";
import { chunkKeyOf } from "../store/chunks.ts";
import type { DatasetStorage } from "../store/open.ts";
import { recordDiff } from "./diff.ts";
import { settingChanges } from "./diff_settings.ts";
import { differingLines, readTable, type Table } from "./diff_table.ts";
import { entryOfLine } from "./exporting.ts";
import { mapPool } from "./limiter.ts";

/** Bytes that a version has and the one before it had not: raw images, files of exports, indexes as they are stored. What
 *  an older version had already counts again, though the store keeps it once. */
export type Growth = { readonly sources: number; readonly files: number; readonly index: number };

/** `records` and `settings` are absent for a first version, or when the one before it is gone. */
export type Step = {
  readonly growth: Growth;
  readonly records?: RecordDiff;
  readonly settings?: readonly SettingChange[];
};

/** Chunks whose sizes are looked up at once. */
const chunksAtOnce = 16;

/** What `after` brought, `before` being the version that was the newest until then. */
export async function stepBetween(
  storage: DatasetStorage,
  before: Version | undefined,
  after: Version,
  signal: AbortSignal,
): Promise<Step> {
  const { chunks } = storage;
  const left = before === undefined ? [] : await readTable(chunks, before);
  const right = await readTable(chunks, after);
  const growth = {
    sources: await sourceBytes(chunks, left, right, signal),
    ...await fileAndIndexBytes(storage, { version: before, table: left }, { version: after, table: right }),
  };
  if (before === undefined) return { growth };
  const settings = settingChanges(before.provenance, after.provenance);
  return { growth, records: await recordDiff(chunks, left, right), settings };
}

/** Bytes of raw images that the ledger names now and did not name, each once, also when its key is another one now. */
async function sourceBytes(chunks: Chunks, left: Table, right: Table, signal: AbortSignal): Promise<number> {
  if (left.length === 0) return await allSourceBytes(chunks, right, signal);
  const sizes = new Map<number, number>();
  const known = new Set<number>();
  for await (const { before, after } of differingLines<LedgerLine>(chunks, "ledger", left, right)) {
    signal.throwIfAborted();
    if (before?.blob !== undefined) known.add(shortOf(before.blob.digest));
    if (after?.blob !== undefined) sizes.set(shortOf(after.blob.digest), after.blob.size);
  }
  return sumOf(sizes, known);
}

/** What canonical ledger lines begin with when they name bytes. */
const blobFirst = /^\{"blob":\{"digest":"([0-9a-f]{64})","size":(\d+)\}/;

/** The same for a whole ledger, without parsing it: a first version may have millions of lines. */
export async function allSourceBytes(chunks: Chunks, table: Table, signal: AbortSignal): Promise<number> {
  const seen = new Set<number>();
  let sum = 0;
  for (const { ledger } of table) {
    signal.throwIfAborted();
    for (const line of await chunks.get(ledger)) {
      const [, digest, size] = blobFirst.exec(line) ?? [];
      if (digest === undefined || seen.has(shortOf(digest))) continue;
      seen.add(shortOf(digest));
      sum += Number(size);
    }
  }
  return sum;
}

/** Enough of a digest to tell blobs of one store apart, in a tenth of the memory. */
function shortOf(digest: Digest): number {
  return Number.parseInt(digest.slice(0, 13), 16);
}

function sumOf(sizes: ReadonlyMap<number, number>, known: ReadonlySet<number>): number {
  let sum = 0;
  for (const [digest, size] of sizes) if (!known.has(digest)) sum += size;
  return sum;
}

type Tabled = { readonly version: Version | undefined; readonly table: Table };

async function fileAndIndexBytes({ chunks, store }: DatasetStorage, left: Tabled, right: Tabled) {
  const [before, after] = [await listsOf(chunks, left), await listsOf(chunks, right)];
  const added = [...after.all.difference(before.all)];
  const sizes = await mapPool(
    added,
    chunksAtOnce,
    async (digest) => (await store.get(chunkKeyOf(digest)))?.length ?? 0,
  );
  return {
    files: await fileBytes(chunks, before.tree.difference(after.tree), after.tree.difference(before.tree)),
    index: sizes.reduce((sum, size) => sum + size, 0),
  };
}

/** The chunks of a version, and those among them that hold its tree. */
async function listsOf(chunks: Chunks, { version, table }: Tabled) {
  const all = new Set<Digest>();
  if (version === undefined) return { all, tree: new Set<Digest>() };
  for (const { cells } of table) for (const digest of cells) all.add(digest);
  const tree = new Set(await listedChunks(chunks, version.tree));
  const lists = [version.tree, version.shards, ...Object.values(version.notes)];
  for (const list of lists) for (const digest of [list, ...await listedChunks(chunks, list)]) all.add(digest);
  return { all, tree };
}

async function listedChunks(chunks: Chunks, list: Digest): Promise<readonly Digest[]> {
  return (await chunks.get(list)).map((line): Digest => JSON.parse(line));
}

async function fileBytes(chunks: Chunks, before: ReadonlySet<Digest>, after: ReadonlySet<Digest>): Promise<number> {
  const known = new Set<number>();
  const sizes = new Map<number, number>();
  for (const chunk of before) for (const line of await chunks.get(chunk)) known.add(shortOf(entryOfLine(line).digest));
  for (const chunk of after) {
    for (const line of await chunks.get(chunk)) {
      const { digest, size } = entryOfLine(line);
      sizes.set(shortOf(digest), size);
    }
  }
  return sumOf(sizes, known);
}
