// Turns a finished dataset into a version: exports, then the version, then its number. Each is safe before the next.
import { canonicalJson, type Digest, type Json } from "../contract/json.ts";
import { StoreError } from "../contract/errors.ts";
import type { ShardRow, StageTime, Version } from "../contract/version.ts";
import { createViews, type ViewDeps } from "./dataset_view.ts";
import { recordDiff } from "./diff.ts";
import { readTable, tableRow } from "./diff_table.ts";
import { type Before, type Notes, runExport, treeLines } from "./exporting.ts";
import { createSorter } from "./external_sort.ts";
import { openExports } from "./open_stages.ts";
import type { Draft, Head, RunDeps } from "./run.ts";

/** True when a version says what the draft says: nothing needs to be published then. Newer versions of other datasets
 *  that gave the same items say nothing new. */
export function isSame(version: Version, draft: Draft): boolean {
  const { parent: _parent, tree: _tree, notes: _notes, ...said } = version;
  return textOf(said) === textOf(draft);
}

function textOf({ provenance: { inputs: _inputs, ...provenance }, ...draft }: Draft): string {
  return canonicalJson({ ...draft, provenance } as unknown as Json); // a draft is plain data through and through
}

export type Committed = { readonly head: Head; readonly exporting: readonly StageTime[] };

/** Publishes a draft as the next number. Throws `StoreError` conflict when another run has taken that number. */
export async function commitVersion(
  deps: RunDeps,
  draft: Draft,
  rows: readonly ShardRow[],
  head: Head | undefined,
  signal: AbortSignal,
): Promise<Committed> {
  const parent = head === undefined ? undefined : { id: head.ref.version, version: head.version };
  const { version, times } = await completed(deps, draft, rows, parent, signal);
  signal.throwIfAborted();
  const { versions, refs, store } = deps.storage;
  await store.flush();
  const id = await versions.put(version);
  const ref = { version: id, run: deps.run, publishedAt: deps.today() };
  const number = (head?.number ?? 0) + 1;
  if (!await refs.publish(draft.dataset, number, ref)) throw published(draft.dataset, number);
  return { head: { number, ref, version }, exporting: times };
}

/** The version that a draft comes to on top of its parent: with its files, and with what exports noted. */
export async function completed(
  deps: RunDeps,
  draft: Draft,
  rows: readonly ShardRow[],
  parent: { readonly id: Digest; readonly version?: Version } | undefined,
  signal: AbortSignal,
): Promise<{ readonly version: Version; readonly times: readonly StageTime[] }> {
  const { tree, notes, times } = await writeExports(deps, draft, rows, parent?.version, signal);
  const version: Version = {
    ...draft,
    ...(parent === undefined ? {} : { parent: parent.id }),
    tree,
    notes: Object.fromEntries([...notes].sort(([left], [right]) => left < right ? -1 : 1)),
  };
  return { version, times };
}

function published(dataset: string, number: number): StoreError {
  const text = `Cannot publish "${dataset}" as v${number}: another run published that number first. ` +
    "Nothing is lost: run again, and what was computed is taken over";
  return new StoreError("conflict", text);
}

async function writeExports(
  deps: RunDeps,
  draft: Draft,
  rows: readonly ShardRow[],
  before: Version | undefined,
  signal: AbortSignal,
) {
  const notes: Notes = new Map();
  const sorter = createSorter(deps.spill);
  const times: StageTime[] = [];
  const bounds = deps.pipeline.exports.filter(({ definition }) => definition.beside !== true);
  const exports = await openExports(deps, bounds, notes, before && sinceParent(deps, before, rows), signal);
  const viewFor = createViews(viewDeps(deps, draft, rows));
  const exporting = exportingDeps(deps, sorter, draft.counts.items, times);
  await Promise.all(exports.map((one) => runExport(exporting, one, viewFor(one.opened.pictures), signal)));
  const tree = await deps.storage.chunks.putList(treeLines(sorter));
  return { tree, notes, times };
}

function sinceParent({ storage: { chunks } }: RunDeps, before: Version, rows: readonly ShardRow[]): Before {
  return {
    notes: before.notes,
    changes: async () => await recordDiff(chunks, await readTable(chunks, before), rows.map(tableRow)),
  };
}

/** What all exports of a run have in common. */
export function viewDeps(deps: RunDeps, draft: Draft, rows: readonly ShardRow[]): ViewDeps {
  return {
    name: draft.dataset,
    counts: draft.counts,
    provenance: draft.provenance,
    records: rows.flatMap(({ cells }) => cells.slice(0, 1)),
    items: rows.flatMap(({ cells }) => cells.slice(-2, -1)),
    ledger: rows.flatMap(({ cells }) => cells.slice(-1)),
    blobs: deps.storage.blobs,
    chunks: deps.storage.chunks,
    readHeader: deps.readHeader,
    thumbnail: async (image, edge) => await deps.codec.thumbnail(await deps.pixels.bytes(image), image, edge),
    pixels: deps.pixels.pixels,
  };
}

export function exportingDeps(
  deps: RunDeps,
  sorter: ReturnType<typeof createSorter>,
  items: number,
  times: StageTime[],
) {
  return {
    blobs: deps.storage.blobs,
    chunks: deps.storage.chunks,
    sorter,
    now: deps.now,
    done(id: string, startedMs: number) {
      const seconds = Math.round(deps.now() - startedMs) / 1000;
      times.push({ id, itemsIn: items, itemsOut: items, computed: items, reused: 0, seconds, busySeconds: seconds });
    },
  };
}
