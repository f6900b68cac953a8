import assert from "node:assert/strict";
import type { Version } from "../../runtime/contract/version.ts";
import { stepBetween } from "../../runtime/engine/growth.ts";
import { openDataset } from "../../runtime/engine/reader.ts";
import { createMemoryStore } from "../../runtime/store/memory.ts";
import { createStorage, type DatasetStorage } from "../../runtime/store/open.ts";
import { names, pictureBench } from "../store/gc_fixtures.ts";

const signal = new AbortController().signal;

async function sizeBelow({ store }: DatasetStorage, prefix: string): Promise<number> {
  let sum = 0;
  for await (const { size } of store.list(prefix)) sum += size;
  return sum;
}

async function versionOf(storage: DatasetStorage, number: number): Promise<Version> {
  return (await openDataset(storage, "test", number)).version;
}

Deno.test("stepBetween() says how many bytes a version brought to the store, to the byte", async () => {
  const storage = createStorage(createMemoryStore());
  const bench = pictureBench(storage, names(900));
  let [blobs, chunks] = [0, 0];
  for (let number = 1; number <= 3; number++) {
    if (number > 1) bench.files.set(`more${number}`, `some more ${number}`);
    if (number === 3) bench.files.set("f0100", "another text");
    await bench.run();
    const before = number === 1 ? undefined : await versionOf(storage, number - 1);
    const { growth } = await stepBetween(storage, before, await versionOf(storage, number), signal);
    const [blobsNow, chunksNow] = [await sizeBelow(storage, "blobs/"), await sizeBelow(storage, "chunks/")];
    const beside = (await storage.runs.get({ dataset: "test", id: (await refOf(storage, number)).run }, "files.txt")) ??
      new Uint8Array();
    const besideSize = new TextDecoder().decode(beside).split("\n").reduce((sum, line) => (
      sum + Number(line.split("\t")[2] ?? 0)
    ), 0);
    assert.equal(growth.sources + growth.files, blobsNow - blobs - besideSize, `blobs of v${number}`);
    assert.equal(growth.index, chunksNow - chunks, `chunks of v${number}`);
    [blobs, chunks] = [blobsNow, chunksNow];
  }
});

async function refOf({ refs }: DatasetStorage, number: number) {
  return await refs.get("test", number) ?? { run: "" };
}

Deno.test("stepBetween() counts records, and no bytes where only names changed", async () => {
  const storage = createStorage(createMemoryStore());
  const bench = pictureBench(storage, names(3));
  await bench.run();
  const text = bench.files.get("f0001") ?? "";
  bench.files.delete("f0001");
  bench.files.set("renamed", text);
  await bench.run();
  const step = await stepBetween(storage, await versionOf(storage, 1), await versionOf(storage, 2), signal);
  assert.deepEqual(step.records, { added: 1, changed: 0, removed: 1 });
  assert.equal(step.growth.sources, 0);
  assert.deepEqual(step.settings, []);
});
