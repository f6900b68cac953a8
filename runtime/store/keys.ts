// Which texts may name an object, a dataset or a part of a key.
import { InputError } from "../contract/errors.ts";
import type { Digest } from "../contract/json.ts";

const keyPattern = /^(?!tmp(?:\/|$))(?!\.)[ -.0-[\]-~]{1,255}(?:\/(?!\.)[ -.0-[\]-~]{1,255})*$/;
const prefixPattern = /^(?!tmp\/)(?:(?!\.)[ -.0-[\]-~]{1,255}\/)*(?:(?!\.)[ -.0-[\]-~]{1,255})?$/;
const namePattern = /^[A-Za-z0-9][A-Za-z0-9._~-]{0,199}$/;
const datasetPattern = /^[a-z0-9][a-z0-9_-]*(?:~[0-9a-f]+)?$/;
const digestPattern = /^[0-9a-f]{64}$/;
const longestKey = 1024;
const longestDataset = 200;

/** True when an object can have this key. */
export function isKey(text: string): boolean {
  return text.length <= longestKey && keyPattern.test(text);
}

/** The key itself; `RangeError` when it is none. */
export function checkedKey(key: string): string {
  if (isKey(key)) return key;
  throw new RangeError(
    `Cannot use "${key}" as a key: it is not made of parts of printable ASCII with "/" between them`,
  );
}

/** The prefix itself: the start of a key, or nothing. `RangeError` when no key can start so. */
export function checkedPrefix(prefix: string): string {
  if (prefix.length <= longestKey && prefixPattern.test(prefix)) return prefix;
  throw new RangeError(`Cannot list "${prefix}": no key can start so`);
}

/** The digest itself; `RangeError` when it is none. */
export function checkedDigest(digest: Digest): Digest {
  if (digestPattern.test(digest)) return digest;
  throw new RangeError(`Cannot use "${digest}" as a digest: it is not 64 lower-case hexadecimal digits`);
}

/** One part of a key that somebody else chose, such as a run id. `RangeError` when it could be more than a part. */
export function checkedName(name: string): string {
  if (namePattern.test(name)) return name;
  throw new RangeError(`Cannot use "${name}" as a name in the store: letters, digits and . _ ~ - are allowed`);
}

/** The name itself; `InputError` when no dataset can have it. */
export function checkedDataset(dataset: string): string {
  if (dataset.length <= longestDataset && datasetPattern.test(dataset)) return dataset;
  throw new InputError(
    `Cannot use "${dataset}" as a dataset: a name is made of a-z, 0-9, "_" and "-", such as "motogp"`,
  );
}
