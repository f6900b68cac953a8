// Records what code of this thread does to a file system, by standing between it and Deno.
import { dirname } from "node:path";
import type { Libc } from "../../runtime/system/libc.ts";

type Bytes = Uint8Array<ArrayBuffer>;

export type Effect =
  | { readonly op: "create"; readonly path: string; readonly file: number }
  | { readonly op: "write"; readonly file: number; readonly bytes: Uint8Array }
  /** `file` for the bytes of a file, `folder` for the names in a folder, neither for all there is. */
  | { readonly op: "sync"; readonly id: number; readonly file?: number; readonly folder?: string }
  /** Only now it is certain, and only for what was there when it began. */
  | { readonly op: "synced"; readonly id: number }
  | { readonly op: "rename" | "link"; readonly from: string; readonly to: string }
  | { readonly op: "remove"; readonly path: string };

export type Recorder = Disposable & { readonly effects: readonly Effect[] };

/** What a `sync` makes durable. */
type Synced = { readonly file?: number; readonly folder?: string };

/** The effects so far, and how to add to them. */
type Log = {
  readonly effects: Effect[];
  /** Which file has a path. */
  readonly files: Map<string, number>;
  isOurs(path: string | URL): path is string;
  /** Notes a new file; its number. */
  created(path: string): number;
  synced<T>(what: Synced, call: () => Promise<T>): Promise<T>;
};

/** Records effects below `root` until it is disposed of. Folders are not recorded: they are there when they are used. */
export function recordEffects(root: string): Recorder {
  const effects: Effect[] = [];
  let syncs = 0;
  const files = new Map<string, number>();
  let count = 0;
  const log: Log = {
    effects,
    files,
    created(path) {
      effects.push({ op: "create", path, file: count });
      files.set(path, count);
      return count++;
    },
    isOurs: (path): path is string => typeof path === "string" && `${path}/`.startsWith(`${root}/`),
    async synced(what, call) {
      const id = syncs++;
      effects.push({ op: "sync", id, ...what });
      const result = await call();
      effects.push({ op: "synced", id });
      return result;
    },
  };
  const { openSync, renameSync, linkSync, removeSync, remove, dlopen } = Deno;
  Object.assign(Deno, { ...watchedOpening(log), ...watchedNames(log), ...watchedLibrary(log) });
  const before = { openSync, renameSync, linkSync, removeSync, remove, dlopen };
  return { effects, [Symbol.dispose]: () => void Object.assign(Deno, before) };
}

function watchedOpening({ effects, files, isOurs, created, synced }: Log) {
  const { openSync } = Deno;
  const watched = (file: Deno.FsFile, what: Synced): Deno.FsFile => {
    const { write, writeSync, syncData, sync } = Object.getPrototypeOf(file) as Deno.FsFile; // what every file has
    const wrote = (bytes: Uint8Array, length: number) => {
      effects.push({ op: "write", file: what.file ?? -1, bytes: bytes.slice(0, length) });
      return length;
    };
    return Object.assign(file, {
      write: async (bytes: Uint8Array) => wrote(bytes, await write.call(file, bytes)),
      writeSync: (bytes: Uint8Array) => wrote(bytes, writeSync.call(file, bytes)),
      syncData: () => synced(what, () => syncData.call(file)),
      sync: () => synced(what, () => sync.call(file)),
    });
  };
  return {
    openSync(path: string | URL, options: Deno.OpenOptions = {}) {
      const file = openSync(path, options);
      if (!isOurs(path)) return file;
      if (file.statSync().isDirectory) return watched(file, { folder: path });
      const known = files.get(path);
      if (known !== undefined) return watched(file, { file: known });
      return watched(file, { file: created(path) });
    },
  };
}

function namesIn({ effects, files, isOurs }: Log) {
  const named = (op: "rename" | "link", from: string, to: string) => {
    if (!isOurs(from)) return;
    effects.push({ op, from, to });
    const file = files.get(from);
    if (file !== undefined) files.set(to, file);
    if (op === "rename") files.delete(from);
  };
  const removed = (path: string | URL) => {
    if (!isOurs(path)) return;
    effects.push({ op: "remove", path });
    files.delete(path);
  };
  return { named, removed };
}

function watchedNames(log: Log) {
  const { renameSync, linkSync, removeSync, remove } = Deno;
  const { named, removed } = namesIn(log);
  return {
    renameSync(from: string, to: string) {
      renameSync(from, to);
      named("rename", from, to);
    },
    linkSync(from: string, to: string) {
      linkSync(from, to);
      named("link", from, to);
    },
    removeSync(path: string | URL, options?: Deno.RemoveOptions) {
      removeSync(path, options);
      removed(path);
    },
    async remove(path: string | URL, options?: Deno.RemoveOptions) {
      await remove(path, options);
      removed(path);
    },
  };
}

/** The calls of the C library, of which it is loaded once: one recording sees them. */
function watchedLibrary(log: Log) {
  const { dlopen } = Deno;
  return {
    dlopen(name: string, symbols: Deno.ForeignLibraryInterface) {
      const library = dlopen(name, symbols);
      const libc = library.symbols as unknown as Libc; // the one library that is opened here
      return { ...library, symbols: { ...libc, ...watchedCalls(libc, log) } };
    },
  };
}

function watchedCalls({ open, write, rename, link, unlink, syncfs }: Libc, log: Log) {
  const opened = new Map<number, number>();
  const { named, removed } = namesIn(log);
  const after = (result: number, note: () => void) => {
    if (result === 0) note();
    return result;
  };
  return {
    open(path: Bytes, flags: number, mode: number) {
      const descriptor = open(path, flags, mode);
      const isNew = (flags & creating) !== 0 && log.isOurs(textOf(path));
      opened.delete(descriptor);
      if (descriptor >= 0 && isNew) opened.set(descriptor, log.created(textOf(path)));
      return descriptor;
    },
    write(descriptor: number, bytes: Bytes, length: bigint) {
      const count = write(descriptor, bytes, length);
      const file = opened.get(descriptor);
      if (file !== undefined) log.effects.push({ op: "write", file, bytes: bytes.slice(0, Number(count)) });
      return count;
    },
    rename: (from: Bytes, to: Bytes) => after(rename(from, to), () => named("rename", textOf(from), textOf(to))),
    link: (from: Bytes, to: Bytes) => after(link(from, to), () => named("link", textOf(from), textOf(to))),
    unlink: (path: Bytes) => after(unlink(path), () => removed(textOf(path))),
    syncfs: (descriptor: number) => log.synced({}, () => syncfs(descriptor)),
  };
}

/** O_CREAT */
const creating = 0o100;

function textOf(path: Bytes): string {
  return new TextDecoder().decode(path.subarray(0, -1));
}

/** The folder a file stands in, and all above it up to the root. */
export function foldersOf(root: string, path: string): string[] {
  const folders: string[] = [];
  for (let at = dirname(path); at.length > root.length; at = dirname(at)) folders.push(at);
  return folders;
}
