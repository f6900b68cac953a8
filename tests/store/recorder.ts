// Records what code of this thread does to a file system, by standing between it and Deno.
import { dirname } from "node:path";

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
  synced<T>(what: Synced, call: () => Promise<T>): Promise<T>;
};

/** Records effects below `root` until it is disposed of. Folders are not recorded: they are there when they are used. */
export function recordEffects(root: string): Recorder {
  const effects: Effect[] = [];
  let syncs = 0;
  const log: Log = {
    effects,
    files: new Map(),
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

function watchedOpening({ effects, files, isOurs, synced }: Log) {
  const { openSync } = Deno;
  let count = 0;
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
      effects.push({ op: "create", path, file: count });
      files.set(path, count);
      return watched(file, { file: count++ });
    },
  };
}

function watchedNames({ effects, files, isOurs }: Log) {
  const { renameSync, linkSync, removeSync, remove } = Deno;
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

/** The call of the system that makes a whole file system durable. */
function watchedLibrary({ synced }: Log) {
  const { dlopen } = Deno;
  return {
    dlopen(name: string, symbols: Deno.ForeignLibraryInterface) {
      const library = dlopen(name, symbols);
      const { syncfs } = library.symbols as Record<string, (descriptor: number) => Promise<number>>; // as it is declared
      if (syncfs === undefined) return library;
      const all = (descriptor: number) => synced({}, () => syncfs(descriptor));
      return { ...library, symbols: { ...library.symbols, syncfs: all } };
    },
  };
}

/** The folder a file stands in, and all above it up to the root. */
export function foldersOf(root: string, path: string): string[] {
  const folders: string[] = [];
  for (let at = dirname(path); at.length > root.length; at = dirname(at)) folders.push(at);
  return folders;
}
