// A process of its own, started on a disk of about one megabyte. Argument: a folder on it. Fills the disk through a
// store and says as JSON what happened.
import { digestOf } from "../../runtime/contract/json.ts";
import { StoreError } from "../../runtime/contract/errors.ts";
import { openFolderStore } from "../../runtime/store/folder.ts";
import { createStorage } from "../../runtime/store/open.ts";
import { listed, noise } from "../suites/object_store_suite.ts";

const store = await openFolderStore(`${Deno.args[0]}/store`);
const { blobs, refs } = createStorage(store);
const ref = { version: digestOf("x"), run: "r", publishedAt: "2026-01-01T00:00:00Z" };
const errors: unknown[] = [];

await refs.publish("d", 1, ref);
for (let at = 0; at < 30; at++) await blobs.put(noise(100_000, at)).catch(record);
await blobs.putStream(manyPieces()).catch(record);
await store.put("refs/d/00000002", noise(2_000_000, 1), { ifAbsent: true }).catch(record);
await store.flush().catch(record);

const kept = await listed(store, "blobs/");
for (const [key] of kept) await blobs.get(key.slice(-64));
for (const [key] of kept) Deno.removeSync(`${store.folder}/${key}`);
const again = await openFolderStore(`${Deno.args[0]}/store`);
await createStorage(again).blobs.put(noise(100_000, 99));

console.log(JSON.stringify({
  failures: [...new Set(errors.map((error) => error instanceof StoreError ? error.failure : String(error)))],
  message: errors[0] instanceof Error ? errors[0].message : "",
  kept: kept.length,
  head: (await createStorage(again).refs.head("d"))?.number,
  temporary: [...Deno.readDirSync(`${store.folder}/tmp`)].length,
}));

function record(thrown: unknown): void {
  errors.push(thrown);
}

async function* manyPieces(): AsyncIterable<Uint8Array> {
  for (let at = 0; at < 30; at++) yield await Promise.resolve(noise(100_000, at));
}
