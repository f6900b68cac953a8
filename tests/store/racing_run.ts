// A process of its own that runs a small pipeline again and again. Arguments: the store's folder, a dataset's number of
// images, until when (milliseconds since 1970). Reads all that it published before it lets go, and says as JSON how many
// versions that were; each line says how far it is.
import { StoreError } from "../../runtime/contract/errors.ts";
import { openLeased } from "../../runtime/engine/leased.ts";
import { openFolderStore } from "../../runtime/store/folder.ts";
import { createLeases } from "../../runtime/store/leases.ts";
import { createStorage } from "../../runtime/store/open.ts";
import { pause } from "../../runtime/store/pause.ts";
import { usualPresence } from "../../runtime/store/presence.ts";
import { names, pictureBench } from "./gc_fixtures.ts";
import { readWhole } from "./whole_store.ts";

const [place = "", count = "", until = ""] = Deno.args;
const store = await openFolderStore(place);
const leases = createLeases(store, { ...usualPresence, pollMs: 10 });
const signal = AbortSignal.timeout(60_000);

for (let round = Deno.pid; Date.now() < Number(until); round++) {
  // Cleaning waits for all runs, so there must be moments without one.
  await pause(Math.random() * 150);
  const opened = { ...createStorage(store), leases };
  await using leased = await openLeased(opened, `run ${round}`, { signal, say: () => {} });
  // The same few sets of images come again and again, so that what one version leaves another one picks up.
  const some = names(Number(count)).filter((_, at) => at % 4 !== round % 4);
  try {
    await pictureBench(leased.storage, some, 8).run();
    const { versions } = await readWhole(leased.storage);
    console.log(JSON.stringify({ versions }));
  } catch (thrown) {
    if (!(thrown instanceof StoreError && thrown.failure === "conflict")) throw thrown;
  }
}
