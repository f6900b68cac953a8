// The folder that a version is checked out into: looked at, written and cleared file by file.
import { createHash, randomUUID } from "node:crypto";
import { dirname } from "node:path";
import { FramewrightError, InputError, messageOf, StoreError } from "../contract/errors.ts";
import type { Digest } from "../contract/json.ts";
import { codeOf, isAbsent } from "./failures.ts";
import { inFolder, linkNew, removeFile } from "./folder_files.ts";

/** What is at a path. `mark`: milliseconds of its last change. */
export type Found =
  | { readonly kind: "nothing" | "folder" | "other" }
  | { readonly kind: "file"; readonly size: number; readonly mark: number };

/** Paths are relative to the folder, `/` between parts, and lead to nowhere else. Throws `StoreError`, and `InputError`
 *  where a folder on the way is a link. */
export interface CheckoutFolder {
  readonly path: string;
  find(path: string): Found;
  digest(path: string): Promise<Digest>;
  /** The text of a small file; `undefined` when there is none. */
  text(path: string): string | undefined;
  /** Writes a file in place of what is there, whole or not at all; gives what `find` would. */
  write(path: string, pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Found>;
  /** Makes the file a second name of `from`. */
  link(path: string, from: string): Found;
  /** Removes a file, and the folders above it that are empty then. */
  remove(path: string): void;
  /** True when two names that differ in case are one. */
  foldsCase(): boolean;
  /** Gives the folder to one process at a time; the way to give it back. `StoreError` when another has it. */
  lock(): () => void;
}

const temporaryFolder = ".framewright.tmp";
const lockFile = ".framewright.lock";

/** Opens a folder, which is made when it is not there. */
export function openCheckoutFolder(place: string): CheckoutFolder {
  const root = attempt("open the folder", place, place, () => {
    Deno.mkdirSync(place, { recursive: true });
    return Deno.realPathSync(place);
  });
  const plainFolders = new Set<string>([""]);
  const temporary = () => `${root}/${temporaryFolder}/${Deno.pid}-${randomUUID()}`;
  const find = (path: string) => attempt("look at", path, root, () => foundAt(`${root}/${path}`));
  const place_ = (path: string, put: (to: string) => void) => {
    checkWay(root, path, plainFolders);
    attempt("write", path, root, () => inFolder(`${root}/${path}`, () => put(`${root}/${path}`)));
    return find(path);
  };
  return {
    path: root,
    find,
    digest: (path) => digestAt(root, path),
    text: (path) => attempt("read", path, root, () => textAt(`${root}/${path}`)),
    async write(path, pieces) {
      const file = temporary();
      try {
        await writePieces(file, path, root, pieces);
        return place_(path, (to) => Deno.renameSync(file, to));
      } catch (thrown) {
        removeFile(file);
        throw thrown;
      }
    },
    link(path, from) {
      const file = temporary();
      try {
        attempt("link", path, root, () => linkNew(from, file));
        return place_(path, (to) => Deno.renameSync(file, to));
      } finally {
        removeFile(file); // two names of one file: a rename of one onto the other does nothing
      }
    },
    remove(path) {
      checkWay(root, path, plainFolders);
      attempt("remove", path, root, () => Deno.removeSync(`${root}/${path}`));
      for (let at = dirname(path); at !== "."; at = dirname(at)) {
        if (!isRemoved(`${root}/${at}`)) break;
        plainFolders.delete(at);
      }
    },
    foldsCase: () => attempt("write", temporaryFolder, root, () => foldsCase(root)),
    lock: () => lockFolder(root),
  };
}

function attempt<T>(action: string, path: string, root: string, body: () => T): T {
  try {
    return body();
  } catch (thrown) {
    throw folderError(action, path, root, thrown);
  }
}

/** What the system's refusal means here. */
function folderError(action: string, path: string, root: string, cause: unknown): unknown {
  if (cause instanceof FramewrightError || codeOf(cause) === "") return cause;
  const code = codeOf(cause);
  const say = (failure: "full" | "read_only" | "unavailable", what: string) =>
    new StoreError(failure, `Cannot ${action} "${path}": ${what}`, { cause });
  if (code === "ENOSPC" || code === "EDQUOT") {
    return say("full", `the disk that holds "${root}" is full; free some space and do the same again`);
  }
  if (code === "EROFS") return say("read_only", `"${root}" is on a disk that may only be read; choose another folder`);
  if (code === "EACCES" || code === "EPERM") {
    return say("read_only", `this user has no right to do that in "${root}"; change its permissions or choose another`);
  }
  if (code === "EXDEV") {
    return say("unavailable", `the store is on another disk than "${root}", where no link leads; leave "--link" out`);
  }
  if (code === "ENAMETOOLONG") return say("unavailable", `the name is too long for the disk that holds "${root}"`);
  if (code === "ENOTDIR" || code === "EEXIST" || code === "EISDIR" || code === "ENOTEMPTY") {
    return say("unavailable", "a file or a folder of this name is in the way; move it, or choose another folder");
  }
  return say("unavailable", `"${root}" answers "${messageOf(cause)}"; check the disk or choose another folder`);
}

function foundAt(path: string): Found {
  try {
    const { isFile, isDirectory, size, mtime } = Deno.lstatSync(path);
    if (isFile) return { kind: "file", size, mark: mtime?.getTime() ?? 0 };
    return { kind: isDirectory ? "folder" : "other" };
  } catch (thrown) {
    if (isAbsent(thrown)) return { kind: "nothing" };
    throw thrown;
  }
}

function textAt(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (thrown) {
    if (isAbsent(thrown)) return undefined;
    throw thrown;
  }
}

async function digestAt(root: string, path: string): Promise<Digest> {
  const hash = createHash("sha256");
  try {
    using file = await Deno.open(`${root}/${path}`);
    for await (const piece of file.readable) hash.update(piece);
  } catch (thrown) {
    throw folderError("read", path, root, thrown);
  }
  return hash.digest("hex");
}

async function writePieces(
  file: string,
  path: string,
  root: string,
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<void> {
  const options = { write: true, createNew: true, mode: 0o644 };
  using open = attempt("write", path, root, () => inFolder(file, () => Deno.openSync(file, options)));
  for await (const piece of pieces) {
    attempt("write", path, root, () => {
      for (let at = 0; at < piece.length;) at += open.writeSync(piece.subarray(at));
    });
  }
}

/** A link on the way would let files land elsewhere. */
function checkWay(root: string, path: string, plain: Set<string>): void {
  let way = "";
  for (const part of path.split("/").slice(0, -1)) {
    way = way === "" ? part : `${way}/${part}`;
    if (plain.has(way)) continue;
    const found = attempt("look at", way, root, () => foundAt(`${root}/${way}`));
    if (found.kind === "nothing") return;
    if (found.kind !== "folder") {
      const what = found.kind === "file" ? "it is a file, and a folder is needed" : "it is a link that leads elsewhere";
      throw new InputError(`Cannot write below "${root}/${way}": ${what}; move it, or choose another folder`);
    }
    plain.add(way);
  }
}

function isRemoved(folder: string): boolean {
  try {
    Deno.removeSync(folder);
    return true;
  } catch {
    return false; // something is in it
  }
}

function foldsCase(root: string): boolean {
  const name = `case-${randomUUID()}`;
  const path = `${root}/${temporaryFolder}/${name}`;
  inFolder(path, () => Deno.writeTextFileSync(path, ""));
  try {
    return foundAt(`${root}/${temporaryFolder}/${name.toUpperCase()}`).kind === "file";
  } finally {
    removeFile(path);
  }
}

/** What an earlier process left in the folder for temporary files is gone afterwards. */
function lockFolder(root: string): () => void {
  const path = `${root}/${lockFile}`;
  const file = attempt("write", lockFile, root, () => Deno.openSync(path, { write: true, create: true }));
  const isOurs = file.tryLockSync(true) && isSameFile(file, path);
  if (!isOurs) {
    file.close();
    throw new StoreError("conflict", `Cannot write to "${root}": another process is writing there; wait for its end`);
  }
  removeTree(`${root}/${temporaryFolder}`);
  return () => {
    removeTree(`${root}/${temporaryFolder}`);
    removeFile(path);
    file.close();
  };
}

/** False when whoever had the lock before removed the file meanwhile. */
function isSameFile(file: Deno.FsFile, path: string): boolean {
  try {
    return file.statSync().ino === Deno.statSync(path).ino;
  } catch {
    return false;
  }
}

function removeTree(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch {
    // There is none, or what is left of it harms nobody.
  }
}
