import assert from "node:assert/strict";
import { InputError, PluginError, StoreError } from "../../runtime/contract/errors.ts";
import { digestOf } from "../../runtime/contract/json.ts";
import type { ObjectStore } from "../../runtime/contract/store.ts";
import type { TreeEntry } from "../../runtime/contract/version.ts";
import { createBlobs } from "../../runtime/store/blobs.ts";
import { openFolderStore } from "../../runtime/store/folder.ts";
import { createMemoryStore } from "../../runtime/store/memory.ts";
import { publishTree } from "../../runtime/store/published.ts";
import { bytesOf } from "../suites/object_store_suite.ts";
import { inFolder } from "../temp_folder.ts";
import { kill, output, start, withDisk } from "./process.ts";

Deno.test("publishTree() puts the files of a version under plain names and lets latest lead there", () =>
  inFolder(async (root) => {
    const store = await openFolderStore(root);
    const entries = await entriesOf(store, ["a.txt", "coco/été 1.json", "coco/deep/er/x\n.txt"]);
    const beside = await entriesOf(store, ["report/times.csv"]);
    const tree = await publishTree({ ...request(store, 1, entries), beside: iterated(beside) });
    assert.equal(tree, `${root}/published/motogp/v1`);
    for (const { path, digest } of [...entries, ...beside]) {
      const file = await Deno.stat(`${root}/published/motogp/latest/${path}`);
      assert.equal(file.ino, Deno.statSync(`${root}/${createBlobs(store).keyOf(digest)}`).ino, path);
      assert.equal((file.mode ?? 0) & 0o777, 0o444);
      assert.equal(await Deno.readTextFile(`${tree}/${path}`), path);
    }
    assert.deepEqual(namesIn(`${root}/published/motogp`), ["latest", "v1"]);
  }));

Deno.test("publishTree() leaves a tree that is there, reads nothing for it, and mends latest", () =>
  inFolder(async (root) => {
    const store = await openFolderStore(root);
    await publishTree(request(store, 1, await entriesOf(store, ["a"])));
    await Deno.remove(`${root}/published/motogp/latest`);
    const unread = { [Symbol.asyncIterator]: () => assert.fail("the entries were read") };
    assert.equal(
      await publishTree({ store, dataset: "motogp", number: 1, entries: unread }),
      `${root}/published/motogp/v1`,
    );
    assert.equal(await Deno.readLink(`${root}/published/motogp/latest`), "v1");
  }));

Deno.test("publishTree() makes a missing earlier tree again and leaves latest where it leads", () =>
  inFolder(async (root) => {
    const store = await openFolderStore(root);
    const entries = await entriesOf(store, ["a"]);
    for (const number of [1, 2, 10]) await publishTree(request(store, number, entries));
    await Deno.remove(`${root}/published/motogp/v2`, { recursive: true });
    await publishTree(request(store, 2, entries));
    assert.deepEqual(namesIn(`${root}/published/motogp`), ["latest", "v1", "v10", "v2"]);
    assert.equal(await Deno.readLink(`${root}/published/motogp/latest`), "v10");
  }));

Deno.test("publishTree() shows nothing until all is there, and finishes what was interrupted", () =>
  inFolder(async (root) => {
    const store = await openFolderStore(root);
    const entries = await entriesOf(store, ["a", "b/c", "b/d"]);
    const interrupted = async function* () {
      yield* entries.slice(0, 2);
      await Promise.reject(new RangeError("interrupted"));
    };
    const first = publishTree({ store, dataset: "motogp", number: 1, entries: interrupted() });
    await assert.rejects(first, new RangeError("interrupted"));
    assert.deepEqual(namesIn(`${root}/published/motogp`), [".v1.partial"]);
    await publishTree(request(store, 1, entries));
    assert.deepEqual(namesIn(`${root}/published/motogp`), ["latest", "v1"]);
    assert.deepEqual(namesIn(`${root}/published/motogp/v1/b`), ["c", "d"]);
  }));

Deno.test("publishTree() stops when it is told to", () =>
  inFolder(async (root) => {
    const store = await openFolderStore(root);
    const signal = AbortSignal.abort(new RangeError("stopped"));
    const made = publishTree({ ...request(store, 1, await entriesOf(store, ["a"])), signal });
    await assert.rejects(made, new RangeError("stopped"));
  }));

Deno.test("publishTree() refuses paths that lead out of the tree or cannot be files", () =>
  inFolder(async (root) => {
    const store = await openFolderStore(root);
    const [entry] = await entriesOf(store, ["a"]);
    const paths = [
      "",
      "/etc/x",
      "..",
      "../x",
      "a/../../x",
      "a//b",
      "a/",
      "./a",
      "a\0b",
      "a\\b",
      "\ud800",
      "é".repeat(128),
    ];
    for (const path of paths) {
      const made = publishTree(request(store, 1, [{ ...entry, digest: entry?.digest ?? "", size: 1, path }]));
      await assert.rejects(made, PluginError, path);
    }
    const twice = await entriesOf(store, ["a", "a"]);
    await assert.rejects(publishTree(request(store, 1, twice)), PluginError);
    await assert.rejects(publishTree({ ...request(store, 1, []), dataset: "../x" }), InputError);
    assert.deepEqual(namesIn(`${root}/published/motogp`), [".v1.partial"]);
    assert.deepEqual(namesIn(root).filter((name) => !["blobs", "published", "tmp"].includes(name)), []);
  }));

