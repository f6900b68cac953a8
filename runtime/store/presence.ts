// Says in a store that somebody is at work, for as long as they are: what leases and sweeps are made of.
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import type { ObjectStore } from "../contract/store.ts";
import { removeFile } from "./folder_files.ts";
import { isObject, jsonBytes, jsonIn } from "./json_text.ts";

/** Who is at work. `host` is absent where this process may not ask for its name. */
export type AtWork = {
  readonly host?: string;
  readonly pid: number;
  /** Such as `run motogp`. */
  readonly what: string;
  /** ISO 8601 in UTC, by the clock of that machine. */
  readonly startedAt: string;
};

export type PresenceOptions = {
  /** Milliseconds between renewals. */
  readonly renewMs: number;
  /** Milliseconds after which a presence that was not renewed is dead. */
  readonly deadMs: number;
  /** Milliseconds between looks while waiting for others. */
  readonly pollMs: number;
  /** Milliseconds from any fixed point; goes on while the machine sleeps. */
  readonly now: () => number;
};

export const usualPresence: PresenceOptions = {
  renewMs: 60_000,
  deadMs: 600_000,
  pollMs: 500,
  now: Date.now,
};

/** One's own presence: an object that is written again and again. */
export interface Presence {
  readonly key: string;
  /** The time by the clock of whoever holds the objects, which also dates those of others. */
  storeNow(): number;
  /** True while others see it and cannot have taken it for dead. */
  isHeld(): Promise<boolean>;
  /** The same without looking: true while it was renewed in time. */
  isFresh(): boolean;
  /** Writes that it is over. Nothing is removed. */
  close(): Promise<void>;
}

/** Makes a presence under a key of its own. `undefined` when somebody else has the key. */
export async function openPresence(
  store: ObjectStore,
  key: string,
  what: string,
  options: PresenceOptions,
): Promise<Presence | undefined> {
  const { now, renewMs, deadMs } = options;
  // Locks have names of their own: whoever tries for a key that is taken must not touch the lock of its owner.
  const lock = store.folder === undefined ? undefined : holdLock(store.folder, randomUUID());
  const worker = {
    ...thisProcess(),
    what,
    startedAt: new Date().toISOString(),
    ...(lock === undefined ? {} : { lock: lock.name }),
  };
  // Only an object that is made if absent is there for others as soon as the call ends.
  const made = await store.put(key, jsonBytes({ ...worker, open: true }), { ifAbsent: true }).catch((thrown) => {
    lock?.release();
    throw thrown;
  });
  if (!made) return void lock?.release();
  const startedMs = await modifiedMs(store, key);
  const begunMs = now();
  let renewedMs = begunMs;
  const renew = async () => {
    const atMs = now();
    if (atMs - renewedMs > deadMs / 2 || !await store.has(key)) return;
    await write(store, key, { ...worker, open: true });
    renewedMs = atMs;
  };
  const renewing = setInterval(() => void renew().catch(() => {}), renewMs); // the next one may go better
  const isFresh = () => now() - renewedMs <= deadMs / 2;
  return {
    key,
    storeNow: () => startedMs + now() - begunMs,
    isFresh,
    isHeld: async () => isFresh() && await store.has(key),
    async close() {
      clearInterval(renewing);
      try {
        if (await store.has(key)) await write(store, key, { ...worker, open: false });
      } finally {
        lock?.release();
      }
    },
  };
}

async function write(store: ObjectStore, key: string, said: AtWork & { readonly open: boolean }): Promise<void> {
  await store.put(key, jsonBytes(said));
  await store.flush();
}

async function modifiedMs(store: ObjectStore, key: string): Promise<number> {
  for await (const entry of store.list(key)) if (entry.key === key) return entry.modifiedMs;
  return Date.now();
}

/** What there is of one's like: at work, or over by whichever way. */
export type Seen = { readonly key: string; readonly state: "live" | "over" | "dead"; readonly worker?: AtWork };

/** Everything below a prefix. Objects that were not renewed in time are dead unread, whether they were closed or not. */
export async function* presences(
  store: ObjectStore,
  prefix: string,
  storeNow: number,
  { deadMs }: PresenceOptions,
): AsyncGenerator<Seen> {
  for await (const { key, modifiedMs } of store.list(prefix)) {
    if (storeNow - modifiedMs > deadMs) yield { key, state: "dead" };
    else yield await seen(store, key);
  }
}

async function seen(store: ObjectStore, key: string): Promise<Seen> {
  const bytes = await store.get(key);
  if (bytes === undefined) return { key, state: "over" };
  const said = jsonIn(bytes);
  if (!isObject(said)) return { key, state: "live" }; // nobody knows who that is
  if (said["open"] !== true) return { key, state: "over" };
  const { host, pid, what, startedAt } = said;
  const worker: AtWork = {
    ...(typeof host === "string" ? { host } : {}),
    pid: Number(pid),
    what: String(what),
    startedAt: String(startedAt),
  };
  return { key, state: isGone(store, worker, said["lock"]) ? "dead" : "live", worker };
}

/** True when it was on this machine and its process has ended: the system lets go of locks then. */
function isGone({ folder }: ObjectStore, { host }: AtWork, lock: unknown): boolean {
  if (folder === undefined || host === undefined || host !== thisProcess().host) return false;
  if (typeof lock !== "string" || !/^[0-9a-f-]{36}$/.test(lock)) return false;
  return existsSync(lockPath(folder, lock)) && isFree(lockPath(folder, lock));
}

function thisProcess(): { readonly host?: string; readonly pid: number } {
  try {
    return { host: Deno.hostname(), pid: Deno.pid };
  } catch {
    return { pid: Deno.pid }; // the right to ask is not given to everyone
  }
}

function lockPath(folder: string, name: string): string {
  return `${folder}/tmp/${name}.lock`;
}

type Lock = { readonly name: string; release(): void };

/** A locked file; `undefined` where the file system has no locks. */
function holdLock(folder: string, name: string): Lock | undefined {
  const path = lockPath(folder, name);
  try {
    mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    const file = Deno.openSync(path, { create: true, read: true, write: true });
    file.lockSync(true);
    return {
      name,
      release() {
        removeFile(path);
        file.close();
      },
    };
  } catch {
    return undefined; // then it is dead only after it was silent for long
  }
}

function isFree(path: string): boolean {
  try {
    using file = Deno.openSync(path, { read: true });
    return file.tryLockSync(false);
  } catch {
    return false;
  }
}
