// Versions made of a few texts, and checkouts of them.
import type { TreeEntry } from "../../runtime/contract/version.ts";
import { type Checkout, checkOutFiles, type CheckoutRequest } from "../../runtime/store/checkout.ts";
import type { HeldVersion } from "../../runtime/store/held_files.ts";
import { createMemoryStore } from "../../runtime/store/memory.ts";
import { createStorage, type DatasetStorage } from "../../runtime/store/open.ts";

/** Contents by path. */
export type Texts = Readonly<Record<string, string>>;

export type Checkouts = {
  readonly storage: DatasetStorage;
  /** Brings the folder to version `number` of those that were added. */
  out(number: number, more?: Partial<CheckoutRequest>): Promise<Checkout>;
  /** Adds a version; the first is 1. */
  add(texts: Texts): Promise<number>;
};

export function checkoutsTo(folder: string, storage = createStorage(createMemoryStore())): Checkouts {
  const versions: (readonly TreeEntry[])[] = [];
  const nameOf = (number: number): HeldVersion => ({ dataset: "test", number, version: `id ${number}` });
  return {
    storage,
    async add(texts) {
      const entries: TreeEntry[] = [];
      for (const [path, text] of Object.entries(texts)) {
        entries.push({ path, ...await storage.blobs.put(new TextEncoder().encode(text)) });
      }
      await storage.store.flush();
      return versions.push(entries);
    },
    out: (number, more = {}) =>
      checkOutFiles({
        ...storage,
        folder,
        index: ".framewright.json",
        version: nameOf(number),
        files: each(versions[number - 1] ?? []),
        filesOf: ({ number }) => Promise.resolve(each(versions[number - 1] ?? [])),
        link: false,
        keepOld: false,
        force: false,
        onPlan: () => {},
        onFile: () => {},
        signal: new AbortController().signal,
        ...more,
      }),
  };
}

async function* each<T>(values: readonly T[]): AsyncGenerator<T> {
  yield* values;
}

/** The texts below a folder by path, without hidden files of ours at the top. */
export function textsIn(folder: string, below = ""): Texts {
  const texts: Record<string, string> = {};
  for (const { name, isDirectory } of [...Deno.readDirSync(`${folder}/${below}`)].sort(byName)) {
    const path = below + name;
    if (isDirectory) Object.assign(texts, textsIn(folder, `${path}/`));
    else if (path !== ".framewright.json") texts[path] = Deno.readTextFileSync(`${folder}/${path}`);
  }
  return texts;
}

function byName(left: { readonly name: string }, right: { readonly name: string }): number {
  return left.name < right.name ? -1 : 1;
}
