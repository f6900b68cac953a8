// The published states of datasets, each named by its own text.
import { StoreError } from "../contract/errors.ts";
import { type Digest, digestOf, type Json } from "../contract/json.ts";
import type { ObjectStore } from "../contract/store.ts";
import type { Version } from "../contract/version.ts";
import { corrupt, missing } from "./blobs.ts";
import { isObject, jsonBytes, jsonIn } from "./json_text.ts";
import { checkedDataset, checkedDigest } from "./keys.ts";

export interface Versions {
  /** Keeps a version and gives its id. Durable after a flush of the store, which publishing its ref does. */
  put(version: Version): Promise<Digest>;
  /** The version, compared with its id. `StoreError` with `missing`, `corrupt`, or `unavailable` when another program wrote it. */
  get(dataset: string, id: Digest): Promise<Version>;
  has(dataset: string, id: Digest): Promise<boolean>;
}

/** The versions of a store. */
export function createVersions(store: ObjectStore): Versions {
  return {
    async put(version) {
      const bytes = jsonBytes(version);
      const id = digestOf(bytes);
      const key = keyOf(version.dataset, id);
      await store.put(key, bytes, { named: true });
      return id;
    },
    has: (dataset, id) => Promise.try(() => store.has(keyOf(dataset, id))),
    async get(dataset, id) {
      const key = keyOf(dataset, id);
      const bytes = await store.get(key);
      if (bytes === undefined) throw missing(store, key);
      if (digestOf(bytes) !== id) throw corrupt(store, key);
      const version = jsonIn(bytes);
      if (isVersion(version)) return version;
      const reason = "this program does not know its format; use the one that wrote it, or a later one";
      throw new StoreError("unavailable", `Cannot read "${key}": ${reason}`);
    },
  };
}

function keyOf(dataset: string, id: Digest): string {
  return `versions/${checkedDataset(dataset)}/${checkedDigest(id)}.json`;
}

/** What has the right digest was written by `put`: only the format can be another one. */
function isVersion(value: Json | Version | undefined): value is Version {
  return isObject(value) && value["format"] === 1;
}
