// Makes the names in folders durable, all those that changed at once.
import { dirname } from "node:path";
import type { Durability } from "./durability.ts";

export interface FolderSyncer {
  /** The next `sync` makes the name of this file durable. */
  touch(path: string): void;
  /** Resolves when all names touched before are on the disk. */
  sync(): Promise<void>;
}

/** For files below `root`. */
export function createFolderSyncer(root: string, durability: Pick<Durability, "folders">): FolderSyncer {
  const touched = new Set<string>();
  let last = Promise.resolve();

  const syncTouched = async () => {
    const folders = withParents(root, touched);
    touched.clear();
    try {
      await durability.folders(folders);
    } catch (thrown) {
      for (const folder of folders) touched.add(folder);
      throw thrown;
    }
  };

  return {
    touch: (path) => void touched.add(path.slice(0, path.lastIndexOf("/"))),
    // One after the other: who finds nothing left to do must not be answered before those who do it.
    sync() {
      const synced = last.then(syncTouched);
      last = synced.catch(() => {});
      return synced;
    },
  };
}

/** The folders and all above them up to the root: the name of a new folder must last as well. */
function withParents(root: string, folders: Iterable<string>): readonly string[] {
  const all = new Set<string>();
  for (const folder of folders) {
    for (let at = folder; at.length >= root.length && !all.has(at); at = dirname(at)) all.add(at);
  }
  return [...all];
}
