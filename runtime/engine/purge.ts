// Erases one image, and all that was made of it, from every version of every dataset of a store.
//
// The new versions are written first, where nobody sees them. Then it is written down what becomes what, then each number
// is led to its new version, then what nothing needs any more goes. A purge that was cut short anywhere is finished by
// the next one of the same image.
import { canonicalJson, type Digest, type Json } from "../contract/json.ts";
import type { Version } from "../contract/version.ts";
import { collectGarbage, type GcReport } from "../store/gc.ts";
import type { DatasetVersion } from "../store/gc_roots.ts";
import { checkFresh, type OpenOptions, type Sweep } from "../store/leases.ts";
import type { DatasetStorage } from "../store/open.ts";
import { eraseMessages } from "../store/outbox_pages.ts";
import { publishTree } from "../store/published.ts";
import { createTombstones, type NamedPurge, type PurgedVersion, purgeId } from "../store/tombstones.ts";
import { isPublished, unpublishTree } from "../store/unpublish.ts";
import { entryOfLine } from "./exporting.ts";
import { createSearch, findTarget, rowsOf, type Target } from "./purge_find.ts";
import { rewriteVersion, type Rewriting } from "./purge_rewrite.ts";

export type PurgeOptions = OpenOptions & {
  readonly dataset: string;
  readonly key: string;
  /** Why, in the words of whoever asks for it; kept in the record of the purge. */
  readonly reason?: string;
  readonly signal: AbortSignal;
  readonly exporting: Rewriting["exporting"];
  /** The time of day, ISO 8601 in UTC. */
  readonly today: () => string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onProgress?: (text: string) => void;
};

/** A version that holds the image. */
export type Holding = { readonly dataset: string; readonly number: number; readonly records: number };

export type PurgePlan = {
  readonly digests: readonly Digest[];
  readonly holding: readonly Holding[];
  /** An earlier purge of the same image was cut short, and has to be finished. */
  readonly unfinished: boolean;
};

export type PurgeReport = { readonly purge: NamedPurge; readonly swept: GcReport };

/** What a purge would touch; `undefined` when no version knows this key. Writes nothing. */
export async function planPurge(
  storage: DatasetStorage,
  { dataset, key, signal }: Pick<PurgeOptions, "dataset" | "key" | "signal">,
): Promise<PurgePlan | undefined> {
  const open = await unfinishedOf(storage, dataset, key);
  const target = await findTarget(storage, dataset, key, open?.digests ?? []);
  if (target === undefined) return undefined;
  const keysIn = createSearch(storage, target);
  const holding: Holding[] = [];
  for (const { dataset: of, number, ref } of await allVersions(storage)) {
    const version = await storage.versions.get(of, ref.version);
    let records = 0;
    for await (const row of rowsOf(storage, version)) {
      signal.throwIfAborted();
      records += (await keysIn(of, row)).size;
    }
    if (records > 0) holding.push({ dataset: of, number, records });
  }
  return { digests: [...target.digests], holding, unfinished: open !== undefined };
}

/** Waits until nobody works in the store, and lets nobody in until it is done. `undefined` when no version knows this
 *  key. Throws `InputError` when an export is not here that has to be written again; nothing was changed then. */
export async function purgeImage(storage: DatasetStorage, options: PurgeOptions): Promise<PurgeReport | undefined> {
  const { dataset, key, signal, now, onProgress = () => {} } = options;
  const sweep = await storage.leases.sweep(`purge of an image of ${dataset}`, options);
  try {
    const open = await unfinishedOf(storage, dataset, key);
    const target = await findTarget(storage, dataset, key, open?.digests ?? []);
    if (target === undefined) return undefined;
    const before = await allVersions(storage);
    const changes = await rewriteAll(storage, options, target, before, open);
    const purge = await recordOf(storage, options, target, { before, changes, open });
    await storage.store.flush();
    await createTombstones(storage.store).put(purge);
    for (const one of before) await lead(storage, sweep, one, changes);
    await checkFresh(sweep);
    await eraseMessages(storage, target.digests);
    await publishAgain(storage, purge, signal);
    onProgress("Removing what nothing needs any more");
    const swept = await collectGarbage(storage, {
      keeping: {},
      graceMs: 0,
      dryRun: false,
      within: sweep,
      now,
      signal,
    });
    // Whatever else may look like a name of them, these bytes are needed by nobody.
    await storage.store.remove(purge.digests.map(storage.blobs.keyOf));
    const done = { ...purge, done: true };
    await createTombstones(storage.store).put(done);
    return { purge: done, swept };
  } finally {
    await sweep.close();
  }
}

async function unfinishedOf({ store }: DatasetStorage, dataset: string, key: string) {
  return (await createTombstones(store).purgesOf(dataset, key)).findLast(({ done }) => !done);
}

