// Whether a server encrypts as it was asked to.
import { StoreError } from "../contract/errors.ts";
import type { S3Address } from "./address.ts";

/** `said` is what the answer to a write says of it. A server that knows no such encryption may ignore it and write all
 *  the same: then a `StoreError` is thrown. `action` is such as `write "a/b"`. */
export function checkEncrypted({ encryption }: S3Address, action: string, said: string | undefined): void {
  if (encryption === undefined || said === encryption.kind) return;
  const isAs = said === undefined ? "is not encrypted" : `is encrypted by ${said}`;
  throw new StoreError(
    "unavailable",
    `Cannot ${action}: the server ignores sse=${encryption.kind}, and what it wrote ${isAs}; ` +
      "choose a server that encrypts so, or take sse out of the address",
  );
}
