import assert from "node:assert/strict";
import { exitCodeOf } from "../../runtime/contract/exit_codes.ts";
import { digestOf } from "../../runtime/contract/json.ts";
import { openDataset } from "../../runtime/engine/reader.ts";
import { drop, edited, keep, many, reject, sizeOf, withEdits, withFacts } from "../../runtime/plugin.ts";
import { collected } from "./bench.ts";
import { composedBench, copies, emptyStorage, filesBench, idsOf, itemsOf } from "./composed.ts";
import { itemStep } from "./fixtures.ts";

const crops = itemStep({
  name: "crop",
  each: (item) => many(["b", "a"].map((name) => ({ name, item }))),
});

async function failure(run: Promise<unknown>): Promise<string> {
  try {
    await run;
  } catch (thrown) {
    assert.equal(exitCodeOf(thrown), 7, String(thrown));
    return thrown instanceof Error ? thrown.message : "";
  }
  return assert.fail("it should have failed");
}

Deno.test("dataset takes items with ids, edits and facts as they are, and reads no bytes", async () => {
  const storage = emptyStorage();
  const shrinks = itemStep({
    name: "shrink",
    each: (item) =>
      keep({ ...withFacts(item, { year: 2024 }), image: edited(item.image, { op: "resize", width: 32, height: 24 }) }),
  });
  const cameras = filesBench(storage, "cameras", { "b.jpg": "1", "a.jpg": "2", "a#%.jpg": "3" }, [shrinks, crops]);
  await cameras.run();
  const joined = composedBench(storage, "joined", { datasets: "cameras" });
  await joined.run();
  assert.deepEqual(await itemsOf(storage, "joined"), await itemsOf(storage, "cameras"));
  assert.deepEqual(await idsOf(storage, "joined"), [
    "a%23%25.jpg#a",
    "a%23%25.jpg#b",
    "a.jpg#a",
    "a.jpg#b",
    "b.jpg#a",
    "b.jpg#b",
  ]);
  const { ref } = await openDataset(storage, "cameras");
  const { provenance, counts } = (await openDataset(storage, "joined")).version;
  assert.deepEqual(provenance.inputs, [{ dataset: "cameras", number: 1, version: ref.version }]);
  assert.deepEqual([counts.records, counts.items], [3, 6]);
});

Deno.test("dataset merges several datasets in key order, and groups the children of a key again", async () => {
  const storage = emptyStorage();
  await filesBench(storage, "whole", { "a.jpg": "1", "c.jpg": "3", "\u{1f3cd}.jpg": "5", "\uffee.jpg": "4" }).run();
  await filesBench(storage, "cut", { "a.jpg": "1", "b.jpg": "2" }, [crops]).run();
  await filesBench(storage, "more", { "c.jpg/x": "9", "c-d.jpg": "8" }).run();
  const joined = composedBench(storage, "joined", { datasets: ["cut", "more", "whole"], name_fact: "from" });
  await joined.run();
  const items = await itemsOf(storage, "joined");
  assert.deepEqual(items.map(({ key, child, facts }) => `${key}#${child} ${facts.from}`), [
    "a.jpg# whole",
    "a.jpg#a cut",
    "a.jpg#b cut",
    "b.jpg#a cut",
    "b.jpg#b cut",
    "c-d.jpg# more",
    "c.jpg# whole",
    "c.jpg/x# more",
    "\uffee.jpg# whole",
    "\u{1f3cd}.jpg# whole",
  ]);
  assert.deepEqual((await openDataset(storage, "joined")).version.counts.records, 7);
});

Deno.test("dataset refuses equal ids of two datasets, and names them", async () => {
  const storage = emptyStorage();
  const names = ["a", "b", "c", "d"].map((name) => `${name}.jpg`);
  for (const name of ["one", "two", "three"]) {
    const files = Object.fromEntries(names.map((key) => [key, `${key} of ${name}`]));
    await filesBench(storage, name, name === "two" ? files : { "e.jpg": name, ...(name === "one" ? files : {}) }).run();
  }
  const joined = composedBench(storage, "joined", { datasets: ["one", "two", "three"] });
  const message = await failure(joined.run());
  assert.equal(
    message,
    'Cannot put "one" and "two" and "three" together: the same id stands for two images: "a.jpg" in "one" and "two", ' +
      '"b.jpg" in "one" and "two", "c.jpg" in "one" and "two" and more; `prefix: true` puts the dataset\'s name before ' +
      "each id, `exclude` leaves some out",
  );
  assert.equal(await storage.refs.head("joined"), undefined);
  assert.match(
    await failure(composedBench(storage, "joined", { datasets: ["one", "three"] }).run()),
    /: "e\.jpg" in "one" and "three"; /,
  );
  await composedBench(storage, "joined", { datasets: ["one", "two", "three"], prefix: true }).run();
  assert.deepEqual((await idsOf(storage, "joined")).length, 10);
  assert.ok((await idsOf(storage, "joined")).includes("three/e.jpg"));
  await composedBench(storage, "joined", { datasets: ["one", "two"], exclude: ["[a-d].jpg"] }).run();
  assert.deepEqual(await idsOf(storage, "joined"), ["e.jpg"]);
});

