// What the engine does for sources that know more than a key: bytes at hand, contracts, looking back, waiting.
import assert from "node:assert/strict";
import { openDataset } from "../../runtime/engine/reader.ts";
import { readyPipeline } from "../../runtime/engine/readiness.ts";
import { noWorld } from "../../runtime/engine/no_world.ts";
import {
  defineSource,
  type EarlierRecord,
  type ListedRecord,
  type ReadImage,
  type SourceDefinition,
  z,
} from "../../runtime/plugin.ts";
import { digestOf } from "../../runtime/contract/json.ts";
import type { LedgerLine } from "../../runtime/contract/item.ts";
import { InputError } from "../../runtime/contract/errors.ts";
import { createMemoryStore } from "../../runtime/store/memory.ts";
import { createStorage, type DatasetStorage } from "../../runtime/store/open.ts";
import { createTombstones } from "../../runtime/store/tombstones.ts";
import { collected, createBench, depsOf, pipelineOf, source as benchSource } from "./bench.ts";
import { bound, itemStep } from "./fixtures.ts";

type Told = {
  readonly records: readonly ListedRecord[];
  readonly read?: (key: string) => ReadImage;
  readonly earlier?: (records: readonly EarlierRecord[] | undefined) => void;
  readonly tuning?: readonly string[];
  readonly atOnce?: number;
};

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function telling({ records, read, earlier, tuning = [], atOnce }: Told): SourceDefinition {
  return defineSource({
    name: "telling",
    version: 1,
    summary: "Records of a test",
    options: z.looseObject({}),
    history: true,
    tuning,
    ...(atOnce === undefined ? {} : { atOnce: () => atOnce }),
    open: (_, host) => ({
      async *records() {
        earlier?.(host.earlier === undefined ? undefined : await collected(host.earlier()));
        yield* records;
      },
      read: ({ key }) => {
        if (read === undefined) return Promise.reject(new TypeError(`${key} should not be read`));
        return Promise.resolve(read(key));
      },
    }),
  });
}

function benchOf(storage: DatasetStorage, told: Told, options: Record<string, number> = {}) {
  return createBench({
    storage,
    files: new Map(),
    steps: [itemStep()],
    source: bound("telling", telling(told), options),
    maxRejected: { share: 1 },
  });
}

async function ledgerOf(storage: DatasetStorage): Promise<LedgerLine[]> {
  return await collected((await openDataset(storage, "test")).ledger());
}

async function itemsOf(storage: DatasetStorage) {
  return await collected((await openDataset(storage, "test")).items());
}

Deno.test("runPipeline() stores bytes that come with a record, and does not read it", async () => {
  const storage = createStorage(createMemoryStore());
  const records = [{ key: "a", revision: "1", bytes: bytesOf("frame") }];
  await benchOf(storage, { records }).run();
  const [item] = await itemsOf(storage);
  assert.ok(item);
  assert.equal(new TextDecoder().decode(await storage.blobs.get(item.image.blob.digest)), "frame");
  const again = await benchOf(storage, { records }).run();
  assert.equal(again.outcome, "unchanged");
});

Deno.test("runPipeline() keeps bytes that come with records in their order, many at once", async () => {
  const storage = createStorage(createMemoryStore());
  const name = (index: number) => String(index).padStart(4, "0");
  const records = Array.from({ length: 100 }, (_, index) => ({
    key: name(index),
    revision: "1",
    bytes: bytesOf(`frame ${name(index)}`.repeat(index % 7 === 0 ? 2000 : 1)),
  }));
  await benchOf(storage, { records }).run();
  const items = await itemsOf(storage);
  assert.deepEqual(items.map(({ key }) => key), records.map(({ key }) => key));
  for (const [index, { image }] of items.entries()) {
    assert.equal(image.blob.digest, digestOf(records[index]?.bytes ?? ""));
  }
});

Deno.test("runPipeline() does not bring back bytes that were erased when a source hands them over again", async () => {
  const storage = createStorage(createMemoryStore());
  const bytes = bytesOf("secret");
  const purge = { dataset: "test", key: "a", digests: [digestOf(bytes)], at: "2026-11-21", versions: [], done: true };
  await createTombstones(storage.store).put({ id: "one", ...purge });
  await benchOf(storage, {
    records: [{ key: "a", revision: "1", bytes }, { key: "b", revision: "1", bytes: bytesOf("b") }],
  })
    .run();
  assert.equal(await storage.blobs.has(digestOf(bytes)), false);
  assert.deepEqual((await ledgerOf(storage)).map(({ verdict, losses }) => [verdict, losses[0]?.reason]), [
    ["dropped", "purged"],
    ["kept", undefined],
  ]);
});

Deno.test("runPipeline() writes no bytes on a dry run", async () => {
  const storage = createStorage(createMemoryStore());
  const records = [{ key: "a", revision: "1", bytes: bytesOf("frame") }];
  await benchOf(storage, { records }).run({ dryRun: true });
  const kept = await collected(storage.store.list("blobs/"));
  assert.deepEqual(kept, []);
});

