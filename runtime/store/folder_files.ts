// Single files and folders made so that nobody ever sees half of one.
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { codeOf } from "./failures.ts";

/** Bodies above this many bytes are written off the thread; below it, handing over costs more than writing. */
const largeBytes = 1024 * 1024;

/** Codes of file systems, or of links, that cannot make one more hard link here. */
const unlinkable = ["EMLINK", "EXDEV", "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"];

/** A new, read-only file with these bytes, still open. Leaves nothing behind when it fails. */
export async function createFile(path: string, body: Uint8Array): Promise<Deno.FsFile> {
  const file = inFolder(path, () => Deno.openSync(path, { write: true, createNew: true, mode: 0o444 }));
  try {
    await writeAll(file, body);
    return file;
  } catch (thrown) {
    file.close();
    removeFile(path);
    throw thrown;
  }
}

/** Writes all of it: one call of the system may write less. */
export async function writeAll(file: Deno.FsFile, body: Uint8Array): Promise<void> {
  for (let at = 0; at < body.length;) {
    const rest = body.subarray(at);
    at += body.length > largeBytes ? await file.write(rest) : file.writeSync(rest);
  }
}

/** Does something with `path`; when its folder is missing, makes that and tries again. */
export function inFolder<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (thrown) {
    if (codeOf(thrown) !== "ENOENT") throw thrown;
    Deno.mkdirSync(dirname(path), { recursive: true });
    return action();
  }
}

/** Gives a file a second name, or copies it where that cannot be. False when there is a `to` already, which stays.
 *  `temporary` is a free path on the file system of `to`. */
export function linkOrCopy(from: string, to: string, temporary: string): boolean {
  try {
    return linkNew(from, to);
  } catch (thrown) {
    if (!unlinkable.includes(codeOf(thrown))) throw thrown;
    return copyNew(from, to, temporary);
  }
}

/** Gives a file a second name. False when there is a `to` already, which stays. */
export function linkNew(from: string, to: string): boolean {
  try {
    inFolder(to, () => Deno.linkSync(from, to));
    return true;
  } catch (thrown) {
    if (codeOf(thrown) === "EEXIST") return false;
    throw thrown;
  }
}

function copyNew(from: string, to: string, temporary: string): boolean {
  if (existsSync(to)) return false;
  try {
    inFolder(temporary, () => Deno.copyFileSync(from, temporary));
    syncCopy(temporary);
    inFolder(to, () => Deno.renameSync(temporary, to));
    return true;
  } catch (thrown) {
    removeFile(temporary);
    throw thrown;
  }
}

function syncCopy(path: string): void {
  using copy = Deno.openSync(path, { read: true });
  copy.syncDataSync();
}

/** Removes what this process made and does not need; a temporary file left behind harms nobody. */
export function removeFile(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // The error that led here matters more.
  }
}

/** Waits until the names in a folder are on the disk. */
export async function syncFolder(path: string): Promise<void> {
  // Windows cannot open a folder, and needs no such call.
  if (Deno.build.os === "windows") return;
  using folder = Deno.openSync(path, { read: true });
  await folder.sync();
}
