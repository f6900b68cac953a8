// Who needs objects that nothing points to yet, and who removes such objects: the two never work at the same time.
//
// Whoever needs them writes a lease, and then looks for a sweep. Whoever sweeps writes a marker, and then looks for
// leases. So at least one of the two sees the other, and where both do, the sweep makes way.
import { randomUUID } from "node:crypto";
import { StoreError } from "../contract/errors.ts";
import type { ObjectStore } from "../contract/store.ts";
import { pause } from "./pause.ts";
import {
  type AtWork,
  openPresence,
  type Presence,
  type PresenceOptions,
  presences,
  usualPresence,
} from "./presence.ts";

const leasesPrefix = "leases/";
const sweepPrefix = "gc/sweep/";
const digits = 8;

export type OpenOptions = {
  readonly signal?: AbortSignal;
  /** Told once for each of those that have to be waited for; without a name when nobody knows who it is. */
  readonly onWait?: (who: AtWork | undefined) => void;
};

export interface Leases {
  /** Opens a lease, and waits while objects are swept away. `what` is for people, such as `run motogp`. */
  open(what: string, options?: OpenOptions): Promise<Lease>;
  /** The same for one who only reads; where that may not be written down, there is no lease and no wait. */
  openForReading(what: string, options?: OpenOptions): Promise<Lease>;
  /** Whether whoever opened the lease of this key can still be at work: false once it was closed, or is dead. */
  isAtWork(key: string): Promise<boolean>;
  /** Opens a sweep, and waits until there is no lease and no other sweep. */
  sweep(what: string, options?: OpenOptions): Promise<Sweep>;
}

export interface Lease {
  /** Where it is written, by which others can ask whether it still stands; absent where it could not be written. */
  readonly key?: string;
  /** Throws `StoreError` conflict when the lease was taken for dead: what it was for may be gone. To be asked before a
   *  ref is made. */
  check(): Promise<void>;
  /** Never rejects: a lease that cannot be closed dies. */
  close(): Promise<void>;
}

export interface Sweep {
  /** True when leases were cleared away of some who were gone for long or have died. */
  readonly foundDead: boolean;
  /** True while nobody else can have taken over. To be asked before each removal. */
  isFresh(): boolean;
  /** The time by the clock of whoever holds the objects. */
  storeNow(): number;
  close(): Promise<void>;
}

/** Throws `StoreError` conflict when somebody else may have taken over. */
export function checkFresh(sweep: Sweep): Promise<void> {
  if (sweep.isFresh()) return Promise.resolve();
  const reason = "it gave no sign of life for minutes, and others may have begun to work; start it again";
  return Promise.reject(new StoreError("conflict", `Cannot go on removing objects: ${reason}`));
}

/** The leases of a store. */
export function createLeases(store: ObjectStore, options: PresenceOptions = usualPresence): Leases {
  const open: Leases["open"] = async (what, waiting = {}) => {
    const presence = await openPresence(store, `${leasesPrefix}${randomUUID()}`, what, options);
    if (presence === undefined) throw new TypeError("Cannot open a lease: its name was given out twice");
    try {
      await untilNone(store, sweepPrefix, presence.storeNow, options, waiting);
    } catch (thrown) {
      await presence.close().catch(() => {});
      throw thrown;
    }
    return leaseOf(presence, what);
  };
  return {
    open,
    async openForReading(what, waiting) {
      try {
        return await open(what, waiting);
      } catch (thrown) {
        if (thrown instanceof StoreError && thrown.failure === "read_only") return noLease;
        throw thrown;
      }
    },
    async isAtWork(key) {
      for await (const one of presences(store, key, options.now(), options)) {
        if (one.key === key) return one.state === "live";
      }
      return false;
    },
    sweep: (what, waiting = {}) => openSweep(store, what, options, waiting),
  };
}

const noLease: Lease = { check: () => Promise.resolve(), close: () => Promise.resolve() };

function leaseOf(presence: Presence, what: string): Lease {
  return {
    key: presence.key,
    async check() {
      if (await presence.isHeld()) return;
      const reason = "it gave no sign of life for minutes, and a clean-up may have removed what it had made";
      throw new StoreError("conflict", `Cannot finish "${what}": ${reason}; nothing was published, start it again`);
    },
    close: () => presence.close().catch(() => {}),
  };
}

async function openSweep(
  store: ObjectStore,
  what: string,
  options: PresenceOptions,
  waiting: OpenOptions,
): Promise<Sweep> {
  for (;;) {
    const before = await newestSweep(store);
    const key = `${sweepPrefix}${String(before + 1).padStart(digits, "0")}`;
    const marker = await openPresence(store, key, what, options);
    if (marker === undefined) continue; // somebody else took this number: the next look shows them
    const others = await othersAtWork(store, marker, options);
    if (others.live === 0) {
      // Whoever is dead must find out before what it needs is gone.
      await store.remove(others.dead);
      if (marker.isFresh()) return { ...marker, foundDead: others.dead.length > 0 };
    }
    await marker.close();
    await untilNone(store, sweepPrefix, marker.storeNow, options, waiting);
    await untilNone(store, leasesPrefix, marker.storeNow, options, waiting);
  }
}

/** The highest number that a sweep has had; 0 when there was none. The highest marker is never removed. */
async function newestSweep(store: ObjectStore): Promise<number> {
  let last = 0;
  for await (const { key } of store.list(sweepPrefix)) last = Number(key.slice(sweepPrefix.length)) || last;
  return last;
}

/** Of two sweeps that open at once the one with the higher number makes way. */
async function othersAtWork(store: ObjectStore, marker: Presence, options: PresenceOptions) {
  const dead: string[] = [];
  let live = 0;
  for await (const { key, state } of presences(store, sweepPrefix, marker.storeNow(), options)) {
    if (key >= marker.key) continue;
    if (state === "live") live++;
    else dead.push(key);
  }
  for await (const { key, state } of presences(store, leasesPrefix, marker.storeNow(), options)) {
    if (state === "live") live++;
    else if (state === "dead") dead.push(key);
  }
  return { live, dead };
}

async function untilNone(
  store: ObjectStore,
  prefix: string,
  storeNow: () => number,
  options: PresenceOptions,
  { signal, onWait }: OpenOptions,
): Promise<void> {
  const told = new Set<string>();
  for (;;) {
    const live = [];
    for await (const one of presences(store, prefix, storeNow(), options)) if (one.state === "live") live.push(one);
    if (live.length === 0) return;
    for (const { key, worker } of live) if (!told.has(key)) onWait?.(worker);
    for (const { key } of live) told.add(key);
    await pause(options.pollMs, signal);
  }
}
