// A process of its own that publishes a tree. Arguments: the store's folder, the number, and how many files, which are
// blobs that hold their own number as text. Says which folder it is.
import { digestOf } from "../../runtime/contract/json.ts";
import type { TreeEntry } from "../../runtime/contract/version.ts";
import { openFolderStore } from "../../runtime/store/folder.ts";
import { publishTree } from "../../runtime/store/published.ts";

const [place = "", number = "", count = ""] = Deno.args;

async function* entries(): AsyncIterable<TreeEntry> {
  for (let at = 0; at < Number(count); at++) {
    const text = `${at}`;
    const path = `images/${at % 10}/${text.padStart(5, "0")}.txt`;
    yield await Promise.resolve({ path, digest: digestOf(text), size: text.length });
  }
}

const store = await openFolderStore(place);
console.log(await publishTree({ store, dataset: "motogp", number: Number(number), entries: entries() }));
