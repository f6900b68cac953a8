// Cleans a store: versions that have expired, and what killed runs and expired versions have left.
import type { ObjectEntry } from "../contract/store.ts";
import { createMarks, type Marks } from "./gc_mark.ts";
import { type DatasetVersion, type Keeping, type KnownInputs, type Roots, rootsOf } from "./gc_roots.ts";
import { createSlices, type Slices } from "./gc_slices.ts";
import { type Amount, type Phase, phases, type Removing, sweepObjects, sweepVersions } from "./gc_sweep.ts";
import { checkFresh, type OpenOptions, type Sweep } from "./leases.ts";
import type { DatasetStorage } from "./open.ts";
import { removeOldTemporary } from "./temporary.ts";
import { unpublishTree } from "./unpublish.ts";

export type GcOptions = OpenOptions & {
  readonly keeping: Keeping;
  /** Objects younger than this stay, in milliseconds: a killed run goes on from them. */
  readonly graceMs: number;
  /** Says what would go, and writes nothing. */
  readonly dryRun: boolean;
  /** A sweep that is open already. Then all goes that nothing needs, however young, and what killed runs go on from. */
  readonly within?: Sweep;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onProgress?: (progress: GcProgress) => void;
};

/** `marking`: chunks read; else objects removed in this phase. */
export type GcProgress = { readonly phase: "marking" | Phase; readonly done: number };

export type GcReport = {
  readonly dryRun: boolean;
  readonly expired: readonly DatasetVersion[];
  readonly removed: { readonly [phase in Phase]: Amount };
  /** What nothing needs and is too young to go. */
  readonly young: Amount;
  /** Versions that stay. */
  readonly kept: number;
  /** Digests that are needed, as far as they are known by name. */
  readonly marks: number;
};

/** How long others may have to wait. */
const sliceMs = 3_000;
/** Temporary files of somebody who works without a lease, such as a plan, are safe for so long. */
const temporaryMs = 3_600_000;
/** Who waits for a sweep to end writes now and then that they do. */
const waitingMs = 10_000;

/** Marks without stopping anybody, then sweeps while nobody works. Throws `StoreError` when a version cannot be read
 *  whole, and removes nothing then. */
export async function collectGarbage(storage: DatasetStorage, options: GcOptions): Promise<GcReport> {
  const { keeping, graceMs, dryRun, now } = options;
  const cutoffMs = options.within === undefined ? now() - graceMs : Infinity;
  const marks = createMarks(storage, {
    signal: options.signal,
    onProgress: (done) => options.onProgress?.({ phase: "marking", done }),
  });
  const look = createLook(storage, marks, keeping, cutoffMs);
  await look.again(true);
  const slices = slicesFor(storage, options, look.again);
  const tally = createTally(options);
  const removing: Removing = {
    storage,
    needed: { roots: look.roots, has: marks.has },
    cutoffMs,
    turn: slices.turn,
    async expire(one) {
      tally.add("versions", [{ size: 0 }]);
      if (dryRun) return;
      // The view goes first: it can be made again, and a tree whose number is gone would never be found.
      await unpublishTree(storage.store, one.dataset, one.number);
      await storage.refs.expire(one.dataset, [one.number]);
      look.expired(one);
    },
    async remove(phase, entries) {
      if (!dryRun) await storage.store.remove(entries.map(({ key }) => key));
      tally.add(phase, entries);
    },
    young: tally.young,
  };
  try {
    const expired = await sweepVersions(removing);
    await sweepObjects(removing, expired);
    await slices.turn();
    const before = Math.min(cutoffMs, now() - (options.within === undefined ? temporaryMs : waitingMs));
    tally.add("temporary", removeOldTemporary(storage.store, before, dryRun));
    return { dryRun, expired, ...tally.sums(), kept: look.roots().kept.length, marks: marks.size };
  } finally {
    await slices.close();
  }
}

function slicesFor(
  { leases }: DatasetStorage,
  options: GcOptions,
  refresh: (surely: boolean) => Promise<void>,
): Slices {
  const { dryRun, within } = options;
  if (dryRun) return noSlices;
  if (within === undefined) return createSlices({ ...options, leases, what: "gc", sliceMs, refresh });
  return { ...noSlices, turn: () => checkFresh(within) };
}

const noSlices: Slices = { turn: () => Promise.resolve(), close: () => Promise.resolve() };

const noRoots: Roots = { kept: [], expired: [], ids: new Set(), numbers: new Set(), runs: new Set() };

/** Finds out what is needed, again only when somebody has worked since. */
function createLook(storage: DatasetStorage, marks: Marks, keeping: Keeping, cutoffMs: number) {
  const known: KnownInputs = new Map();
  let roots: Roots | undefined;
  let seen: Map<string, string> | undefined;
  return {
    roots: () => roots ?? noRoots,
    /** `surely`: also when no trace is left. */
    async again(surely: boolean) {
      // Before anything is read: what changes from here on is found the next time.
      const traces = await tracesOf(storage);
      if (!surely && seen !== undefined && isEqual(traces, seen)) return;
      roots = await rootsOf(storage, keeping, known, roots);
      await marks.add(roots.kept, cutoffMs);
      seen = traces;
    },
    /** This number was taken away by ourselves. */
    expired({ dataset, number }: DatasetVersion) {
      seen?.delete(`refs/${dataset}/${String(number).padStart(8, "0")}`);
    },
  };
}

/** What changes whenever somebody has worked: all who do leave a lease, a ref or a tag. */
async function tracesOf({ store }: DatasetStorage): Promise<Map<string, string>> {
  const traces = new Map<string, string>();
  for (const prefix of ["leases/", "refs/", "tags/"]) {
    for await (const { key, modifiedMs, size } of store.list(prefix)) traces.set(key, `${modifiedMs} ${size}`);
  }
  return traces;
}

function isEqual(left: ReadonlyMap<string, string>, right: ReadonlyMap<string, string>): boolean {
  return left.size === right.size && [...left].every(([key, value]) => right.get(key) === value);
}

function createTally({ onProgress }: GcOptions) {
  const removed = new Map<Phase, Amount>();
  let young: Amount = { count: 0, bytes: 0 };
  return {
    add(phase: Phase, entries: readonly { readonly size: number }[]) {
      const sum = entries.reduce(plus, removed.get(phase) ?? { count: 0, bytes: 0 });
      removed.set(phase, sum);
      onProgress?.({ phase, done: sum.count });
    },
    young(entry: ObjectEntry) {
      young = plus(young, entry);
    },
    sums() {
      const of = (phase: Phase) => [phase, removed.get(phase) ?? { count: 0, bytes: 0 }];
      return { removed: Object.fromEntries(phases.map(of)) as GcReport["removed"], young }; // one for each phase
    },
  };
}

function plus({ count, bytes }: Amount, { size }: { readonly size: number }): Amount {
  return { count: count + 1, bytes: bytes + size };
}
