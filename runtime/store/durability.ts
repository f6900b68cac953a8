// Makes files and folders durable: a few one by one, many by one call where the system has one.
import { type FileSystem, openFileSystem } from "./file_system.ts";
import { syncFolder } from "./folder_files.ts";
import type { Written } from "./write_behind.ts";

/** A file whose bytes are written; it is still open where it has to be made durable by itself. */
export type WrittenFile = Written & { readonly file?: Deno.FsFile };

export interface Durability {
  /** True when files may be closed before they are durable. To be called before they are written. */
  watch(): boolean;
  /** Takes a file over as soon as its bytes are written. */
  written(write: WrittenFile & { readonly file: Deno.FsFile }): WrittenFile;
  /** How many files may wait. */
  most(): number;
  /** Resolves when the bytes of these files, which are all that were taken over since the last call, are on the disk.
   *  Closes them in any case; throws the first failure. */
  files(batch: readonly WrittenFile[]): Promise<void>;
  /** Resolves when the names in these folders are on the disk. */
  folders(paths: readonly string[]): Promise<void>;
}

/** Up to so many are made durable one by one: that does not wait for what others write to the same disk. */
const few = 16;
/** Files or folders that are made durable at once, when it is one by one. */
const mostAtOnce = 32;
/** Files that wait open, and closed. */
const mostOpen = 64;
const mostClosed = 4096;

/** For files below `root`. */
export function createDurability(root: string): Durability {
  /** Opened with the first file of a batch, so that no failure of a write is missed. */
  let watched: FileSystem | undefined;
  let canWatch = false;

  const syncedAtOnce = async (fileSystem: FileSystem | undefined, count: number) => {
    try {
      return count > few && await fileSystem?.sync() === true;
    } finally {
      fileSystem?.close();
    }
  };

  const watch = () => {
    watched ??= openFileSystem(root);
    return canWatch = watched !== undefined;
  };

  return {
    watch,
    written({ file, ...write }) {
      if (!watch()) return { ...write, file };
      file.close();
      return write;
    },
    most: () => canWatch ? mostClosed : mostOpen,
    async files(batch) {
      const fileSystem = watched;
      watched = undefined;
      if (!await syncedAtOnce(fileSystem, batch.length)) await eachOf(batch, syncFile);
    },
    async folders(paths) {
      const fileSystem = paths.length > few ? openFileSystem(root) : undefined;
      if (!await syncedAtOnce(fileSystem, paths.length)) await eachOf(paths, syncFolder);
    },
  };
}

/** One that was closed is opened again: the system keeps an error for whoever opens the file next. */
async function syncFile({ temporary, file }: WrittenFile): Promise<void> {
  using open = file ?? Deno.openSync(temporary, { read: true });
  await open.syncData();
}

/** Does the work for all of them, also when it fails for one; throws the first failure. */
async function eachOf<T>(values: readonly T[], work: (value: T) => Promise<void>): Promise<void> {
  const failures: unknown[] = [];
  const rest = values.values();
  const lane = async () => {
    for (const value of rest) await work(value).catch((thrown) => failures.push(thrown));
  };
  await Promise.all(Array.from({ length: Math.min(mostAtOnce, values.length) }, lane));
  if (failures.length > 0) throw failures[0];
}
