// A process of its own that races others for the same numbers. Arguments: the store's folder, a name, the number of
// rounds. Says "ready", waits for a file `<folder>.go` that says when the first round begins and how long each takes, and
// says as JSON which rounds it won and whom it saw win.
import { existsSync, readFileSync } from "node:fs";
import { openFolderStore } from "../../runtime/store/folder.ts";
import { createRefs } from "../../runtime/store/refs.ts";

const [place = "", name = "", rounds = ""] = Deno.args;
const store = await openFolderStore(place);
const refs = createRefs(store);
/** Long, so that half of it is half. */
const filling = "-".repeat(20_000);
const won: number[] = [];
const seen: string[] = [];
const torn: string[] = [];

function until(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms - Date.now()));
}

/** Whose ref it is. Reading throws when it is no ref. */
async function winnerOf(round: number): Promise<string | undefined> {
  try {
    const ref = await refs.get("race", round);
    if (ref !== undefined && ref.run !== `${ref.version}${filling}`) torn.push(`${round}: ${ref.run.length}`);
    return ref?.version;
  } catch (thrown) {
    torn.push(`${round}: ${thrown}`);
  }
}

console.log("ready");
while (!existsSync(`${place}.go`)) await until(Date.now() + 25);
const [start = 0, each = 0] = readFileSync(`${place}.go`, "utf-8").split(" ").map(Number);

for (let round = 1; round <= Number(rounds); round++) {
  await until(start + round * each);
  if (Number(name.slice(1)) % 4 === 0) await winnerOf(round); // while the others write
  const ref = { version: name, run: `${name}${filling}`, publishedAt: "2026-01-01T00:00:00Z" };
  if (await refs.publish("race", round, ref)) won.push(round);
  seen.push(await winnerOf(round) ?? "nobody");
}
const sizes = new Set<number>();
for await (const { size } of store.list("refs/race/")) sizes.add(size);
console.log(JSON.stringify({ won, seen, torn, sizes: [...sizes] }));
