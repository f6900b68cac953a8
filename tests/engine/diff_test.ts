import assert from "node:assert/strict";
import type { DiffSummary, ItemChange } from "../../runtime/contract/diff.ts";
import { compareUtf8, digestOf } from "../../runtime/contract/json.ts";
import { numbersOf } from "../../runtime/contract/random.ts";
import { diffVersions } from "../../runtime/engine/diff.ts";
import { idOfChange } from "../../runtime/engine/diff_items.ts";
import { openDataset } from "../../runtime/engine/reader.ts";
import { type ItemStepDefinition, keep, reject } from "../../runtime/plugin.ts";
import { createChunks } from "../../runtime/store/chunks.ts";
import { createMemoryStore } from "../../runtime/store/memory.ts";
import { createStorage, type DatasetStorage } from "../../runtime/store/open.ts";
import { type Bench, createBench } from "./bench.ts";
import { itemStep } from "./fixtures.ts";

type Told = { readonly summary: DiffSummary; readonly changes: readonly ItemChange[]; readonly read: number };

/** Compares two versions and counts the chunks that are read, without the tables. */
async function compared(
  storage: DatasetStorage,
  before: readonly [string, number],
  after: readonly [string, number],
  balanceUpTo = Infinity,
): Promise<Told> {
  let read = 0;
  const chunks = createChunks({
    ...storage.store,
    get: (key) => {
      read++;
      return storage.store.get(key);
    },
  });
  const changes: ItemChange[] = [];
  const summary = await diffVersions({
    chunks,
    before: await openDataset(storage, ...before),
    after: await openDataset(storage, ...after),
    balanceUpTo,
    onChange: (change) => changes.push(change),
    signal: new AbortController().signal,
  });
  return { summary, changes, read };
}

/** Turns a text such as `dog 1,2,3,4` into boxes; `bad` is rejected. */
const boxes: ItemStepDefinition = {
  ...itemStep({ name: "boxes" }),
  open: (_, host) => ({
    async each(item) {
      const text = new TextDecoder().decode(await host.bytes(item.image));
      if (text === "bad") return reject("bad_text");
      const detections = text.split(";").flatMap((entry) => {
        const [label = "", place] = entry.split(" ");
        return place === undefined ? [] : [{ label, box: place.split(",").map(Number) }];
      });
      return keep({ ...item, facts: { ...item.facts, split: text.length % 2 ? "train" : "test", detections } });
    },
  }),
};

function benchOf(files: Readonly<Record<string, string>>, storage?: DatasetStorage, dataset = "test"): Bench {
  const more = storage === undefined ? {} : { storage };
  return createBench({
    files: new Map(Object.entries(files)),
    steps: [boxes],
    maxRejected: { share: 1 },
    dataset,
    ...more,
  });
}

Deno.test("diffVersions() tells what was added, removed and changed, and why", async () => {
  const bench = benchOf({ a: "dog 0,0,10,10", b: "cat 0,0,10,10", c: "same", d: "bad", e: "gone" });
  await bench.run();
  for (const [key, text] of [["a", "dog 1,0,10,10"], ["b", "bad"], ["d", "fine"], ["f", "new"]] as const) {
    bench.files.set(key, text);
  }
  bench.files.delete("e");
  await bench.run();
  const { summary, changes } = await compared(bench.storage, ["test", 1], ["test", 2]);
  const told = changes.map((
    change,
  ) => [idOfChange(change), change.change, change.change === "changed" ? "" : change.why]);
  assert.deepEqual(told, [
    ["a", "changed", ""],
    ["b", "removed", "rejected by boxes: bad_text"],
    ["d", "added", "it was rejected by boxes: bad_text before"],
    ["e", "removed", "its record is no longer in the source"],
    ["f", "added", "its record is new"],
  ]);
  assert.deepEqual(summary.records, { added: 1, changed: 3, removed: 1 });
  assert.deepEqual(summary.items, {
    added: 2,
    removed: 2,
    changed: 1,
    parts: { pixels: 1, picture: 0, facts: 0, boxes: 1 },
    boxes: { added: 0, removed: 0, moved: 1, relabelled: 0, rescored: 0 },
  });
  assert.deepEqual(summary.settings, []);
});

Deno.test("diffVersions() counts classes before and after, or only what changed where versions are large", async () => {
  const bench = benchOf({ a: "dog 0,0,9,9;cat 1,1,9,9", b: "dog 0,0,9,9", c: "dog 0,0,8,8" });
  await bench.run();
  bench.files.set("a", "cat 1,1,9,9");
  bench.files.delete("b");
  await bench.run();
  const whole = await compared(bench.storage, ["test", 1], ["test", 2]);
  assert.deepEqual(whole.summary.balance, [
    { of: "boxes", name: "dog", change: -2, before: 3, after: 1 },
    { of: "boxes", name: "cat", change: 0, before: 1, after: 1 },
    { of: "split", name: "train", change: -1, before: 3, after: 2 },
  ]);
  const part = await compared(bench.storage, ["test", 1], ["test", 2], 1);
  assert.deepEqual(part.summary.balance, whole.summary.balance.map(({ of, name, change }) => ({ of, name, change })));
});