Deno.test("dataset refuses another image of the same key even where the children differ", async () => {
  const storage = emptyStorage();
  await filesBench(storage, "one", { "a.jpg": "one" }).run();
  await filesBench(storage, "two", { "a.jpg": "two" }, [crops]).run();
  const message = await failure(composedBench(storage, "joined", { datasets: ["one", "two"] }).run());
  assert.match(message, /"a\.jpg#a" in "one" and "two"/);
});

Deno.test("dataset takes and leaves ids by globs, children too", async () => {
  const storage = emptyStorage();
  await filesBench(storage, "cut", { "x/a.jpg": "1", "x/b.jpg": "2", "y/c.jpg": "3" }, [crops]).run();
  const taken = async (globs: { readonly include?: string[]; readonly exclude?: string[]; readonly prefix?: true }) => {
    const joined = composedBench(storage, `joined-${digestOf(JSON.stringify(globs)).slice(0, 6)}`, {
      datasets: "cut",
      ...globs,
    });
    const { dataset } = await joined.run();
    return await idsOf(storage, dataset);
  };
  assert.deepEqual(await taken({ include: ["x/**"], exclude: ["**/*#b"] }), ["x/a.jpg#a", "x/b.jpg#a"]);
  assert.deepEqual(await taken({ include: ["cut/y/*"], prefix: true }), ["cut/y/c.jpg#a", "cut/y/c.jpg#b"]);
});

Deno.test("dataset reads the newest version, an old number or a tag", async () => {
  const storage = emptyStorage();
  const cameras = filesBench(storage, "cameras", { a: "1" });
  await cameras.run();
  cameras.files.set("b", "2");
  await cameras.run();
  cameras.files.set("c", "3");
  await cameras.run();
  await storage.tags.move("cameras", { name: "approved", number: 2, taggedAt: "2026-01-01T00:00:00.000Z" });
  const seen: Record<string, readonly string[]> = {};
  for (const which of ["cameras", "cameras@latest", "cameras@1", "cameras@v2", "cameras@approved"]) {
    await composedBench(storage, "joined", { datasets: which }).run();
    seen[which] = await idsOf(storage, "joined");
  }
  assert.deepEqual(seen, {
    cameras: ["a", "b", "c"],
    "cameras@latest": ["a", "b", "c"],
    "cameras@1": ["a"],
    "cameras@v2": ["a", "b"],
    "cameras@approved": ["a", "b"],
  });
});

Deno.test("dataset says what is there when a dataset, a number or a tag is not", async () => {
  const storage = emptyStorage();
  await filesBench(storage, "cameras", { a: "1" }).run();
  await storage.tags.move("cameras", { name: "best", number: 1, taggedAt: "2026-01-01T00:00:00.000Z" });
  const told = (which: string) => failure(composedBench(storage, "joined", { datasets: which }).run());
  assert.equal(
    await told("camera"),
    'Cannot read the dataset "camera": memory has no version of it. Did you mean `cameras`?',
  );
  assert.equal(
    await told("video"),
    'Cannot read the dataset "video": memory has no version of it; run the pipeline that makes it first',
  );
  assert.equal(await told("cameras@7"), 'Cannot read "cameras@7": it is not there; the newest version is v1');
  assert.equal(
    await told("cameras@approved"),
    'Cannot read "cameras@approved": "cameras" has no such tag; its tags are best, and the newest version is v1',
  );
});

Deno.test("dataset refuses a circle, however long, and shows it", async () => {
  const storage = emptyStorage();
  await filesBench(storage, "a", { f: "1" }).run();
  await composedBench(storage, "b", { datasets: "a" }).run();
  await composedBench(storage, "c", { datasets: ["b"] }).run();
  const told = (datasets: string) => failure(composedBench(storage, "a", { datasets }).run());
  assert.equal(await told("a"), 'Cannot read "a": a dataset cannot be made from itself');
  assert.equal(
    await told("c"),
    'Cannot read "c": that would close a circle: "a" reads "c", which reads "b", which reads "a". ' +
      "A dataset cannot be made from itself",
  );
  await filesBench(storage, "b", { f: "2" }).run();
  await composedBench(storage, "a", { datasets: "b" }).run();
  assert.deepEqual(await idsOf(storage, "a"), ["f"], "b is no longer made from a");
});

