// A process of its own that writes until it is killed, or has written a lot. Arguments: the store's folder and a number that no earlier
// writer had. Publishes a ref now and then that names the blobs written before it.
import { digestOfJson } from "../../runtime/contract/json.ts";
import { openFolderStore } from "../../runtime/store/folder.ts";
import { createStorage } from "../../runtime/store/open.ts";
import { noise } from "../suites/object_store_suite.ts";

const [place = "", seed = ""] = Deno.args;
const { blobs, chunks, memo, refs } = createStorage(await openFolderStore(place));
const head = await refs.head("killed");

const first = (head?.number ?? 0) + 1;

for (let number = first; number < first + 200; number++) {
  const bodies = Array.from(
    { length: 20 },
    (_, at) => noise(1 + (at * 7919 * number) % 60_000, Number(seed) * 1000 + at),
  );
  const written = await Promise.all(bodies.map((body) => blobs.put(body)));
  const list = await chunks.putList(written.map(({ digest }) => JSON.stringify(digest)));
  await memo.put(digestOfJson("stage"), list, { list });
  await refs.publish("killed", number, { version: list, run: seed, publishedAt: "2026-01-01T00:00:00Z" });
}
