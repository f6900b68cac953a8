// The door to buckets of S3.
import { InputError } from "../contract/errors.ts";
import type { BucketsHost } from "../contract/hosts.ts";

export function createBucketsHost(_limits: { readonly maxBytes: number }): BucketsHost {
  return { open: (address) => Promise.reject(new InputError(`Cannot open "${address}"`)) };
}
