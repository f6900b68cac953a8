// What an operating system's refusal means for a store, and the way out.
import { FramewrightError, messageOf, StoreError, type StoreFailure } from "../contract/errors.ts";

const failures: { readonly [code: string]: StoreFailure } = {
  ENOSPC: "full",
  EDQUOT: "full",
  EROFS: "read_only",
  EACCES: "read_only",
  EPERM: "read_only",
};

/** The system's word for what went wrong, such as `ENOSPC`; empty when there is none. */
export function codeOf(thrown: unknown): string {
  return thrown instanceof Error && "code" in thrown && typeof thrown.code === "string" ? thrown.code : "";
}

/** True when a path leads nowhere, also when a part of it is a file or its end is a folder. */
export function isAbsent(thrown: unknown): boolean {
  return ["ENOENT", "ENOTDIR", "EISDIR"].includes(codeOf(thrown));
}

/** The `StoreError` that says so. `action` is what could not be done, such as `write "refs/motogp/00000001"`; `place`
 *  is the folder. What is no refusal of the system, such as a bug, is passed on as it is. */
export function storeErrorOf(action: string, place: string, cause: unknown): unknown {
  if (cause instanceof Deno.errors.NotCapable) {
    const reason = `Deno may not do that in "${place}"; start it with the permissions to read and write there`;
    return new StoreError("read_only", `Cannot ${action}: ${reason}`, { cause });
  }
  if (cause instanceof FramewrightError || codeOf(cause) === "") return cause;
  const failure = failures[codeOf(cause)] ?? "unavailable";
  return new StoreError(failure, `Cannot ${action}: ${reasonOf(failure, place, cause)}`, { cause });
}

function reasonOf(failure: StoreFailure, place: string, cause: unknown): string {
  if (failure === "full") {
    return `the disk that holds "${place}" is full; free some space or choose another store, then run again`;
  }
  if (codeOf(cause) === "EROFS") return `"${place}" is on a disk that may only be read; choose another store`;
  if (failure === "read_only") {
    return `this user has no right to do that in "${place}"; change its permissions or choose another store`;
  }
  return `the store at "${place}" answers "${messageOf(cause)}"; check the disk or choose another store`;
}
