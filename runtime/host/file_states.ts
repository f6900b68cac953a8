// What single files below a folder are like, told without waiting: for a table that names a million of them.
import { dirname, isAbsolute, resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { FileEntry, FilesHost } from "../contract/hosts.ts";
import { brokenEntry, fileEntry, isWithin, troubleEntry } from "./walk.ts";

/** Folders below a root that are known to be inside, links followed. */
type Known = { readonly root: string; readonly folders: Map<string, boolean> };

/** Folders that are remembered of each root. */
const mostFolders = 10_000;

/** `realFolder` gives the real path of a root. */
export function createStates(realFolder: (root: string) => string): FilesHost["states"] {
  const roots = new Map<string, Known>();
  return async (root, paths, signal) => {
    const known = roots.get(root) ?? { root: realFolder(root), folders: new Map() };
    roots.set(root, known);
    await setImmediate(); // timers and signals get their turn between two calls
    signal.throwIfAborted();
    return paths.map((path) => stateOf(known, path));
  };
}

function stateOf(known: Known, path: string): FileEntry {
  const named = resolve(known.root, path);
  if (isAbsolute(path) || !isWithin(known.root, named)) return outside(path);
  try {
    const info = Deno.lstatSync(named);
    if (!info.isSymlink && isInside(known, dirname(named))) return fileEntry(path, info);
    const real = Deno.realPathSync(named);
    return isWithin(known.root, real) ? fileEntry(path, Deno.statSync(real)) : outside(path);
  } catch (thrown) {
    const isGone = thrown instanceof Deno.errors.NotADirectory; // a part of the path is a file
    const trouble = isGone ? undefined : troubleEntry(path, thrown, "file");
    return trouble ?? brokenEntry(path, "gone", "There is no such file");
  }
}

function isInside({ root, folders }: Known, folder: string): boolean {
  let inside = folders.get(folder);
  if (inside !== undefined) return inside;
  inside = isWithin(root, Deno.realPathSync(folder));
  if (folders.size >= mostFolders) folders.clear();
  folders.set(folder, inside);
  return inside;
}

function outside(path: string): FileEntry {
  return brokenEntry(path, "outside_folder", "This path leads out of the folder; only files inside are read");
}
