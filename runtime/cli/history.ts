// The history of a dataset as commands show it: its numbers, those that are gone, and the tags.
import { StoreError } from "../contract/errors.ts";
import type { Ref, Version } from "../contract/version.ts";
import type { DatasetStorage } from "../store/open.ts";

/** One number of a dataset. `ref` and `version` are absent once it has expired: its number is never given again. */
export type Numbered = {
  readonly number: number;
  readonly tags: readonly string[];
  readonly ref?: Ref;
  readonly version?: Version;
};

/** The numbers of a dataset, newest first, also those that have expired. Reads no version. */
export async function historyOf(storage: DatasetStorage, dataset: string): Promise<readonly Numbered[]> {
  const tags = await tagsOf(storage, dataset);
  const numbers: Numbered[] = [];
  for await (const { number, ref } of storage.refs.history(dataset)) {
    for (let gone = numbers.length + 1; gone < number; gone++) {
      numbers.push({ number: gone, tags: tags.get(gone) ?? [] });
    }
    numbers.push({ number, ref, tags: tags.get(number) ?? [] });
  }
  return numbers.reverse();
}

/** The same number with its version, unless that has expired. */
export async function withVersion(storage: DatasetStorage, dataset: string, one: Numbered): Promise<Numbered> {
  if (one.ref === undefined) return one;
  const { ref, ...gone } = one;
  try {
    return { ...one, version: await storage.versions.get(dataset, ref.version) };
  } catch (thrown) {
    if (thrown instanceof StoreError && thrown.failure === "missing") return gone;
    throw thrown;
  }
}

/** Names that lead to versions, by number. */
export async function tagsOf(
  { tags }: DatasetStorage,
  dataset: string,
): Promise<ReadonlyMap<number, readonly string[]>> {
  const names = new Map<number, string[]>();
  for await (const { name, number } of tags.list(dataset)) {
    if (number !== undefined) names.set(number, [...names.get(number) ?? [], name]);
  }
  return names;
}

/** What is said of a number without a version. */
export const expiredText = "expired";
