// Makes and names files below a folder by the C library: Deno asks a dozen times where a path leads before each call.
import { realpathSync } from "node:fs";
import { isGranted, type Libc, loadLibc, pathBytes } from "../system/libc.ts";

/** False when it was not done, for whatever reason, and nothing is left of it: the usual way does it or says why. */
export interface QuickFiles {
  /** A new, read-only file with these bytes, closed. */
  create(path: string, body: Uint8Array): boolean;
  rename(from: string, to: string): boolean;
  /** A second name. Also false when there is a `to` already. */
  link(from: string, to: string): boolean;
}

/** O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC on Linux. */
const createFlags = 0o2000301;

/** For files below `root`. Deno's permissions do not bind the C library: a path that leads elsewhere is refused here. */
export function createQuickFiles(root: string): QuickFiles {
  const libc = loadLibc();
  if (libc === undefined || !isGranted("read", root) || !isGranted("write", root)) {
    return {
      create: () => false,
      rename: () => false,
      link: () => false,
    };
  }
  const isInside = createLook(root);
  return {
    create: (path, body) => isInside(path) && created(libc, pathBytes(path), body),
    rename: (from, to) => isInside(from) && isInside(to) && libc.rename(pathBytes(from), pathBytes(to)) === 0,
    link: (from, to) => isInside(from) && isInside(to) && libc.link(pathBytes(from), pathBytes(to)) === 0,
  };
}

function created(libc: Libc, path: Uint8Array<ArrayBuffer>, body: Uint8Array): boolean {
  const file = libc.open(path, createFlags, 0o444);
  if (file < 0) return false;
  const isWritten =
    Number(libc.write(file, new Uint8Array(body.buffer, body.byteOffset, body.length), BigInt(body.length))) ===
      body.length;
  // What a network file system could not write, it may say only now.
  const isClosed = libc.close(file) === 0;
  if (!isWritten || !isClosed) libc.unlink(path);
  return isWritten && isClosed;
}

/** Tells whether a path stands in a folder that is there and, links followed, below `root`. Looks once for each. */
function createLook(root: string): (path: string) => boolean {
  const inside = new Set<string>();
  return (path) => {
    const folder = path.slice(0, path.lastIndexOf("/"));
    if (!inside.has(folder) && !isBelow(root, folder)) return false;
    inside.add(folder);
    return !path.includes("\0");
  };
}

function isBelow(root: string, folder: string): boolean {
  try {
    return `${realpathSync(folder)}/`.startsWith(`${realpathSync(root)}/`);
  } catch {
    return false;
  }
}
