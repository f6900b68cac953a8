// From what a user calls a store to the parts that work with it.
import { fileURLToPath } from "node:url";
import { InputError } from "../contract/errors.ts";
import type { ObjectStore } from "../contract/store.ts";
import { type Blobs, createBlobs } from "./blobs.ts";
import { type Chunks, createChunks } from "./chunks.ts";
import { openFolderStore } from "./folder.ts";
import { createLeases, type Leases } from "./leases.ts";
import { createMemo, type Memo } from "./memo.ts";
import { createOutbox, type Outbox } from "./outbox.ts";
import { createRefs, type Refs } from "./refs.ts";
import { createRuns, type Runs } from "./runs.ts";
import { createTags, type Tags } from "./tags.ts";
import { createVersions, type Versions } from "./versions.ts";

/** Everything that is kept in one store, part by part. */
export type DatasetStorage = {
  readonly store: ObjectStore;
  readonly blobs: Blobs;
  readonly chunks: Chunks;
  readonly refs: Refs;
  readonly tags: Tags;
  readonly versions: Versions;
  readonly memo: Memo;
  readonly runs: Runs;
  readonly outbox: Outbox;
  readonly leases: Leases;
};

export type OpenStoreOptions = {
  /** A folder for streams that are longer than memory should hold; the system's folder for temporary files if absent. */
  readonly scratch?: string;
};

/** The store at a folder's path, or at a `file://` or `s3://` address. `InputError` for an address of another kind. */
export async function openStore(spec: string, options: OpenStoreOptions = {}): Promise<ObjectStore> {
  if (spec === "") {
    throw new InputError('Cannot open a store: its name is empty; name a folder, such as "./.framewright"');
  }
  const scheme = schemeOf(spec);
  if (scheme === undefined) return await openFolderStore(spec);
  if (scheme === "file") return await openFolderStore(pathOf(spec));
  // Its client takes 100 ms to load.
  if (scheme === "s3") return (await import("./s3.ts")).openS3Store(spec, options);
  const known = 'a path, such as "./.framewright", "file:///…" or "s3://bucket/prefix"';
  throw new InputError(`Cannot open the store "${spec}": "${scheme}://" is not known; name it by ${known}`);
}

/** True when the store is reached over a network. */
export function isRemote(spec: string): boolean {
  return schemeOf(spec) === "s3";
}

function schemeOf(spec: string): string | undefined {
  return /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(spec)?.[1]?.toLowerCase();
}

/** The parts that work with a store. */
export function createStorage(store: ObjectStore): DatasetStorage {
  return {
    store,
    blobs: createBlobs(store),
    chunks: createChunks(store),
    refs: createRefs(store),
    tags: createTags(store),
    versions: createVersions(store),
    memo: createMemo(store),
    runs: createRuns(store),
    outbox: createOutbox(store),
    leases: createLeases(store),
  };
}

function pathOf(address: string): string {
  try {
    return fileURLToPath(address);
  } catch (cause) {
    const reason = "it is not the address of a folder on this machine";
    throw new InputError(`Cannot open the store "${address}": ${reason}`, [], { cause });
  }
}
