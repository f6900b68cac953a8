// The digest of a file that a step reads beside its images, such as a script.
import { createHash } from "node:crypto";
import { createReadStream, statSync } from "node:fs";
import { resolve } from "node:path";
import { InputError, messageOf } from "../contract/errors.ts";
import type { DigestOfFile } from "../contract/plugin.ts";

/** Paths are looked up from `folder`. Throws `InputError` when a file is there and cannot be read. */
export function createDigestOfFile(folder: string): DigestOfFile {
  return async (path) => {
    const full = resolve(folder, path);
    if (!isFile(full)) return undefined;
    const hash = createHash("sha256");
    try {
      for await (const bytes of createReadStream(full)) hash.update(bytes);
    } catch (cause) {
      throw new InputError(`Cannot read the file "${path}": ${messageOf(cause)}`, [], { cause });
    }
    return hash.digest("hex");
  };
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false; // not there, or not to be looked at
  }
}
