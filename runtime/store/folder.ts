// A store in a folder: the objects are its files, key by key.
import { createHash, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { StoreError } from "../contract/errors.ts";
import type { BlobRef } from "../contract/image.ts";
import type { Digest } from "../contract/json.ts";
import type { ObjectEntry, ObjectStore } from "../contract/store.ts";
import { isAbsent, storeErrorOf } from "./failures.ts";
import { createFolderWriter, type FolderWriter } from "./folder_writer.ts";
import { checkedKey, checkedPrefix, isKey } from "./keys.ts";

/** The store in this folder, which is made by the first write. `StoreError` when there is something else. */
export async function openFolderStore(path: string): Promise<ObjectStore> {
  const root = resolve(path);
  await checkRoot(root);
  const writer = createFolderWriter(root, `${Deno.pid}-${randomUUID()}`);
  const pathOf = (key: string) => `${root}/${checkedKey(key)}`;
  const mayHold = createFolderLook();
  const has = (key: string) => writer.temporaryOf(pathOf(key)) !== undefined || isFile(root, key);

  return {
    place: root,
    folder: root,
    async get(key) {
      const path = pathOf(key);
      const temporary = writer.temporaryOf(path);
      const early = temporary === undefined ? undefined : await readFile(root, key, temporary);
      return early ?? await readFile(root, key, path); // it may have got its name while it was opened
    },
    async getStream(key) {
      const path = pathOf(key);
      return await Promise.try(() => openFile(root, key, writer.temporaryOf(path) ?? path));
    },
    async put(key, body, { ifAbsent = false, named = false } = {}) {
      const path = pathOf(key);
      if (ifAbsent) return await writer.writeNew(path, body);
      if (named && (writer.temporaryOf(path) !== undefined || mayHold(path)) && has(key)) writer.touch(path);
      else await writer.write(path, body);
      return true;
    },
    putStream: (pieces, keyOf) => writeStream(writer, pieces, (digest) => pathOf(keyOf(digest))),
    flush: () => writer.flush(),
    async *list(prefix) {
      const checked = checkedPrefix(prefix);
      await writer.settled();
      yield* walk(root, checked.slice(0, checked.lastIndexOf("/") + 1), checked);
    },
    async copy(from, to) {
      const target = pathOf(to);
      if (!has(from)) throw new StoreError("missing", `Cannot copy "${from}": it is not in "${root}"`);
      await writer.link(pathOf(from), target);
    },
    has: (key) =>
      Promise.try(() => {
        const found = has(key);
        if (found) writer.touch(pathOf(key));
        return found;
      }),
    async remove(keys) {
      for (const key of keys) {
        const path = pathOf(key);
        await writer.settled(path);
        deleteFile(root, key, path);
      }
    },
  };
}

async function checkRoot(root: string): Promise<void> {
  try {
    const { isDirectory } = await Deno.stat(root);
    if (!isDirectory) {
      throw new StoreError("unavailable", `Cannot open the store "${root}": it is a file, not a folder`);
    }
  } catch (thrown) {
    if (!(thrown instanceof Deno.errors.NotFound)) throw storeErrorOf(`open the store "${root}"`, root, thrown);
  }
}

function isFile(root: string, key: string): boolean {
  const path = `${root}/${key}`;
  try {
    // A miss that throws takes ten times as long.
    return existsSync(path) && Deno.statSync(path).isFile;
  } catch (thrown) {
    if (isAbsent(thrown)) return false;
    throw storeErrorOf(`look for "${key}"`, root, thrown);
  }
}

async function readFile(root: string, key: string, path: string): Promise<Uint8Array | undefined> {
  try {
    return await Deno.readFile(path);
  } catch (thrown) {
    if (isAbsent(thrown)) return undefined;
    throw storeErrorOf(`read "${key}"`, root, thrown);
  }
}

/** Opened at once, so that it can be read to its end even when it is removed meanwhile. */
function openFile(root: string, key: string, path: string): AsyncIterable<Uint8Array> | undefined {
  try {
    const file = Deno.openSync(path, { read: true });
    if (file.statSync().isFile) return file.readable;
    file.close();
    return undefined;
  } catch (thrown) {
    if (isAbsent(thrown)) return undefined;
    throw storeErrorOf(`read "${key}"`, root, thrown);
  }
}

function deleteFile(root: string, key: string, path: string): void {
  try {
    Deno.removeSync(path);
  } catch (thrown) {
    if (!isAbsent(thrown)) throw storeErrorOf(`remove "${key}"`, root, thrown);
  }
}

async function writeStream(
  writer: FolderWriter,
  pieces: AsyncIterable<Uint8Array>,
  pathOf: (digest: Digest) => string,
): Promise<BlobRef> {
  const hash = createHash("sha256");
  let size = 0;
  let digest: Digest = "";
  const measured = async function* () {
    for await (const piece of pieces) {
      hash.update(piece);
      size += piece.length;
      yield piece;
    }
  };
  await writer.writeStream(measured(), () => pathOf(digest = hash.digest("hex")));
  return { digest, size };
}

/** Files below a folder, whose key ends with `/` or is empty, in the byte order of their keys. */
function* walk(root: string, folder: string, prefix: string): Iterable<ObjectEntry> {
  for (const name of namesIn(root, folder)) {
    const key = folder + name;
    if (!key.startsWith(prefix)) continue;
    if (name.endsWith("/")) yield* walk(root, key, prefix);
    else yield* entryOf(root, key);
  }
}

/** Names of a folder, those of folders with a `/` at the end, which is what puts their files in the order of keys. */
function namesIn(root: string, folder: string): readonly string[] {
  const names: string[] = [];
  try {
    for (const { name, isFile, isDirectory } of Deno.readDirSync(`${root}/${folder}`)) {
      // Published files may have names that are no keys; those, temporary and strangers' files are left out.
      if (!isKey(folder + name)) continue;
      if (isDirectory) names.push(`${name}/`);
      else if (isFile) names.push(name);
    }
  } catch (thrown) {
    if (!isAbsent(thrown)) throw storeErrorOf(`list "${folder}"`, root, thrown);
  }
  return names.sort();
}

function* entryOf(root: string, key: string): Iterable<ObjectEntry> {
  try {
    const { size, mtime } = Deno.lstatSync(`${root}/${key}`);
    yield { key, size, modifiedMs: mtime?.getTime() ?? 0 };
  } catch (thrown) {
    if (!isAbsent(thrown)) throw storeErrorOf(`list "${key}"`, root, thrown);
  }
}

/** Tells paths whose folder was not there when it was first looked for: to ask for each of its files would cost as much
 *  as to write them. What is written there twice is the same. */
function createFolderLook(): (path: string) => boolean {
  const found = new Map<string, boolean>();
  return (path) => {
    const folder = path.slice(0, path.lastIndexOf("/"));
    const known = found.get(folder) ?? existsSync(folder);
    found.set(folder, known);
    return known;
  };
}
