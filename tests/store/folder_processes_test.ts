import assert from "node:assert/strict";
import { openFolderStore } from "../../runtime/store/folder.ts";
import { createStorage } from "../../runtime/store/open.ts";
import { listed } from "../suites/object_store_suite.ts";
import { inFolder } from "../temp_folder.ts";
import { kill, output, start, withDisk } from "./process.ts";

Deno.test("openFolderStore() holds nothing torn and no ref without its blobs after writers were killed", () =>
  inFolder(async (root) => {
    const place = `${root}/store`;
    for (let round = 1; round <= 6; round++) {
      const writer = start("endless_writer.ts", place, `${round}`);
      await untilPublished(place, round * 2).finally(() => kill(writer));
      assert.equal((await writer.status).signal, "SIGKILL");
      await checkStore(place);
    }
  }));

async function untilPublished(place: string, number: number): Promise<void> {
  const { refs } = createStorage(await openFolderStore(place));
  const patience = AbortSignal.timeout(30_000);
  while (((await refs.head("killed"))?.number ?? 0) < number) {
    patience.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
}

async function checkStore(place: string): Promise<void> {
  const store = await openFolderStore(place);
  const { blobs, chunks, refs } = createStorage(store);
  let named = 0;
  for await (const { ref } of refs.history("killed")) {
    for await (const line of chunks.readList(ref.version)) {
      named += (await blobs.get(JSON.parse(line))).length > 0 ? 1 : 0;
    }
  }
  assert.ok(named > 0);
  for (const [key] of await listed(store, "blobs/")) await blobs.get(key.slice(-64));
}

Deno.test("openFolderStore() says that the disk is full, and keeps what it has", () =>
  inFolder(async (place) => {
    const said = await withDisk({ place, options: "rw", prepare: "true" }, "full_disk.ts", place);
    if (said === undefined) return await fullDevice();
    assert.ok(isRecord(said));
    const { message, kept, ...rest } = said;
    assert.deepEqual(rest, { failures: ["full"], head: 1, temporary: 0 });
    assert.match(String(message), /^Cannot write "blobs\/.*": the disk that holds ".*" is full; free some space or/);
    assert.ok(Number(kept) >= 5 && Number(kept) <= 10, `${kept} blobs`);
  }));

/** Where no disk can be made, the device that is always full must do. */
async function fullDevice(): Promise<void> {
  console.warn("This machine lets nobody make a disk of 1 MB: only the device /dev/full was tried");
  assert.equal(await output("full_device.ts", ["--allow-all"]), "full");
}

Deno.test("openFolderStore() says that a disk may only be read, and reads it", () =>
  inFolder(async (place) => {
    const prepare = `mkdir "$1/store" && printf hello > "$1/store/b"`;
    const said = await withDisk({ place, options: "ro", prepare }, "read_only_disk.ts", place);
    if (said === undefined) return console.warn("This machine lets nobody make a read-only disk: not tried");
    assert.ok(isRecord(said));
    const { message, ...rest } = said;
    assert.deepEqual(rest, { results: ["read_only", "read_only", "read_only"], read: "hello" });
    assert.match(String(message), /^Cannot write "a": ".*" is on a disk that may only be read; choose another store$/);
  }));

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
