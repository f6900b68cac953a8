// Makes all that was written to a file system durable by one call, where there is such a call and it keeps its word.
import { statfsSync } from "node:fs";
import { StoreError } from "../contract/errors.ts";
import { loadLibc, pathBytes } from "../system/libc.ts";

/** A file system, watched from when this was opened: what goes wrong with any write since then, `sync` reports. */
export interface FileSystem {
  /** Resolves when all that was written before, bytes and names, is on the disk. False when the system has no such call;
   *  throws `StoreError` when something could not be written. */
  sync(): Promise<boolean>;
  close(): void;
}

/** O_RDONLY | O_CLOEXEC on Linux. */
const openFlags = 0o2000000;
/** Before this version of Linux `syncfs` says nothing of writes that failed. */
const firstHonest = [5, 8] as const;
/** ext2 to ext4, XFS, Btrfs, F2FS, overlays, memory. Others, such as those of networks, may answer without asking the
 *  machine that holds the disk. */
const trusted: readonly number[] = [0xef53, 0x58465342, 0x9123683e, 0xf2f52010, 0x794c7630, 0x01021994];

/** Set when the call was refused the first time; it is never asked again. */
let isRefused = false;

/** The file system that holds `folder`; `undefined` where files and folders are to be made durable one by one. */
export function openFileSystem(folder: string): FileSystem | undefined {
  const libc = isRefused ? undefined : loadLibc();
  if (libc === undefined || !isHonest() || !isTrusted(folder)) return undefined;
  const { open, syncfs, close } = libc;
  const descriptor = open(pathBytes(folder), openFlags, 0);
  if (descriptor < 0) return undefined;
  return {
    async sync() {
      if (await syncfs(descriptor) === 0) {
        hasWorked = true;
        return true;
      }
      if (hasWorked) throw new StoreError("unavailable", `Cannot write to "${folder}": ${unwritten}`);
      isRefused = true; // by a filter, perhaps
      return false;
    },
    close: () => void close(descriptor),
  };
}

/** From the first call that did what it is for, a refusal means that bytes were lost. */
let hasWorked = false;

const unwritten = "the system reports that its disk did not take all that was written; check the disk, then run again";

/** Asking for the version needs a permission of its own. */
function isHonest(): boolean {
  try {
    const [major = 0, minor = 0] = Deno.osRelease().split(".").map(Number.parseFloat);
    return major > firstHonest[0] || (major === firstHonest[0] && minor >= firstHonest[1]);
  } catch {
    return false;
  }
}

function isTrusted(folder: string): boolean {
  try {
    return trusted.includes(statfsSync(folder).type >>> 0);
  } catch {
    return false;
  }
}
