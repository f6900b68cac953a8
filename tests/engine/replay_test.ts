import assert from "node:assert/strict";
import { InputError, ItemError, TransientError } from "../../runtime/contract/errors.ts";
import type { Replayed } from "../../runtime/contract/events.ts";
import type { Version } from "../../runtime/contract/version.ts";
import { type PartsHere, pipelineOfVersion } from "../../runtime/engine/replay_pipeline.ts";
import { replayVersion } from "../../runtime/engine/replay.ts";
import { defineItemStep, keep, reject, type StepPlugin, z } from "../../runtime/plugin.ts";
import { createMemoryStore } from "../../runtime/store/memory.ts";
import { createStorage, type DatasetStorage } from "../../runtime/store/open.ts";
import { createOverlayStorage } from "../../runtime/store/overlay.ts";
import { createBench, depsOf } from "./bench.ts";
import { itemStep } from "./fixtures.ts";
import { createTrusted, gallery, publishThree, trustedSteps } from "./trusting.ts";

type Here = { readonly steps?: readonly StepPlugin[]; readonly env?: PartsHere["env"] };

async function replayed(
  storage: DatasetStorage,
  number: number,
  { steps = trustedSteps, env = {} }: Here = {},
): Promise<Replayed> {
  const ref = await storage.refs.get("test", number) ?? assert.fail(`no v${number}`);
  const version = await storage.versions.get("test", ref.version);
  const load = (_: string, name: string) => {
    const found = [...steps, gallery].find((plugin) => plugin.name === name);
    return found === undefined ? Promise.reject(new InputError(`Cannot find "${name}"`)) : Promise.resolve(found);
  };
  const pipeline = await pipelineOfVersion(version, { load, env, concurrency: 4 });
  const overlay = createOverlayStorage(storage, createMemoryStore());
  const deps = depsOf(pipeline, overlay, false, () => {});
  return await replayVersion(deps, { number, version }, new AbortController().signal);
}

async function published(): Promise<{ storage: DatasetStorage; versions: readonly Version[] }> {
  const storage = createStorage(createMemoryStore());
  return { storage, versions: await publishThree(createTrusted(storage)) };
}

async function keysOf({ store }: DatasetStorage): Promise<string[]> {
  return (await Array.fromAsync(store.list(""))).map(({ key }) => key);
}

/** Lets v3 be another version than the one that was made, as if by somebody who knows how. */
async function forge(storage: DatasetStorage, change: (version: Version) => Promise<Version>): Promise<void> {
  const ref = await storage.refs.get("test", 3) ?? assert.fail("no v3");
  const version = await change(await storage.versions.get("test", ref.version));
  await storage.refs.rewrite("test", 3, { ...ref, version: await storage.versions.put(version) });
}

function problemsOf(thrown: unknown): readonly string[] {
  assert.ok(thrown instanceof InputError, String(thrown));
  return thrown.problems.map(({ message }) => message);
}

async function refusal(replaying: Promise<Replayed>): Promise<readonly string[]> {
  return await replaying.then(() => assert.fail("it was replayed"), problemsOf);
}

Deno.test("replayVersion() gives every version again, with what its history settled, and writes nothing", async () => {
  const { storage } = await published();
  const before = await keysOf(storage);
  for (const number of [1, 2, 3]) {
    const { same, differences, taken, version } = await replayed(storage, number);
    assert.deepEqual({ same, differences, taken }, { same: true, differences: [], taken: 0 });
    assert.equal(version, (await storage.refs.get("test", number))?.version);
  }
  assert.deepEqual(await keysOf(storage), before);
});

Deno.test("replayVersion() computes every item again, and reads no source", async () => {
  const storage = createStorage(createMemoryStore());
  const bench = createTrusted(storage);
  await publishThree(bench);
  bench.files.clear();
  const seen: string[] = [];
  const [twice, ...others] = trustedSteps;
  assert.ok(twice?.kind === "item");
  const counting = itemStep({
    name: "twice",
    each: async (item) => {
      seen.push(item.key);
      const step = await twice.open({}, undefined as never); // it asks its host for nothing
      return await step.each(item, new AbortController().signal);
    },
  });
  assert.ok((await replayed(storage, 3, { steps: [counting, ...others] })).same);
  assert.deepEqual(seen.sort(), ["a1", "b2", "d4"]);
});

Deno.test("replayVersion() says which stage, shard, key and file came out otherwise", async () => {
  const { storage } = await published();
  await forge(storage, async (version) => {
    const [line = ""] = await Array.fromAsync(storage.chunks.readList(version.shards));
    const row = JSON.parse(line);
    const at = version.columns.findIndex(({ name }) => name === "sides joined" || name === "render");
    const lines = await storage.chunks.get(row.cells[at].digest);
    const doctored = lines.map((text) => text.replaceAll('"s0"', '"s9"'));
    assert.notDeepEqual(doctored, lines);
    row.cells[at].digest = await storage.chunks.put(doctored);
    return { ...version, shards: await storage.chunks.putList([JSON.stringify(row)]) };
  });
  const { same, differences: [first, ...others] } = await replayed(storage, 3);
  assert.equal(same, false);
  assert.deepEqual([first?.shard, first?.key], [{ first: "a1", last: "d4" }, "a1"]);
  assert.ok(first?.stored?.includes('"s9"') && first.computed?.includes('"s0"'), JSON.stringify(first));
  assert.deepEqual(others, []);
  assert.ok((await replayed(storage, 2)).same);
});