/** All numbers of all datasets, in the order in which they were published. */
async function allVersions({ refs }: DatasetStorage): Promise<DatasetVersion[]> {
  const all: DatasetVersion[] = [];
  for await (const dataset of refs.datasets()) {
    for await (const one of refs.history(dataset)) all.push({ dataset, ...one });
  }
  const time = ({ ref }: DatasetVersion) => ref.publishedAt;
  return all.sort((left, right) => time(left) < time(right) ? -1 : time(left) > time(right) ? 1 : 0);
}

type Changes = {
  /** Old ids to new ones. */
  readonly ids: Map<Digest, Digest>;
  /** Old ids of versions that had records of the image. */
  readonly held: Set<Digest>;
};

/** Writes all versions again that have to change, each after those it was made from. */
async function rewriteAll(
  storage: DatasetStorage,
  { exporting, signal, onProgress }: PurgeOptions,
  target: Target,
  all: readonly DatasetVersion[],
  open: NamedPurge | undefined,
): Promise<Changes> {
  const { digests } = target;
  const rewriting: Rewriting = { storage, exporting, signal, digests, keysIn: createSearch(storage, target) };
  const changes: Changes = { ids: new Map(open?.versions.map(({ from, to }) => [from, to])), held: new Set() };
  const pending = new Map<Digest, Version>();
  for (const { dataset, ref } of all) pending.set(ref.version, await storage.versions.get(dataset, ref.version));
  while (pending.size > 0) {
    for (const [id, version] of pending) {
      if (madeFrom(version).some((other) => pending.has(other))) continue; // in the next round
      pending.delete(id);
      const made = await rewriteVersion(rewriting, version, changes.ids);
      if (made.records > 0) {
        changes.held.add(id);
        onProgress?.(`Rewrote ${version.dataset} ${id.slice(0, 12)}`);
      }
      if (textOf(made.version) !== textOf(version)) changes.ids.set(id, await storage.versions.put(made.version));
    }
  }
  return changes;
}

function madeFrom({ parent, provenance }: Version): Digest[] {
  return [...parent === undefined ? [] : [parent], ...provenance.inputs?.map(({ version }) => version) ?? []];
}

function textOf(version: Version): string {
  return canonicalJson(version as unknown as Json); // a version is plain data through and through
}

type Work = {
  readonly before: readonly DatasetVersion[];
  readonly changes: Changes;
  readonly open: NamedPurge | undefined;
};

async function recordOf(
  { store }: DatasetStorage,
  { dataset, key, reason, today }: PurgeOptions,
  { digests }: Target,
  { before, changes, open }: Work,
): Promise<NamedPurge> {
  const versions: PurgedVersion[] = [...open?.versions ?? []];
  for (const { dataset: of, number, ref } of before) {
    const to = changes.ids.get(ref.version);
    if (to === undefined || versions.some((one) => one.dataset === of && one.number === number)) continue;
    versions.push({ dataset: of, number, from: ref.version, to, published: await isPublished(store, of, number) });
  }
  const at = open?.at ?? today();
  return {
    id: open?.id ?? purgeId(at, [...digests].sort()),
    dataset,
    key,
    digests: [...digests].sort(),
    at,
    ...(reason === undefined ? {} : { reason }),
    versions,
    done: false,
  };
}

/** Lets a number lead to its new version. The files that people see go before, and what its run published beside it. */
async function lead(
  storage: DatasetStorage,
  sweep: Sweep,
  { dataset, number, ref }: DatasetVersion,
  { ids, held }: Changes,
): Promise<void> {
  const to = ids.get(ref.version);
  if (to === undefined) return;
  await checkFresh(sweep);
  await unpublishTree(storage.store, dataset, number);
  if (held.has(ref.version)) await storage.store.remove([`runs/${dataset}/${ref.run}/files.txt`]);
  await storage.refs.rewrite(dataset, number, { ...ref, version: to });
}

/** Makes the files again that people saw before. */
async function publishAgain(storage: DatasetStorage, { versions }: NamedPurge, signal: AbortSignal): Promise<void> {
  for (const { dataset, number, published } of versions) {
    const ref = published ? await storage.refs.get(dataset, number) : undefined;
    if (ref === undefined) continue;
    const { tree } = await storage.versions.get(dataset, ref.version);
    const beside = await storage.runs.get({ dataset, id: ref.run }, "files.txt");
    await publishTree({
      store: storage.store,
      dataset,
      number,
      entries: entriesOf(storage.chunks.readList(tree)),
      beside: entriesOf(new TextDecoder().decode(beside).split("\n").filter((line) => line !== "")),
      signal,
    });
  }
}

async function* entriesOf(lines: AsyncIterable<string> | Iterable<string>) {
  for await (const line of lines) yield entryOfLine(line);
}
