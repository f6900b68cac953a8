// A store in a bucket of S3.
import { StoreError } from "../contract/errors.ts";
import type { ObjectStore } from "../contract/store.ts";
import type { OpenStoreOptions } from "./open.ts";

export function openS3Store(address: string, _options: OpenStoreOptions): Promise<ObjectStore> {
  return Promise.reject(new StoreError("unavailable", `Cannot open "${address}"`));
}