Deno.test("runPipeline() keeps the bytes of a record that breaks its source's contract, and rejects it", async () => {
  const storage = createStorage(createMemoryStore());
  const unfit = { reason: "bad_name", detail: "The name has no time" };
  await benchOf(storage, { records: [{ key: "a", revision: "1", unfit }], read: () => ({ bytes: bytesOf("x") }) })
    .run();
  const [line] = await ledgerOf(storage);
  assert.equal(line?.verdict, "rejected");
  assert.equal(line?.losses[0]?.reason, "bad_name");
  assert.equal(new TextDecoder().decode(await storage.blobs.get(line?.blob?.digest ?? "")), "x");
});

Deno.test("runPipeline() joins facts that only reading could tell, and knows when it saw the start of a file", async () => {
  const storage = createStorage(createMemoryStore());
  const read = () => ({ bytes: bytesOf("start"), facts: { etag: "e1" }, head: { size: 5000 } });
  await benchOf(storage, { records: [{ key: "a", revision: "1", facts: { url: "u" } }], read }).run();
  const [item] = await itemsOf(storage);
  assert.deepEqual(item?.facts, { url: "u", etag: "e1" });
  assert.deepEqual(item?.image.head, { size: 5000 });
});

Deno.test("host.earlier() gives the parent's records with what they were admitted with", async () => {
  const storage = createStorage(createMemoryStore());
  const seen: (readonly EarlierRecord[] | undefined)[] = [];
  const told: Told = {
    records: [{ key: "a", revision: "1" }, { key: "b", revision: "1", broken: { reason: "gone", detail: "Gone" } }],
    read: () => ({ bytes: bytesOf("x"), facts: { etag: "e1" } }),
    earlier: (records) => void seen.push(records),
  };
  await benchOf(storage, told).run();
  await benchOf(storage, told).run();
  assert.equal(seen[0], undefined);
  assert.deepEqual(seen[1]?.map(({ record: { key }, facts }) => [key, facts]), [["a", { etag: "e1" }], [
    "b",
    undefined,
  ]]);
});

Deno.test("host.earlier() is absent when the source's options are others, unless they only tune it", async () => {
  const storage = createStorage(createMemoryStore());
  const seen: boolean[] = [];
  const told: Told = {
    records: [{ key: "a", revision: "1" }],
    read: () => ({ bytes: bytesOf("x") }),
    earlier: (records) => void seen.push(records !== undefined),
    tuning: ["patience"],
  };
  await benchOf(storage, told, { size: 1, patience: 1 }).run();
  await benchOf(storage, told, { size: 1, patience: 2 }).run();
  await benchOf(storage, told, { size: 2, patience: 2 }).run();
  assert.deepEqual(seen, [false, true, false]);
});

Deno.test("runPipeline() reads as many records at once as the source says", async () => {
  const storage = createStorage(createMemoryStore());
  const records = Array.from({ length: 40 }, (_, at) => ({ key: String(at + 100), revision: "1" }));
  const waiting = { now: 0, most: 0 };
  const slow: SourceDefinition = {
    ...telling({ records, atOnce: 32 }),
    open: () => ({
      async *records() {
        yield* records;
      },
      async read({ key }) {
        waiting.most = Math.max(waiting.most, ++waiting.now);
        await new Promise((resolve) => setTimeout(resolve, 5));
        waiting.now--;
        return bytesOf(key);
      },
    }),
  };
  await createBench({ storage, files: new Map(), steps: [], source: bound("slow", slow), concurrency: 2 }).run();
  assert.equal(waiting.most, 32);
});

Deno.test("readyPipeline() says all that is missing at once, and leaves optional sinks out", async () => {
  const lacking = (what: string) => ({ ready: () => Promise.resolve([{ what, way: "get it" }]) });
  const step = { ...itemStep({ name: "exec" }), ...lacking('There is no program "R"') };
  const bench = { files: new Map(), failing: new Map(), reads: 0 };
  const options = { files: new Map(), steps: [] };
  const from = { ...benchSource(bench, options), ...lacking('There is no program "ffmpeg"') };
  const sink = {
    kind: "sink" as const,
    name: "mail",
    version: 1,
    summary: "",
    options: z.looseObject({}),
    open: () => ({ deliver: () => Promise.resolve() }),
    ...lacking("Nobody answers at mail:25"),
  };
  const warnings: string[] = [];
  const storage = createStorage(createMemoryStore());
  const ask = (pipeline: ReturnType<typeof pipelineOf>) => {
    const { call } = depsOf(pipeline, storage, false, () => {});
    const warn = (text: string) => void warnings.push(text);
    return readyPipeline({ pipeline, call, ready: noWorld.ready, warn }, new AbortController().signal);
  };
  const whole = pipelineOf({ ...options }, from, [step]);
  await assert.rejects(ask(whole), (thrown) => {
    assert.ok(thrown instanceof InputError);
    assert.deepEqual(thrown.problems.map(({ message }) => message), [
      'source: There is no program "ffmpeg"',
      'exec: There is no program "R"',
    ]);
    return true;
  });
  const plain = pipelineOf(options, benchSource(bench, options), []);
  const left = await ask({ ...plain, sinks: [{ ...bound("mail", sink), optional: true }] });
  assert.deepEqual(left.sinks, []);
  assert.match(warnings[0] ?? "", /"mail" is switched off: Nobody answers at mail:25; get it/);
});
