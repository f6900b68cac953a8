// A process of its own that cleans again and again, with no grace. Arguments: the store's folder, until when
// (milliseconds since 1970). Says as JSON how often it did and how many objects went.
import { openFolderStore } from "../../runtime/store/folder.ts";
import { collectGarbage } from "../../runtime/store/gc.ts";
import { createLeases } from "../../runtime/store/leases.ts";
import { createStorage } from "../../runtime/store/open.ts";
import { usualPresence } from "../../runtime/store/presence.ts";

const [place = "", until = ""] = Deno.args;
const store = await openFolderStore(place);
const storage = { ...createStorage(store), leases: createLeases(store, { ...usualPresence, pollMs: 10 }) };
const signal = AbortSignal.timeout(60_000);
let cleaned = 0;
let removed = 0;

while (Date.now() < Number(until)) {
  const report = await collectGarbage(storage, {
    keeping: { last: 2 },
    graceMs: 0,
    dryRun: false,
    now: Date.now,
    signal,
  });
  cleaned++;
  removed += report.removed.blobs.count + report.removed.chunks.count;
  console.log(JSON.stringify({ cleaned, removed }));
}