Deno.test("diffVersions() reads nothing but the tables when nothing differs, and few chunks when little does", async () => {
  const keys = Array.from({ length: 6000 }, (_, index) => [`k${String(index).padStart(5, "0")}`, `x ${index}`]);
  const bench = benchOf(Object.fromEntries(keys));
  await bench.run();
  const same = await compared(bench.storage, ["test", 1], ["test", 1], 0);
  assert.equal(same.summary.same, true);
  assert.deepEqual([same.changes, same.read], [[], 4]);
  bench.files.set("k03000", "dog 0,0,9,9");
  await bench.run();
  const one = await compared(bench.storage, ["test", 1], ["test", 2], 0);
  assert.equal(one.changes.length, 1);
  assert.equal(one.read, 4 + 2 + 2, "two chunks of items and two of the listing");
});

/** What a comparison should say, found by holding everything in memory. */
function expected(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort(compareUtf8);
  return keys.filter((key) => before.get(key) !== after.get(key)).map((key) => {
    return `${key} ${!before.has(key) ? "added" : !after.has(key) ? "removed" : "changed"}`;
  });
}

Deno.test("diffVersions() is right however the tables are cut", async () => {
  for (let round = 0; round < 12; round++) {
    const random = numbersOf(`round ${round}`);
    const bench = benchOf({});
    const size = 1 + Math.floor(random() * 3000);
    // Keys beyond U+FFFF sort otherwise as code units than as bytes.
    const names = Array.from({ length: size }, (_, index) => `${["é", "\u{1f600}", "\uff21"][index % 3]}${index}`);
    for (const name of names) if (random() < 0.7) bench.files.set(name, digestOf(name));
    bench.files.set("first", "x");
    const before = new Map(bench.files);
    await bench.run();
    const share = [0.001, 0.05, 0.5][round % 3] ?? 0;
    for (const name of names) {
      if (random() >= share) continue;
      if (random() < 0.4) bench.files.delete(name);
      else bench.files.set(name, `anew-${name}`);
    }
    const other = benchOf(Object.fromEntries(bench.files), bench.storage, "other");
    await other.run();
    const { changes, summary } = await compared(bench.storage, ["test", 1], ["other", 1]);
    const told = changes.map((change) => `${change.key} ${change.change}`);
    assert.deepEqual(told, expected(before, bench.files), `round ${round}`);
    const { added, changed, removed } = summary.items;
    assert.deepEqual(summary.records, { added, changed, removed });
  }
});

Deno.test("diffVersions() compares datasets that have nothing in common", async () => {
  const one = benchOf({ a: "x", b: "y", m: "z" });
  await one.run();
  const other = benchOf({ c: "x", z: "y" }, one.storage, "other");
  await other.run();
  const { changes } = await compared(one.storage, ["test", 1], ["other", 1]);
  assert.deepEqual(changes.map((change) => `${change.key} ${change.change}`), [
    "a removed",
    "b removed",
    "c added",
    "m removed",
    "z added",
  ]);
});

Deno.test("diffVersions() says nothing of items that were made anew and came out the same", async () => {
  const storage = createStorage(createMemoryStore());
  await benchOf({ a: "dog 0,0,9,9", b: "x" }, storage).run();
  const more = itemStep({ name: "more", each: (item) => keep(item) });
  await createBench({ files: new Map([["a", "dog 0,0,9,9"], ["b", "x"]]), steps: [boxes, more], storage }).run();
  const { summary, changes } = await compared(storage, ["test", 1], ["test", 2]);
  assert.deepEqual(changes, []);
  assert.deepEqual(summary.settings, [{ what: "step more", text: "is new" }]);
});

Deno.test("diffVersions() stops when it is told to", async () => {
  const bench = benchOf({ a: "x", b: "y" });
  await bench.run();
  bench.files.set("a", "z");
  await bench.run();
  const stopped = AbortSignal.abort(new DOMException("stopped", "AbortError"));
  const [before, after] = [await openDataset(bench.storage, "test", 1), await openDataset(bench.storage, "test", 2)];
  const request = { chunks: bench.storage.chunks, before, after, balanceUpTo: 0, onChange: () => {} };
  await assert.rejects(diffVersions({ ...request, signal: stopped }), { name: "AbortError" });
});
