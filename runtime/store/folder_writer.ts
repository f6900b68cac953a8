// Writes files of a store folder: whole or not at all, first under a temporary name.
import { existsSync } from "node:fs";
import { storeErrorOf } from "./failures.ts";
import { createFile, inFolder, linkNew, linkOrCopy, removeFile, writeAll } from "./folder_files.ts";
import { createFolderSyncer, type FolderSyncer } from "./folder_syncer.ts";
import { createWriteBehind, type WriteBehind } from "./write_behind.ts";

/** Files written but not yet in place. */
const mostBehind = 64;

/** All paths are absolute and below the root. Throws `StoreError`. Once a write failed behind its caller, every write
 *  and flush answers with that error: nobody can tell any more what is on the disk. */
export interface FolderWriter {
  /** Resolves when the bytes are in a temporary file. The file gets its name when its bytes are on the disk. */
  write(path: string, body: Uint8Array): Promise<void>;
  /** Writes durably, unless there is such a file: then false. Of any number of racing processes one is told true. */
  writeNew(path: string, body: Uint8Array): Promise<boolean>;
  /** Writes pieces; when they are over, `pathOf` says what the file is called. A file that exists stays. */
  writeStream(pieces: AsyncIterable<Uint8Array>, pathOf: () => string): Promise<void>;
  /** Gives the bytes of `from` a second name; a `to` that exists stays. */
  link(from: string, to: string): Promise<void>;
  /** True while a write of this path is under way. */
  isPending(path: string): boolean;
  /** Resolves when the writes of this path, or of all paths, have ended. Never rejects. */
  settled(path?: string): Promise<void>;
  /** Has the next flush make the name of this file durable, which another process may have written. */
  touch(path: string): void;
  flush(): Promise<void>;
}

type InWords = <T>(work: () => Promise<T> | T) => Promise<T>;

/** Writes below `root`, with temporary files in `<root>/tmp`. `unique` is a text that no other process uses. */
export function createFolderWriter(root: string, unique: string): FolderWriter {
  let count = 0;
  const temporaryPath = () => `${root}/tmp/${unique}-${(count++).toString(36)}`;
  const behind = createWriteBehind(mostBehind);
  const syncer = createFolderSyncer(root);

  const inWords = async <T>(action: string, work: () => Promise<T> | T): Promise<T> => {
    try {
      behind.check();
      return await work();
    } catch (thrown) {
      throw storeErrorOf(action, root, thrown);
    }
  };
  const nameOf = (path: string) => path.slice(root.length + 1);

  return {
    touch: syncer.touch,
    isPending: behind.isPending,
    settled: behind.settled,
    write: (path, body) =>
      inWords(`write "${nameOf(path)}"`, () => writeLater(behind, syncer, path, temporaryPath(), body)),
    writeNew: (path, body) =>
      inWords(`write "${nameOf(path)}"`, async () => {
        await behind.settled(path);
        if (existsSync(path) || !await writeLinked(path, temporaryPath(), body)) return false;
        syncer.touch(path);
        await syncer.sync();
        return true;
      }),
    async writeStream(pieces, pathOf) {
      // What the pieces' own maker throws is not the store's: only the steps in between are put into words.
      const step: InWords = (work) => inWords("write a stream", work);
      syncer.touch(await writePieces(pieces, pathOf, temporaryPath(), step));
    },
    link: (from, to) =>
      inWords(`copy "${nameOf(from)}" to "${nameOf(to)}"`, async () => {
        await Promise.all([behind.settled(from), behind.settled(to)]);
        linkOrCopy(from, to, temporaryPath());
        syncer.touch(to);
      }),
    flush: () =>
      inWords("make the writes durable", async () => {
        await behind.settled();
        behind.check();
        await syncer.sync();
      }),
  };
}

function writeLater(
  behind: WriteBehind,
  syncer: FolderSyncer,
  path: string,
  temporary: string,
  body: Uint8Array,
): Promise<void> {
  const finish = async (file: Deno.FsFile) => {
    try {
      using open = file;
      await open.syncData();
      inFolder(path, () => Deno.renameSync(temporary, path));
      syncer.touch(path);
    } catch (thrown) {
      removeFile(temporary);
      throw thrown;
    }
  };
  return behind.start(path, async () => {
    const file = await createFile(temporary, body);
    return () => finish(file);
  });
}

async function writeLinked(path: string, temporary: string, body: Uint8Array): Promise<boolean> {
  using file = await createFile(temporary, body);
  try {
    await file.syncData();
    return linkNew(temporary, path);
  } finally {
    removeFile(temporary);
  }
}

async function writePieces(
  pieces: AsyncIterable<Uint8Array>,
  pathOf: () => string,
  temporary: string,
  step: InWords,
): Promise<string> {
  using file = await step(() => createFile(temporary, new Uint8Array()));
  try {
    for await (const piece of pieces) await step(() => writeAll(file, piece));
    const path = pathOf();
    await step(() => file.syncData());
    await step(() => linkNew(temporary, path));
    return path;
  } finally {
    removeFile(temporary);
  }
}
