// From a version to the versions of other datasets that it was made from.
import { InputError, StoreError } from "../contract/errors.ts";
import type { InputVersion } from "../contract/version.ts";
import type { DatasetStorage } from "../store/open.ts";
import { type DatasetReader, openDataset } from "./reader.ts";

/** Opens a version as it was read; `undefined` when it was removed from the store since. */
export async function openInputVersion(
  storage: DatasetStorage,
  { dataset, number, version }: InputVersion,
): Promise<DatasetReader | undefined> {
  return await unlessGone(async () => {
    const reader = await openDataset(storage, dataset, number);
    return reader.ref.version === version ? reader : undefined;
  });
}

/** What `read` gives; `undefined` when what it wants to read is not in the store any more. */
export async function unlessGone<T>(read: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await read();
  } catch (thrown) {
    if (thrown instanceof InputError) return undefined;
    if (thrown instanceof StoreError && thrown.failure === "missing") return undefined;
    throw thrown;
  }
}
