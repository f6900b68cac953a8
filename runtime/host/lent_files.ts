// Files for other programs: private copies, there while somebody holds them.
import { mkdir, rm, writeFile } from "node:fs/promises";

export interface LentFiles {
  /** The file of this name, made when nobody holds it yet. Its bytes are `make`'s, and stay a copy: whoever writes to it
   *  changes nothing else. */
  lend(name: string, make: () => Promise<Uint8Array>): Promise<LentFile>;
}

export interface LentFile extends AsyncDisposable {
  /** Absolute. */
  readonly path: string;
}

type Lent = { readonly path: Promise<string>; holders: number };

/** Files below `folder`, an absolute path; it is made, for this user alone, when it is first needed. */
export function createLentFiles(folder: string): LentFiles {
  const lent = new Map<string, Lent>();
  let made: Promise<unknown> | undefined;
  let count = 0;

  async function written(name: string, make: () => Promise<Uint8Array>): Promise<string> {
    const bytes = await make();
    await (made ??= mkdir(folder, { recursive: true, mode: 0o700 }));
    const path = `${folder}/${count++}-${name}`;
    await writeFile(path, bytes, { flag: "wx", mode: 0o400 });
    return path;
  }
  return {
    async lend(name, make) {
      let file = lent.get(name);
      if (file === undefined) lent.set(name, file = { path: written(name, make), holders: 0 });
      file.holders++;
      const held = file;
      const release = async () => {
        if (--held.holders > 0) return;
        lent.delete(name);
        await rm(await held.path, { force: true });
      };
      try {
        return { path: await held.path, [Symbol.asyncDispose]: onlyOnce(release) };
      } catch (thrown) {
        if (lent.get(name) === held) lent.delete(name);
        throw thrown;
      }
    },
  };
}

function onlyOnce(release: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => done ??= release();
}
