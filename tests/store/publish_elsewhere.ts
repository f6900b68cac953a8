// A process of its own for a store whose published files are on another disk, where there can be no links. Argument:
// the store's folder. Says as JSON what was published.
import { createBlobs } from "../../runtime/store/blobs.ts";
import { openFolderStore } from "../../runtime/store/folder.ts";
import { publishTree } from "../../runtime/store/published.ts";

const store = await openFolderStore(Deno.args[0] ?? "");
const blobs = createBlobs(store);
const blob = await blobs.put(new TextEncoder().encode("hello"));
const entries = async function* () {
  for (const path of ["a", "b/c"]) yield await Promise.resolve({ path, ...blob });
}();
const tree = await publishTree({ store, dataset: "d", number: 1, entries });
const file = Deno.statSync(`${tree}/b/c`);
const home = [...Deno.readDirSync(`${tree}/..`)].map(({ name }) => name).sort();
console.log(JSON.stringify({
  home,
  text: Deno.readTextFileSync(`${tree}/b/c`),
  mode: (file.mode ?? 0) & 0o777,
  linked: file.dev === Deno.statSync(`${store.folder}/${blobs.keyOf(blob.digest)}`).dev,
}));
