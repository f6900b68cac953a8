// Removes what is not needed, in an order that leaves a whole store wherever it ends: what names something goes before
// what is named.
import type { ObjectEntry } from "../contract/store.ts";
import { digestOfBlobKey } from "./blobs.ts";
import { digestOfChunkKey } from "./chunks.ts";
import { type DatasetVersion, idOf, numberOf, type Roots, runOf } from "./gc_roots.ts";
import { isObject, jsonIn } from "./json_text.ts";
import { expiredPages } from "./outbox_pages.ts";
import type { DatasetStorage } from "./open.ts";

/** What is removed, in this order. */
export const phases = ["versions", "records", "runs", "outbox", "shards", "chunks", "blobs", "temporary"] as const;
export type Phase = typeof phases[number];

/** `bytes` as they are in the store: files of which a published tree has links take their room until those are gone. */
export type Amount = { readonly count: number; readonly bytes: number };

export type Removing = {
  readonly storage: DatasetStorage;
  /** What is known to be needed; grows while others work in between. */
  readonly needed: { readonly roots: () => Roots; readonly has: (digest: string) => boolean };
  /** Objects written later than this stay, in milliseconds since 1970. */
  readonly cutoffMs: number;
  /** Resolves when objects may be removed: what is needed is to be asked after it, and before the next call. */
  readonly turn: () => Promise<void>;
  /** Takes a number of a dataset away, or only counts it. */
  readonly expire: (one: DatasetVersion) => Promise<void>;
  /** Takes objects away, or only counts them. */
  readonly remove: (phase: Phase, entries: readonly ObjectEntry[]) => Promise<void>;
  /** Told of objects that nothing needs and that are too young to go. */
  readonly young: (entry: ObjectEntry) => void;
};

/** Objects that are judged at once. */
const batch = 500;

/** Takes expired versions away. What they held is garbage then. */
export async function sweepVersions({ needed, turn, expire }: Removing): Promise<readonly DatasetVersion[]> {
  const gone: DatasetVersion[] = [];
  for (const one of needed.roots().expired) {
    await turn();
    // Somebody may have tagged it meanwhile.
    if (needed.roots().numbers.has(numberOf(one))) continue;
    await expire(one);
    gone.push(one);
  }
  return gone;
}

/** Takes away all that nothing needs, but expired versions and temporary files. */
export async function sweepObjects(removing: Removing, gone: readonly DatasetVersion[]): Promise<void> {
  const { needed } = removing;
  const expired = new Set(gone.map(idOf));
  await sweep(removing, "records", "versions/", ({ key }) => {
    const id = /^versions\/([^/]+\/[0-9a-f]{64})\.json$/.exec(key)?.[1];
    return id === undefined || needed.roots().ids.has(id) ? "needed" : expired.has(id) ? "expired" : "unneeded";
  });
  await sweepRuns(removing);
  await sweepOutbox(removing);
  await sweep(removing, "shards", "shards/", () => "unneeded");
  await sweep(removing, "chunks", "chunks/", judgeBy(needed.has, digestOfChunkKey));
  await sweep(removing, "blobs", "blobs/", judgeBy(needed.has, digestOfBlobKey));
}

/** What is to be said of an object: an expired one goes however young it is. */
type Judgement = "needed" | "unneeded" | "expired";

function judgeBy(has: (digest: string) => boolean, digestOf: (key: string) => string | undefined) {
  return ({ key }: ObjectEntry): Judgement => {
    const digest = digestOf(key);
    return digest === undefined || has(digest) ? "needed" : "unneeded";
  };
}

async function sweep(
  removing: Removing,
  phase: Phase,
  prefix: string,
  judge: (entry: ObjectEntry) => Judgement,
): Promise<void> {
  for await (const entries of inBatches(removing.storage.store.list(prefix))) {
    await removing.turn();
    await removeSome(removing, phase, entries, judge);
  }
}

async function removeSome(
  { cutoffMs, remove, young }: Removing,
  phase: Phase,
  entries: readonly ObjectEntry[],
  judge: (entry: ObjectEntry) => Judgement,
): Promise<void> {
  const going: ObjectEntry[] = [];
  for (const entry of entries) {
    const judgement = judge(entry);
    if (judgement === "needed") continue;
    if (judgement === "expired" || entry.modifiedMs < cutoffMs) going.push(entry);
    else if (phase !== "shards") young(entry); // a young finished shard is needed by the run that goes on from it
  }
  if (going.length > 0) await remove(phase, going);
}

async function* inBatches(entries: AsyncIterable<ObjectEntry>): AsyncGenerator<readonly ObjectEntry[]> {
  let some: ObjectEntry[] = [];
  for await (const entry of entries) {
    if (some.push(entry) < batch) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}

/** Records of runs whose version has expired. Those of runs that made nothing stay: they tell what went wrong. */
async function sweepRuns(removing: Removing): Promise<void> {
  const { needed, storage } = removing;
  for (const dataset of datasetsWithGaps(needed.roots())) {
    for (const run of await runsOf(storage, dataset)) {
      await removing.turn();
      const { ids, runs } = needed.roots();
      if (runs.has(runOf(dataset, run.id))) continue;
      const version = await versionOfRun(storage, dataset, run.id);
      if (version === undefined || ids.has(`${dataset}/${version}`)) continue;
      // The file that says which version it was goes last, so that a clean-up that is cut short can be finished.
      const last = run.entries.filter(({ key }) => key.endsWith("/run.json"));
      const others = run.entries.filter((entry) => !last.includes(entry));
      if (others.length > 0) await removing.remove("runs", others);
      await removing.remove("runs", last);
    }
  }
}

/** Pages of the delivery log whose version has expired, and of which everything has ended. */
async function sweepOutbox({ needed, storage, turn, remove }: Removing): Promise<void> {
  for (const dataset of datasetsWithGaps(needed.roots())) {
    await turn();
    const { numbers } = needed.roots();
    const isKept = (number: number) => numbers.has(`${dataset}@${number}`);
    for await (const entries of expiredPages(storage, dataset, isKept)) {
      await turn();
      await remove("outbox", entries);
    }
  }
}

/** No run needs to be looked at where no number is missing. */
function datasetsWithGaps({ kept, expired }: Roots): readonly string[] {
  const names = new Set(expired.map(({ dataset }) => dataset));
  const seen = new Map<string, number>();
  for (const { dataset, number } of kept) {
    if (number !== (seen.get(dataset) ?? 0) + 1) names.add(dataset);
    seen.set(dataset, number);
  }
  return [...names].sort();
}

async function runsOf({ store }: DatasetStorage, dataset: string) {
  const runs = new Map<string, ObjectEntry[]>();
  for await (const entry of store.list(`runs/${dataset}/`)) {
    const id = entry.key.split("/")[2] ?? "";
    runs.set(id, [...runs.get(id) ?? [], entry]);
  }
  return [...runs].map(([id, entries]) => ({ id, entries }));
}

async function versionOfRun({ runs }: DatasetStorage, dataset: string, id: string): Promise<string | undefined> {
  const bytes = await runs.get({ dataset, id }, "run.json");
  const record = bytes === undefined ? undefined : jsonIn(bytes);
  const version = isObject(record) ? record["version"] : undefined;
  return typeof version === "string" ? version : undefined;
}
