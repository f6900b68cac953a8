// Names that people give to versions. A name can move: each move is one more number, and the highest counts.
import { InputError } from "../contract/errors.ts";
import type { ObjectStore } from "../contract/store.ts";
import { corrupt } from "./blobs.ts";
import { isObject, jsonBytes, jsonIn } from "./json_text.ts";
import { checkedDataset } from "./keys.ts";

const digits = 4;
const tagPattern = /^[a-z][a-z0-9._-]{0,99}$/;

/** Where a tag leads, and since when. `number` is absent once the tag was taken away. */
export type Tag = { readonly name: string; readonly number?: number; readonly taggedAt: string };

export interface Tags {
  /** Lets a tag lead to a version from now on; to none when `number` is absent. False when somebody else moved it at
   *  the same time. */
  move(dataset: string, tag: Tag): Promise<boolean>;
  get(dataset: string, name: string): Promise<Tag | undefined>;
  /** Those that lead somewhere, in byte order of their names. */
  list(dataset: string): AsyncIterable<Tag>;
}

/** The tags of a store. */
export function createTags(store: ObjectStore): Tags {
  const get = async (dataset: string, name: string) => (await newest(store, dataset, name))?.tag;
  return {
    get,
    async move(dataset, tag) {
      const before = await newest(store, dataset, tag.name);
      const move = String((before?.move ?? 0) + 1).padStart(digits, "0");
      const { number, taggedAt } = tag;
      return await store.put(`${folderOf(dataset, tag.name)}${move}`, jsonBytes({ number, taggedAt }), {
        ifAbsent: true,
      });
    },
    async *list(dataset) {
      const prefix = `tags/${checkedDataset(dataset)}/`;
      const names = new Set<string>();
      for await (const { key } of store.list(prefix)) names.add(key.slice(prefix.length).split("/")[0] ?? "");
      for (const name of names) {
        const tag = await get(dataset, name);
        if (tag?.number !== undefined) yield tag;
      }
    },
  };
}

/** The name itself; `InputError` when no tag can have it, such as a number. */
export function checkedTag(name: string): string {
  if (tagPattern.test(name) && name !== "latest" && !/^v\d+$/.test(name)) return name;
  const rule = 'a tag is made of a-z, 0-9, ".", "_" and "-", begins with a letter, and is neither "latest" nor "v3"';
  throw new InputError(`Cannot use "${name}" as a tag: ${rule}`);
}

function folderOf(dataset: string, name: string): string {
  return `tags/${checkedDataset(dataset)}/${checkedTag(name)}/`;
}

async function newest(store: ObjectStore, dataset: string, name: string) {
  let last: string | undefined;
  const prefix = folderOf(dataset, name);
  for await (const { key } of store.list(prefix)) if (/^\d+$/.test(key.slice(prefix.length))) last = key;
  if (last === undefined) return undefined;
  const bytes = await store.get(last);
  const value = bytes === undefined ? undefined : jsonIn(bytes);
  if (!isObject(value) || typeof value["taggedAt"] !== "string") throw corrupt(store, last);
  const { number, taggedAt } = value;
  return {
    move: Number(last.slice(prefix.length)),
    tag: { name, taggedAt, ...(typeof number === "number" ? { number } : {}) },
  };
}
