// Lists a folder, in byte order, without waiting: synchronous calls are many times faster than an asynchronous walk.
import { isAbsolute, relative, sep } from "node:path";
import { compareUtf8 } from "../contract/json.ts";
import type { FileEntry } from "../contract/hosts.ts";

/** Which entries a walk is about. Paths are relative to the root. */
export type Filter = {
  readonly wantsFile: (path: string) => boolean;
  readonly wantsFolder: (path: string) => boolean;
};

/** Every wanted file below `root`, which is a real path. `undefined` stands for an entry that was passed over, so that
 *  the caller can pause in a folder where it wants nothing. Throws what listing the root itself throws. */
export function* entriesBelow(root: string, filter: Filter): Generator<FileEntry | undefined> {
  const pending = listing(root, "").reverse();
  for (let entry = pending.pop(); entry !== undefined; entry = pending.pop()) {
    if (!entry.isFolder || entry.isDouble) {
      yield leafEntry(root, entry, filter);
    } else if (filter.wantsFolder(entry.path)) {
      const inner = listingOrBroken(root, entry.path);
      if (Array.isArray(inner)) { for (const one of inner.reverse()) pending.push(one); }
      else yield inner;
    }
  }
}

/** True when `path` is `root` or below it; both are real paths. */
export function isWithin(root: string, path: string): boolean {
  if (path.startsWith(root.endsWith(sep) ? root : root + sep)) return true;
  const way = relative(root, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

type Found = {
  readonly path: string;
  readonly isFolder: boolean;
  readonly isLink: boolean;
  /** Shares its readable name with another entry: at least one of them is not UTF-8. */
  readonly isDouble: boolean;
};

/** What stands in a name for each byte that is no UTF-8. */
const replacement = "\uFFFD";

function listing(root: string, folder: string): Found[] {
  const seen = new Set<string>();
  const found: Found[] = [];
  const prefix = folder === "" ? "" : `${folder}/`;
  for (const { name, isDirectory: isFolder, isSymlink: isLink } of Deno.readDirSync(`${root}/${folder}`)) {
    if (name.startsWith(".")) continue;
    const isDouble = name.includes(replacement) && seen.has(name);
    const unique = isDouble ? freeName(name, seen) : name;
    if (name.includes(replacement)) seen.add(unique);
    found.push({ path: prefix + unique, isFolder, isLink, isDouble });
  }
  return found.sort((left, right) => compareUtf8(sortKey(left), sortKey(right)));
}

/** The paths below a folder compare as if the folder's own name ended in a slash. */
function sortKey({ path, isFolder, isDouble }: Found): string {
  return isFolder && !isDouble ? `${path}/` : path;
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  let number = 2;
  while (taken.has(`${name}~${number}`)) number++;
  return `${name}~${number}`;
}

function listingOrBroken(root: string, path: string): Found[] | FileEntry | undefined {
  try {
    return listing(root, path);
  } catch (thrown) {
    return troubleEntry(path, thrown, "folder");
  }
}

function leafEntry(root: string, { path, isLink, isDouble }: Found, filter: Filter): FileEntry | undefined {
  if (isDouble) return filter.wantsFile(path) ? brokenEntry(path, ...badName("file")) : undefined;
  try {
    if (isLink) return linkEntry(root, path, filter);
    return filter.wantsFile(path) ? fileEntry(path, Deno.lstatSync(`${root}/${path}`)) : undefined;
  } catch (thrown) {
    return troubleEntry(path, thrown, "file");
  }
}

/** What is told of a file, or of what is there instead. */
export function fileEntry(path: string, info: Deno.FileInfo): FileEntry {
  if (info.isDirectory) return brokenEntry(path, "not_a_file", "This is a folder, not a file");
  if (!info.isFile) {
    return brokenEntry(path, "not_a_file", "This is a pipe, a socket or a device, not a file");
  }
  return { path, size: info.size, modifiedMs: info.mtime?.getTime() ?? 0 };
}

/** A link to a folder inside is passed over: its files are listed under their own path. */
function linkEntry(root: string, path: string, filter: Filter): FileEntry | undefined {
  const target = linkTarget(root, path);
  if (target === "nowhere") {
    return filter.wantsFile(path) ? brokenEntry(path, "dangling_link", "This link leads to nothing") : undefined;
  }
  const wanted = target.isDirectory ? filter.wantsFolder(path) : filter.wantsFile(path);
  if (!wanted) return undefined;
  if (!target.isInside) {
    return brokenEntry(path, "outside_folder", "This link leads out of the folder; only files inside are read");
  }
  return target.isDirectory ? undefined : fileEntry(path, target);
}

type Target = Deno.FileInfo & { readonly isInside: boolean };

function linkTarget(root: string, path: string): Target | "nowhere" {
  try {
    const real = Deno.realPathSync(`${root}/${path}`);
    return { ...Deno.statSync(real), isInside: isWithin(root, real) };
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound || thrown instanceof Deno.errors.FilesystemLoop) return "nowhere";
    throw thrown;
  }
}

/** What is told of an entry that could not be looked at; nothing when it was deleted meanwhile. */
export function troubleEntry(path: string, thrown: unknown, what: "file" | "folder"): FileEntry | undefined {
  if (thrown instanceof Deno.errors.NotFound) {
    return path.includes(replacement) ? brokenEntry(path, ...badName(what)) : undefined;
  }
  if (thrown instanceof Deno.errors.PermissionDenied || thrown instanceof Deno.errors.NotCapable) {
    return brokenEntry(path, "unreadable", `There is no permission to read this ${what}`);
  }
  if (!(thrown instanceof Error)) throw thrown;
  return brokenEntry(path, "unreadable", `The system cannot read this ${what}`);
}

function badName(what: "file" | "folder"): [string, string] {
  return ["bad_name", `The name of this ${what} is not UTF-8; rename it, for example with convmv`];
}

/** What is told of a file that must not be read. */
export function brokenEntry(path: string, reason: string, detail: string): FileEntry {
  return { path, size: 0, modifiedMs: 0, broken: { reason, detail } };
}
