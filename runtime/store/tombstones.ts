// What was erased, so that it stays erased: which bytes are not taken in again, and which versions became which.
import { randomUUID } from "node:crypto";
import type { Digest } from "../contract/json.ts";
import type { ObjectStore } from "../contract/store.ts";
import { jsonBytes, jsonIn } from "./json_text.ts";
import { checkedDataset, checkedDigest } from "./keys.ts";

/** One version that was written again. `published`: its plain files were there. */
export type PurgedVersion = {
  readonly dataset: string;
  readonly number: number;
  readonly from: Digest;
  readonly to: Digest;
  readonly published: boolean;
};

/** The record of a purge. Holds no pixels and no facts. */
export type Purge = {
  readonly dataset: string;
  readonly key: string;
  /** Of the bytes that were erased: all that this key ever had. */
  readonly digests: readonly Digest[];
  readonly at: string;
  readonly reason?: string;
  readonly versions: readonly PurgedVersion[];
  /** False until everything is gone. */
  readonly done: boolean;
};

export type NamedPurge = Purge & { readonly id: string };

export interface Tombstones {
  /** The digests that must not be taken in. */
  digests(): Promise<ReadonlySet<Digest>>;
  /** Writes a purge down, durably, with a tombstone for each of its digests; in place of an earlier state of it. */
  put(purge: NamedPurge): Promise<void>;
  /** Those of one record, in the order of their times. */
  purgesOf(dataset: string, key: string): Promise<readonly NamedPurge[]>;
}

/** The tombstones of a store. */
export function createTombstones(store: ObjectStore): Tombstones {
  return {
    async digests() {
      const digests = new Set<Digest>();
      for await (const { key } of store.list("tombstones/")) digests.add(key.slice("tombstones/".length));
      return digests;
    },
    async put({ id, ...purge }) {
      for (const digest of purge.digests) {
        await store.put(`tombstones/${checkedDigest(digest)}`, jsonBytes({ purge: id, at: purge.at }));
      }
      await store.flush();
      await store.put(`purges/${id}.json`, jsonBytes(purge));
      await store.flush();
    },
    async purgesOf(dataset, key) {
      const found: NamedPurge[] = [];
      for await (const { key: name } of store.list("purges/")) {
        const bytes = await store.get(name);
        const value = bytes === undefined ? undefined : jsonIn(bytes);
        if (isPurge(value) && value.dataset === dataset && value.key === key) {
          found.push({ ...value, id: name.slice("purges/".length, -".json".length) });
        }
      }
      return found;
    },
  };
}

/** `20261121T160248Z-1a2b3c4d`: when, and the beginning of a digest, or chance where there is none. */
export function purgeId(at: string, digests: readonly Digest[]): string {
  return `${at.replace(/[-:]|\.\d+/g, "")}-${(digests[0] ?? randomUUID().replaceAll("-", "")).slice(0, 8)}`;
}

/** What has these members was written by `put`. */
function isPurge(value: unknown): value is Purge {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return "dataset" in value && typeof value.dataset === "string" && checkedDataset(value.dataset) === value.dataset &&
    "key" in value && typeof value.key === "string" && "versions" in value && Array.isArray(value.versions) &&
    "digests" in value && Array.isArray(value.digests) && "done" in value;
}
