// A process of its own that races others for the same keys. Arguments: the store's folder, a name, the number of
// rounds. Says "ready", starts when there is a file `<folder>.go`, and says as JSON which rounds it won.
import { existsSync } from "node:fs";
import { openFolderStore } from "../../runtime/store/folder.ts";

const [place = "", name = "", rounds = ""] = Deno.args;
const store = await openFolderStore(place);
const body = new TextEncoder().encode(name.repeat(5_000));
const won: number[] = [];
const torn: string[] = [];

console.log("ready");
while (!existsSync(`${place}.go`)) await new Promise((resolve) => setTimeout(resolve, 1));

for (let round = 1; round <= Number(rounds); round++) {
  const key = `refs/race/${String(round).padStart(8, "0")}`;
  if (await store.put(key, body, { ifAbsent: true })) won.push(round);
  const text = new TextDecoder().decode(await store.get(key));
  const winner = text.slice(0, name.length);
  if (text.length !== body.length || text !== winner.repeat(5_000)) torn.push(key);
  for await (const entry of store.list("refs/race/")) if (entry.size !== body.length) torn.push(entry.key);
}
console.log(JSON.stringify({ won, torn }));
