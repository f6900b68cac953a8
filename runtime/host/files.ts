// Files for sources: listing and reading, confined to a root folder.
import { closeSync, constants, fstatSync, openSync, read, readSync, realpathSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import { promisify } from "node:util";
import { InputError, ItemError, messageOf, TransientError } from "../contract/errors.ts";
import type { FileEntry, FileQuery, FilesHost } from "../contract/hosts.ts";
import { createQuickOpening } from "../system/quick_opening.ts";
import { filterOf } from "./globs.ts";
import { createStates } from "./file_states.ts";
import { entriesBelow, isWithin } from "./walk.ts";

export type FilesHostOptions = {
  /** Bytes above which a file is not read. */
  readonly maxBytes: number;
};

/** The files of this machine. Roots are looked up from the working folder; a root may itself be a link. */
export function createFilesHost({ maxBytes }: FilesHostOptions): FilesHost {
  const roots = new Map<string, string>();
  const realOf = (root: string) => {
    const real = roots.get(root) ?? realpathSync(resolve(root));
    roots.set(root, real);
    return real;
  };
  return {
    walk,
    read: (root, path, signal) => readFile(() => realOf(root), path, maxBytes, signal),
    text: (root, path) => readText(() => realOf(root), path, maxBytes),
    states: createStates(realFolder),
  };
}

/** Entries between two pauses, in which timers and signals get their turn. */
const pauseEvery = 1024;

async function* walk(query: FileQuery, signal: AbortSignal): AsyncGenerator<FileEntry> {
  signal.throwIfAborted();
  const root = realRoot(query.root);
  let passed = 0;
  for (const entry of entriesBelow(root, filterOf(query))) {
    if (++passed % pauseEvery === 0) await setImmediate();
    signal.throwIfAborted();
    if (entry !== undefined) yield entry;
  }
}

function realRoot(root: string): string {
  const real = realFolder(root);
  try {
    Deno.readDirSync(real);
    return real;
  } catch (cause) {
    throw sourceError(resolve(root), rootTrouble(cause), cause);
  }
}

function realFolder(root: string): string {
  const path = resolve(root);
  try {
    const real = Deno.realPathSync(path);
    if (Deno.statSync(real).isDirectory) return real;
  } catch (cause) {
    throw sourceError(path, rootTrouble(cause), cause);
  }
  throw sourceError(path, 'it is a file, not a folder; name its folder, and the file itself under "include"');
}

function rootTrouble(thrown: unknown): string {
  if (thrown instanceof Deno.errors.NotFound) return "there is no such folder; check the path, or make the folder";
  if (thrown instanceof Deno.errors.PermissionDenied) return "there is no permission to read it";
  if (thrown instanceof Deno.errors.NotCapable) return "Deno was started without --allow-read for it";
  return messageOf(thrown);
}

function sourceError(path: string, what: string, cause?: unknown): InputError {
  return new InputError(`Cannot read the folder "${path}": ${what}`, [], { code: "source", cause });
}

async function readFile(
  realRoot: () => string,
  path: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  signal.throwIfAborted();
  try {
    const content = quickContentOf(realRoot(), path, maxBytes);
    if (content !== undefined) return content;
    const file = openConfined(realRoot(), path);
    try {
      return smallContentOf(file, path, maxBytes) ?? await contentOf(file, path, maxBytes, signal);
    } finally {
      closeSync(file);
    }
  } catch (thrown) {
    throw readError(path, thrown);
  }
}

/** The link is resolved first and the result opened without following links, so that a path swapped in between cannot
 *  lead outside; without blocking, so that a pipe cannot hang the run. */
function openConfined(realFolder: string, path: string): number {
  const named = resolve(realFolder, path);
  const inside = !isAbsolute(path) && isWithin(realFolder, named);
  const real = inside ? realpathSync(named) : "";
  if (!inside || (real !== named && !isWithin(realFolder, real))) {
    throw new ItemError("outside_folder", `Cannot read "${path}": it leads out of the folder`);
  }
  return openSync(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
}

/** Bytes up to which a file is read at once: to hand it over to another thread takes several times as long. */
const smallBytes = 64 * 1024;
/** There is room for one byte more: what leaves it free is the whole file. */
const room = new Uint8Array(smallBytes + 1);

const openQuick = createQuickOpening();

/** The same as what follows, in a sixth of the time; `undefined` where a closer look is needed. */
function quickContentOf(realFolder: string, path: string, maxBytes: number): Uint8Array | undefined {
  const named = resolve(realFolder, path);
  if (isAbsolute(path) || !isWithin(realFolder, named)) return undefined;
  using file = openQuick(named);
  const filled = file?.read(room, 0) ?? 0;
  if (filled <= 0 || filled > Math.min(smallBytes, maxBytes) || file?.read(room, filled) !== 0) return undefined;
  return room.slice(0, filled);
}

/** The content of a small file; `undefined` where a closer look is needed. What is read at a position is no pipe. */
function smallContentOf(file: number, path: string, maxBytes: number): Uint8Array | undefined {
  const filled = readAt(file, 0);
  if (filled === 0 || filled > smallBytes || readAt(file, filled) > 0) return undefined;
  if (filled > maxBytes) throw tooLarge(path, filled, maxBytes);
  return room.slice(0, filled);
}

/** How many bytes came, none where that cannot be done. */
function readAt(file: number, position: number): number {
  try {
    return readSync(file, room, position, room.length - position, position);
  } catch {
    return 0;
  }
}

const readLater = promisify(read);

async function contentOf(file: number, path: string, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
  const info = fstatSync(file); // of an open file: no wait, and a third of the time
  if (!info.isFile()) throw new ItemError("not_a_file", `Cannot read "${path}": it is not a file`);
  if (info.size > maxBytes) throw tooLarge(path, info.size, maxBytes);
  const buffer = new Uint8Array(info.size + 1);
  let filled = 0;
  while (filled < buffer.length) {
    signal.throwIfAborted();
    const { bytesRead } = await readLater(file, buffer, filled, buffer.length - filled, filled);
    filled += bytesRead;
    // There was room for one byte more: what came is the whole file.
    if (bytesRead === 0 || filled === info.size) return buffer.subarray(0, filled);
  }
  throw new TransientError(`Cannot read "${path}": it grows while it is read`);
}

function tooLarge(path: string, size: number, maxBytes: number): ItemError {
  return new ItemError("too_large", `Cannot read "${path}": it has ${size} bytes, the limit is ${maxBytes}`);
}

const passing = new Set(["EIO", "EBUSY", "EAGAIN", "EINTR", "EMFILE", "ENFILE", "ENOMEM", "ESTALE", "ETIMEDOUT"]);

/** Messages name the path below the root only: they enter versions, which hold no absolute path. */
function readError(path: string, thrown: unknown): unknown {
  const code = codeOf(thrown);
  if (code === undefined) return thrown;
  if (passing.has(code)) return new TransientError(`Cannot read "${path}": ${code}`, undefined, { cause: thrown });
  const [reason, what] = lastingTrouble(code);
  return new ItemError(reason, `Cannot read "${path}": ${what}`, { cause: thrown });
}

function lastingTrouble(code: string): readonly [string, string] {
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return ["gone", "it is no longer there"];
    case "EISDIR":
      return ["not_a_file", "it is a folder"];
    case "EACCES":
    case "EPERM":
      return ["unreadable", "there is no permission to read it"];
    default:
      return ["unreadable", `the system says ${code}`];
  }
}

/** The system's own name of an error, such as `ENOENT`. */
function codeOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !("code" in thrown) || typeof thrown.code !== "string") return undefined;
  return /^E[A-Z]+$/.test(thrown.code) ? thrown.code : undefined;
}

async function readText(realRoot: () => string, path: string, maxBytes: number): Promise<string | undefined> {
  try {
    const bytes = await readFile(realRoot, path, maxBytes, new AbortController().signal);
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (thrown) {
    if (thrown instanceof ItemError && thrown.code === "gone") return undefined;
    const what = thrown instanceof TypeError ? "it is not UTF-8 text" : messageOf(thrown);
    throw new InputError(`Cannot read the table "${path}": ${what}`, [], { code: "source", cause: thrown });
  }
}