Deno.test("dataset computes only what changed upstream, and lets go of what is gone", async () => {
  const storage = emptyStorage();
  const cameras = filesBench(storage, "cameras", { a: "1", b: "2", c: "3" });
  await cameras.run();
  const joined = composedBench(storage, "joined", { datasets: "cameras" });
  await joined.run();
  cameras.files.set("b", "changed");
  cameras.files.delete("c");
  cameras.files.set("d", "new");
  await cameras.run();
  joined.calls.clear();
  const second = await joined.run();
  assert.deepEqual([...joined.calls.keys()], ["copy b", "copy d"]);
  assert.deepEqual(joined.plan()?.records, { total: 3, new: 1, changed: 1, unchanged: 1, removed: 1 });
  assert.deepEqual(await idsOf(storage, "joined"), ["a", "b", "d"]);
  assert.equal((await openDataset(storage, "joined")).version.provenance.inputs?.[0]?.number, 2);
  assert.equal(second.number, 2);
});

Deno.test("dataset has nothing to do when a new version upstream has the same items", async () => {
  const storage = emptyStorage();
  const cameras = filesBench(storage, "cameras", { a: "1", b: "2" });
  await cameras.run();
  const joined = composedBench(storage, "joined", { datasets: "cameras" });
  await joined.run();
  cameras.steps = [itemStep({ name: "copy", version: 2 })];
  assert.equal((await cameras.run()).number, 2);
  assert.equal((await joined.run()).outcome, "unchanged");
});

Deno.test("dataset leaves out what was rejected or dropped upstream", async () => {
  const storage = emptyStorage();
  const sorts = itemStep({
    name: "sort",
    each: (item) => item.key === "a" ? drop("dull") : item.key === "b" ? reject("broken") : keep(item),
  });
  const keys = Array.from({ length: 30 }, (_, index) => [`c${index}`, `${index}`] as const);
  await filesBench(storage, "cameras", { a: "1", b: "2", ...Object.fromEntries(keys) }, [sorts]).run();
  await composedBench(storage, "joined", { datasets: "cameras" }).run();
  assert.deepEqual((await idsOf(storage, "joined")).length, 30);
});

Deno.test("dataset chains over three pipelines, children upon children, boxes with them", async () => {
  const storage = emptyStorage();
  const finds = itemStep({
    name: "find",
    each: (item) => keep(withFacts(item, { detections: [{ label: "x", score: 0.5, box: [10, 10, 20, 20] }] })),
  });
  const cuts = itemStep({
    name: "cut",
    each(item) {
      const { width, height } = sizeOf(item.image);
      const crop = { op: "crop", x: 5, y: 5, width: width - 10, height: height - 10 } as const;
      return many([{ name: "c1", item: withEdits(item, [crop]) }]);
    },
  });
  await filesBench(storage, "one", { "a.jpg": "1" }, [finds, cuts]).run();
  await composedBench(storage, "two", { datasets: "one" }, { steps: [cuts] }).run();
  await composedBench(storage, "three", { datasets: "two" }, { steps: [copies] }).run();
  const [item] = await collected((await openDataset(storage, "three")).items());
  assert.deepEqual([item?.key, item?.child], ["a.jpg", "c1.c1"]);
  assert.deepEqual(item?.facts.detections, [{ label: "x", score: 0.5, box: [0, 0, 20, 20] }]);
  assert.deepEqual(item?.image.edits.length, 2);
  assert.deepEqual((await openDataset(storage, "three")).version.provenance.inputs?.map(({ dataset }) => dataset), [
    "two",
  ]);
});

Deno.test("dataset tells of facts that are counted on and not there", async () => {
  const storage = emptyStorage();
  const dates = itemStep({
    name: "date",
    each: (item) => keep(item.key === "a" ? item : withFacts(item, { year: 2024 })),
  });
  await filesBench(storage, "cameras", { a: "1", b: "2" }, [dates]).run();
  await composedBench(storage, "joined", { datasets: "cameras", facts: ["year"] }).run();
  assert.equal(
    await failure(composedBench(storage, "joined", { datasets: "cameras", facts: ["year", "detections"] }).run()),
    'Cannot count on the fact "detections": no item of cameras v1 has it, they have "year"; ' +
      "mend `facts` of the source, or add the step that gives it",
  );
});