Deno.test("publishTree() says which blob is missing", () =>
  inFolder(async (root) => {
    const store = await openFolderStore(root);
    const digest = digestOf("never written");
    await assert.rejects(publishTree(request(store, 1, [{ path: "a", digest, size: 1 }])), (error) => {
      assert.ok(error instanceof StoreError && error.message.includes(digest), String(error));
      return error.failure === "missing";
    });
  }));

Deno.test("publishTree() makes the folder of an empty version", () =>
  inFolder(async (root) => {
    const tree = await publishTree(request(await openFolderStore(root), 1, []));
    assert.deepEqual(namesIn(tree ?? ""), []);
  }));

Deno.test("publishTree() gives nothing for a store that has no files", async () => {
  const store = createMemoryStore();
  assert.equal(await publishTree(request(store, 1, await entriesOf(store, ["a"]))), undefined);
});

Deno.test("publishTree() copies where there can be no link", () =>
  inFolder(async (root) => {
    const place = `${root}/published`;
    await Deno.mkdir(place);
    const said = await withDisk({ place, options: "rw", prepare: "true" }, "publish_elsewhere.ts", root);
    if (said === undefined) return console.warn("This machine lets nobody make a second disk: copies were not tried");
    assert.deepEqual(said, { home: ["latest", "v1"], text: "hello", mode: 0o444, linked: false });
  }));

Deno.test("publishTree() says where the latest is in a file when Deno may not make links", () =>
  inFolder(async (path) => {
    const root = await Deno.realPath(path);
    const store = await openFolderStore(root);
    for (const text of ["0", "1"]) await createBlobs(store).put(bytesOf(text));
    await store.flush();
    const scoped = [`--allow-read=${root}`, `--allow-write=${root}`];
    const home = `${root}/published/motogp`;
    assert.equal(await output("publisher.ts", scoped, root, "1", "2"), `${home}/v1`);
    assert.deepEqual(JSON.parse(await Deno.readTextFile(`${home}/latest.json`)), { folder: "v1" });
    await output("publisher.ts", ["--allow-read", "--allow-write"], root, "2", "2");
    assert.deepEqual(namesIn(home), ["latest", "v1", "v2"]);
    await output("publisher.ts", scoped, root, "3", "2");
    assert.deepEqual(namesIn(home), ["latest.json", "v1", "v2", "v3"]);
    assert.equal(await Deno.readTextFile(`${home}/v3/images/1/00001.txt`), "1");
  }));

Deno.test("publishTree() makes one whole tree however many processes make it, and some are killed", () =>
  inFolder(async (root) => {
    const count = 600;
    const store = await openFolderStore(root);
    for (let at = 0; at < count; at++) await createBlobs(store).put(bytesOf(`${at}`));
    await store.flush();
    const home = `${root}/published/motogp`;
    for (let number = 1; number <= 4; number++) {
      const killed = start("publisher.ts", root, `${number}`, `${count}`);
      const others = Array.from({ length: 4 }, () => output("publisher.ts", ["-RW"], root, `${number}`, `${count}`));
      await untilThere(`${home}/.v${number}.partial`, `${home}/v${number}`);
      await kill(killed);
      assert.deepEqual(await Promise.all(others), Array(4).fill(`${home}/v${number}`));
      const files = await Array.fromAsync(Deno.readDir(`${home}/v${number}/images/7`));
      assert.equal(files.length, count / 10);
      assert.equal(await Deno.readLink(`${home}/latest`), `v${number}`);
    }
    await output("publisher.ts", ["-RW"], root, "4", `${count}`);
    assert.deepEqual(namesIn(home).filter((name) => !/^(v\d|\.latest-.*)$/.test(name)), ["latest"]);
  }));

async function untilThere(...paths: readonly string[]): Promise<void> {
  const patience = AbortSignal.timeout(30_000);
  const isThere = (path: string) => Deno.stat(path).then(() => true, () => false);
  while (!(await Promise.all(paths.map(isThere))).includes(true)) {
    patience.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

function request(store: ObjectStore, number: number, entries: readonly TreeEntry[]) {
  return { store, dataset: "motogp", number, entries: iterated(entries) };
}

/** Files that hold their own path as text. */
async function entriesOf(store: ObjectStore, paths: readonly string[]): Promise<TreeEntry[]> {
  const blobs = createBlobs(store);
  return await Promise.all(paths.map(async (path) => ({ path, ...await blobs.put(bytesOf(path)) })));
}

async function* iterated(entries: readonly TreeEntry[]): AsyncIterable<TreeEntry> {
  for (const entry of entries) yield await Promise.resolve(entry);
}

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}
