// Writes a version again without some of its records.
import { canonicalJson, type Digest } from "../contract/json.ts";
import type { LedgerLine, SourceRecord } from "../contract/item.ts";
import type { Cell, InputVersion, ShardRow, Version } from "../contract/version.ts";
import type { DatasetStorage } from "../store/open.ts";
import { completed } from "./commit.ts";
import { type Entry, entryOf, isSettled } from "./entry.ts";
import { countsOf, linesOf, sumCounts } from "./ledger.ts";
import { isOfKey, type KeysIn, purgedReason, rowsOf } from "./purge_find.ts";
import type { Draft, RunDeps } from "./run.ts";

export type Rewriting = {
  readonly storage: DatasetStorage;
  readonly keysIn: KeysIn;
  /** Digests that must not be found in any line afterwards. */
  readonly digests: ReadonlySet<Digest>;
  /** What runs the exports of a version, and the version as those who write it now make it. */
  readonly exporting: (version: Version) => Promise<{ readonly deps: RunDeps; readonly version: Version }>;
  readonly signal: AbortSignal;
};

/** Ids of versions as they were and as they are. */
export type NewIds = ReadonlyMap<Digest, Digest>;

export type Rewritten = { readonly version: Version; readonly records: number };

/** The version without the records that `keysIn` names; the version itself when nothing of it has to change. */
export async function rewriteVersion(rewriting: Rewriting, before: Version, newIds: NewIds): Promise<Rewritten> {
  const { keysIn, storage, signal } = rewriting;
  const rows: ShardRow[] = [];
  const purged = new Set<string>();
  for await (const row of rowsOf(storage, before)) {
    signal.throwIfAborted();
    const keys = await keysIn(before.dataset, row);
    for (const key of keys) purged.add(key);
    rows.push(keys.size === 0 ? row : await rewriteRow(rewriting, row, keys));
  }
  const version = purged.size === 0 ? before : await exported(rewriting, before, rows, purged);
  return { version: withNewIds(version, newIds), records: purged.size };
}

function withNewIds(version: Version, newIds: NewIds): Version {
  const { parent, provenance } = version;
  const inputs = provenance.inputs?.map((input): InputVersion => (
    { ...input, version: newIds.get(input.version) ?? input.version }
  ));
  return {
    ...version,
    ...(parent === undefined ? {} : { parent: newIds.get(parent) ?? parent }),
    provenance: { ...provenance, ...(inputs === undefined ? {} : { inputs }) },
  };
}

/** Exports get what they noted in this very version, so that the numbers they gave stay what they were. */
async function exported(
  { storage: { chunks }, exporting, signal }: Rewriting,
  before: Version,
  rows: readonly ShardRow[],
  purged: ReadonlySet<string>,
): Promise<Version> {
  const { deps, version: { parent, tree: _tree, notes, ...said } } = await exporting(before);
  const draft: Draft = {
    ...said,
    counts: sumCounts(rows.map(({ counts }) => counts)),
    shards: await chunks.putList(rows.map((row) => canonicalJson(row))),
  };
  const ownNotes: Record<string, Digest> = {};
  for (const [id, list] of Object.entries(notes)) {
    ownNotes[id] = await chunks.putList(without(chunks.readList(list), purged));
  }
  const history = { id: "", version: { ...before, notes: ownNotes } };
  const { version: { parent: _none, ...made } } = await completed(deps, draft, rows, history, signal);
  return parent === undefined ? made : { ...made, parent };
}

/** Lines that do not speak of these keys. What a plugin writes into its notes is its own affair: a line that holds a key
 *  in whatever place is left out. */
async function* without(lines: AsyncIterable<string>, keys: ReadonlySet<string>): AsyncGenerator<string> {
  const quoted = [...keys].map((key) => JSON.stringify(key));
  for await (const line of lines) {
    if (!keys.has(line) && !quoted.some((key) => line.includes(key))) yield line;
  }
}

async function rewriteRow(
  { storage, digests }: Rewriting,
  row: ShardRow,
  keys: ReadonlySet<string>,
): Promise<ShardRow> {
  const { chunks } = storage;
  const last = row.cells.length - 1;
  const ledger = (await chunks.get(row.cells[last]?.digest ?? "")).map((line) => purgedLine(JSON.parse(line), keys));
  const counts = countsOf(ledger);
  const cells = await Promise.all(row.cells.map(async (cell, index): Promise<Cell> => {
    if (index === last) return { digest: await chunks.put(linesOf(ledger)), items: counts.items };
    const lines = await chunks.get(cell.digest);
    if (index > 0) return await entriesCell(storage, cell, lines.filter((line) => !isOfAny(line, keys)));
    return {
      ...cell,
      digest: await chunks.put(lines.map((line) => isOfAny(line, keys) ? purgedRecord(line, digests) : line)),
    };
  }));
  return { ...row, counts, cells };
}

function isOfAny(line: string, keys: ReadonlySet<string>): boolean {
  return [...keys].some((key) => isOfKey(line, key));
}

async function entriesCell({ chunks }: DatasetStorage, before: Cell, lines: readonly string[]): Promise<Cell> {
  const entries: Entry[] = lines.map(entryOf);
  const items = entries.reduce((sum, entry) => sum + entry.items.length, 0);
  const isOpen = before.unsettled === true && !entries.every(isSettled);
  return { digest: await chunks.put(lines), items, ...(isOpen ? { unsettled: true } : {}) };
}

const detail = "Erased, with all that was made of it";

/** Some sources take the digest of the bytes for the revision. */
function purgedRecord(line: string, digests: ReadonlySet<Digest>): string {
  const { key, revision: before }: SourceRecord = JSON.parse(line);
  const revision = [...digests].some((digest) => before.includes(digest)) ? purgedReason : before;
  return canonicalJson({ key, revision, broken: { reason: purgedReason, detail } });
}

function purgedLine(line: LedgerLine, keys: ReadonlySet<string>): LedgerLine {
  if (!keys.has(line.key)) return line;
  const loss = { child: "", verdict: "dropped", step: "purge", reason: purgedReason, detail } as const;
  return { key: line.key, verdict: "dropped", items: 0, losses: [loss], notes: [] };
}
