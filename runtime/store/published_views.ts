// The files of a version under plain names in a store whose objects are no files: copies that the store makes.
import { PluginError } from "../contract/errors.ts";
import type { ObjectStore, Views } from "../contract/store.ts";
import type { TreeEntry } from "../contract/version.ts";
import { blobKeyOf } from "./blobs.ts";
import { eachAtOnce } from "./each_at_once.ts";
import { isObject, jsonIn } from "./json_text.ts";
import { checkedDataset } from "./keys.ts";
import { allEntries, checkedPath, type TreeRequest } from "./published.ts";

/** Copies under way at once; the store may let fewer through. */
const copiesAtOnce = 64;

/** Says, inside a tree, that all of it is there; written last. */
const completeName = "_complete.json";

/** Makes `published/<dataset>/v<number>/` and gives its address. A tree without `_complete.json` is not complete yet;
 *  one that is stays, unless its pictures are wanted and missing. */
export async function showTree(request: TreeRequest, views: Views): Promise<string> {
  const { store, number, what = "files" } = request;
  const dataset = checkedDataset(request.dataset);
  const home = `${dataset}/v${number}`;
  const holds = await saidIn(store, `published/${home}/${completeName}`, "holds");
  if (holds !== "all" && holds !== what) {
    await store.flush();
    await eachAtOnce(checkedEntries(request, what), copiesAtOnce, async ({ path, digest }) => {
      request.signal?.throwIfAborted();
      await views.show(blobKeyOf(digest), `${home}/${path}`);
    });
    await views.say(`${home}/${completeName}`, `{"holds":"${what}"}\n`);
  }
  const latest = await saidIn(store, `published/${dataset}/latest.json`, "folder");
  if (number > Number(latest?.slice(1) ?? 0)) await views.say(`${dataset}/latest.json`, `{"folder":"v${number}"}\n`);
  return `${store.place}/published/${home}/`;
}

async function* checkedEntries(request: TreeRequest, what: "all" | "files"): AsyncGenerator<TreeEntry> {
  let last: string | undefined;
  for await (const entry of allEntries(request, what)) {
    if (entry.path === last) throw new PluginError(`Cannot publish "${entry.path}": two files have this path`);
    last = checkedPath(entry.path);
    yield entry;
  }
}

/** One text of a small JSON object, if there is one. */
async function saidIn(store: ObjectStore, key: string, name: string): Promise<string | undefined> {
  const bytes = await store.get(key);
  const said = bytes === undefined ? undefined : jsonIn(bytes);
  const value = isObject(said) ? said[name] : undefined;
  return typeof value === "string" ? value : undefined;
}
