// Writes files of a store folder: whole or not at all, first under a temporary name.
import { existsSync } from "node:fs";
import { storeErrorOf } from "./failures.ts";
import { createDurability, type Durability, type WrittenFile } from "./durability.ts";
import { createFile, inFolder, linkNew, linkOrCopy, removeFile, writeAll } from "./folder_files.ts";
import { createFolderSyncer } from "./folder_syncer.ts";
import { createQuickFiles, type QuickFiles } from "./quick_files.ts";
import { createWriteBehind, type Placing } from "./write_behind.ts";

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
  /** Where the bytes of this path are while they have no name yet: true until anything is awaited. */
  temporaryOf(path: string): string | undefined;
  /** Resolves when the writes of this path, or of all paths, have ended. Never rejects. */
  settled(path?: string): Promise<void>;
  /** Has the next flush make the name of this file durable, which another process may have written. */
  touch(path: string): void;
  flush(): Promise<void>;
}

/** Runs a step of a write; what the system refuses becomes a `StoreError` that says which write it was. */
type Step = <T>(work: () => Promise<T> | T) => Promise<T>;

/** Writes below `root`, with temporary files in `<root>/tmp`. `unique` is a text that no other process uses. */
export function createFolderWriter(root: string, unique: string): FolderWriter {
  let count = 0;
  const temporaryPath = () => `${root}/tmp/${unique}-${(count++).toString(36)}`;
  const durability = createDurability(root);
  const quick = createQuickFiles(root);
  const syncer = createFolderSyncer(root, durability);
  const behind = createWriteBehind(durability.most, placingOf(root, durability, quick, syncer.touch));

  const stepsOf = (action: string): Step => async (work) => {
    try {
      return await work();
    } catch (thrown) {
      throw storeErrorOf(action, root, thrown);
    }
  };
  const writing = (path: string) => stepsOf(writingOf(root, path));

  return {
    touch: syncer.touch,
    temporaryOf: behind.temporaryOf,
    settled: behind.settled,
    write: async (path, body) => {
      await behind.room();
      const temporary = temporaryPath();
      await writing(path)(async () => {
        const isQuick = durability.watch() && quick.create(temporary, body);
        if (isQuick) behind.add({ path, temporary });
        else behind.add(durability.written({ path, temporary, file: await createFile(temporary, body) }));
      });
    },
    writeNew: (path, body) =>
      writing(path)(async () => {
        await behind.settled(path);
        behind.check();
        if (existsSync(path) || !await writeLinked(path, temporaryPath(), body)) return false;
        syncer.touch(path);
        await syncer.sync();
        return true;
      }),
    async writeStream(pieces, pathOf) {
      behind.check();
      // What the pieces' own maker throws is not the store's: only the steps in between are put into words.
      syncer.touch(await writePieces(pieces, pathOf, temporaryPath(), stepsOf("write a stream")));
    },
    link: (from, to) =>
      writing(to)(async () => {
        await Promise.all([behind.settled(from), behind.settled(to)]);
        behind.check();
        linkOrCopy(from, to, temporaryPath());
        syncer.touch(to);
      }),
    flush: () =>
      stepsOf("make the writes durable")(async () => {
        await behind.settled();
        behind.check();
        await syncer.sync();
      }),
  };
}

function writingOf(root: string, path: string): string {
  return `write "${path.slice(root.length + 1)}"`;
}

function placingOf(
  root: string,
  durability: Durability,
  quick: QuickFiles,
  touch: (path: string) => void,
): Placing<WrittenFile> {
  return {
    async sync(batch) {
      try {
        await durability.files(batch);
      } catch (thrown) {
        const [only] = batch.length === 1 ? batch : [];
        const action = only === undefined ? `make ${batch.length} files durable` : writingOf(root, only.path);
        throw storeErrorOf(action, root, thrown);
      }
    },
    place({ path, temporary }) {
      try {
        if (!quick.rename(temporary, path)) inFolder(path, () => Deno.renameSync(temporary, path));
        touch(path);
      } catch (thrown) {
        throw storeErrorOf(writingOf(root, path), root, thrown);
      }
    },
    discard: ({ temporary }) => removeFile(temporary),
  };
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
  step: Step,
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