Deno.test("replayVersion() finds a file, a note and a count that nobody computed", async () => {
  const { storage } = await published();
  const made = await storage.refs.get("test", 3);
  const cases: readonly [(version: Version) => Promise<Version>, object][] = [
    [async (version) => {
      const lines = await Array.fromAsync(storage.chunks.readList(version.tree));
      return { ...version, tree: await storage.chunks.putList(lines.slice(1)) };
    }, { file: "gallery/images/a1x.jpg" }],
    [async (version) => ({ ...version, notes: { gallery: await storage.chunks.putList(["a1#x s0"]) } }), {
      notes: "gallery",
    }],
    [(version) => Promise.resolve({ ...version, counts: { ...version.counts, dropped: 1 } }), { member: "counts" }],
  ];
  for (const [change, wanted] of cases) {
    await storage.refs.rewrite("test", 3, made ?? assert.fail("no v3"));
    await forge(storage, change);
    const { same, differences } = await replayed(storage, 3);
    assert.equal(same, false);
    assert.equal(differences.length, 1);
    const { stored: _, computed: __, ...where } = differences[0] ?? {};
    assert.deepEqual({ ...where, ...wanted }, where);
  }
});

Deno.test("replayVersion() takes what failed in its moment as it was, and computes what fails for good", async () => {
  const steps = [itemStep({
    name: "picky",
    each: (item) => item.key === "d4" ? reject("too_dark") : keep(item),
  })];
  const storage = createStorage(createMemoryStore());
  const bench = createTrusted(storage, { steps, exports: [], maxRejected: { count: 9 } });
  bench.files.set("e5", "unreadable");
  bench.files.set("f6", "");
  bench.failing.set("e5", () => new ItemError("gone", "Cannot read it: it is gone"));
  bench.failing.set("c3", () => new TransientError("Cannot read it: the disk sleeps"));
  bench.files.set("d4", "dark");
  await bench.run();
  const { same, taken, counts } = await replayed(storage, 1, { steps });
  assert.deepEqual({ same, taken }, { same: true, taken: 2 });
  assert.deepEqual(counts.losses, {
    "admit/empty_file": 1,
    "admit/gone": 1,
    "admit/transient": 1,
    "picky/too_dark": 1,
  });
});

Deno.test("replayVersion() gives a version again that a limit of bytes cut short", async () => {
  const storage = createStorage(createMemoryStore());
  const bench = createTrusted(storage, { steps: [], exports: [], maxRejected: { count: 9 }, maxBytes: 20 });
  bench.files.set("b2", "x".repeat(21));
  await bench.run();
  const { same, counts } = await replayed(storage, 1, { steps: [] });
  assert.equal(same, true);
  assert.deepEqual(counts.losses, { "admit/too_large": 1 });
});

Deno.test("replayVersion() refuses other plugins, each in its words", async () => {
  const { storage } = await published();
  const [twice, sides] = trustedSteps;
  assert.ok(twice?.kind === "item" && sides?.kind === "dataset");
  assert.deepEqual(await refusal(replayed(storage, 3, { steps: [{ ...twice, version: 3 }, sides] })), [
    '"twice" was twice v1, here it is v3',
  ]);
  assert.deepEqual(await refusal(replayed(storage, 3, { steps: [itemStep({ name: "sides", version: 4 })] })), [
    'Cannot find "twice"',
    '"sides" was a dataset step, here it is an item step',
  ]);
});

Deno.test("replayVersion() refuses where the version before is gone and something looked at it", async () => {
  const { storage, versions } = await published();
  await storage.store.remove([`versions/test/${versions[2]?.parent}.json`]);
  assert.deepEqual(await refusal(replayed(storage, 3)), [
    'the version before it is no longer in the store, and "sides", "gallery" looked at it',
  ]);
});

Deno.test("replayVersion() takes secrets from the environment, and says which it lacks", async () => {
  const token = defineItemStep({
    name: "token",
    version: 1,
    summary: "A step of a test",
    options: z.strictObject({ token: z.string() }),
    examples: [],
    open: ({ token }) => ({ each: (item) => keep({ ...item, facts: { length: token.length } }) }),
  });
  const storage = createStorage(createMemoryStore());
  const given = { token: { options: { token: "hush" }, written: { token: "${{ secrets.TOKEN }}" } } };
  const bench = createBench({ files: new Map([["a", "1"]]), steps: [token], storage, given });
  await bench.run();
  assert.deepEqual(await refusal(replayed(storage, 1, { steps: [token] })), [
    '"token" needs TOKEN in the environment: secrets are never kept in a version',
  ]);
  assert.equal((await replayed(storage, 1, { steps: [token], env: { TOKEN: "hush" } })).same, true);
  assert.equal((await replayed(storage, 1, { steps: [token], env: { TOKEN: "other" } })).same, false);
});

Deno.test("replayVersion() cuts stages where they were cut", async () => {
  const steps = ["a", "b", "c"].map((name) => itemStep({ name }));
  const storage = createStorage(createMemoryStore());
  await createTrusted(storage, { steps, exports: [], given: { b: { keep: true } } }).run();
  const { same, stages } = await replayed(storage, 1, { steps });
  assert.deepEqual([same, stages.map(({ id }) => id)], [true, ["admit", "a+b", "c"]]);
});
