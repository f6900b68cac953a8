import assert from "node:assert/strict";
import { StoreError } from "../../runtime/contract/errors.ts";
import { digestOf } from "../../runtime/contract/json.ts";
import type { ObjectStore } from "../../runtime/contract/store.ts";
import type { TreeEntry } from "../../runtime/contract/version.ts";
import { createBlobs } from "../../runtime/store/blobs.ts";
import { openFolderStore } from "../../runtime/store/folder.ts";
import { publishTree } from "../../runtime/store/published.ts";
import { openS3Store } from "../../runtime/store/s3.ts";
import { openBucket, s3Test } from "../s3/server.ts";
import { bytesOf, listed } from "../suites/object_bytes.ts";
import { inFolder } from "../temp_folder.ts";

const home = "published/motogp";

s3Test("publishTree() copies the files in a bucket, the pictures only when they are wanted", async () => {
  await using bucket = await openBucket();
  const store = await openS3Store(bucket.address("a"));
  const entries = await entriesOf(store, ["coco/été 1.json", "images/1.jpg", "report/index.html"]);
  const request = { store, dataset: "motogp", number: 1, entries };
  const names = async () => (await listed(store, `${home}/v1/`)).map(([key]) => key.slice(`${home}/v1/`.length));

  assert.equal(await published(request), `${store.place}/published/motogp/v1/`);
  assert.deepEqual(await names(), ["_complete.json", "report/index.html"], "a name that is no key is not listed");
  assert.equal(await bucket.typeOf("a/published/motogp/v1/report/index.html"), "text/html; charset=utf-8");
  assert.equal(await bucket.typeOf("a/published/motogp/v1/coco/été 1.json"), "application/json");

  await published({ ...request, what: "all" });
  assert.deepEqual(await names(), ["_complete.json", "images/1.jpg", "report/index.html"]);
  assert.deepEqual(await store.get(`${home}/v1/images/1.jpg`), bytesOf("images/1.jpg"));

  const unread = { [Symbol.asyncIterator]: () => assert.fail("the entries were read") };
  await publishTree({ store, dataset: "motogp", number: 1, entries: unread });
});

s3Test("publishTree() leads to the latest tree in a bucket, and marks only whole ones", async () => {
  await using bucket = await openBucket();
  const store = await openS3Store(bucket.address(""));
  const entries = await entriesOf(store, ["a.txt"]);
  const latest = async () => new TextDecoder().decode(await store.get(`${home}/latest.json`));
  for (const number of [2, 10, 3]) await published({ store, dataset: "motogp", number, entries });
  assert.equal(await latest(), '{"folder":"v10"}\n');

  const broken = [...entries, { path: "b.txt", digest: digestOf("never written"), size: 1 }];
  const half = published({ store, dataset: "motogp", number: 11, entries: broken });
  await assert.rejects(half, (thrown) => thrown instanceof StoreError && thrown.failure === "missing");
  assert.equal(await store.has(`${home}/v11/_complete.json`), false);
  assert.equal(await latest(), '{"folder":"v10"}\n');
  await published({ store, dataset: "motogp", number: 11, entries });
  assert.equal(await latest(), '{"folder":"v11"}\n');
});

Deno.test("publishTree() leaves the pictures out of a folder, and adds them when they are wanted later", () =>
  inFolder(async (root) => {
    const store = await openFolderStore(root);
    const entries = await entriesOf(store, ["a.txt", "images/1.jpg"]);
    const request = { store, dataset: "motogp", number: 1, entries };
    const tree = await published({ ...request, what: "files" });
    const namesIn = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    assert.deepEqual(namesIn(tree ?? ""), ["a.txt"]);
    await published({ ...request, what: "files" });
    assert.deepEqual(namesIn(tree ?? ""), ["a.txt"]);
    await published({ ...request, what: "all" });
    assert.deepEqual(namesIn(tree ?? ""), ["a.txt", "images"]);
    await published({ ...request, what: "files" });
    assert.deepEqual(namesIn(tree ?? ""), ["a.txt", "images"], "what is there stays");
    assert.deepEqual(namesIn(`${root}/${home}`), ["latest", "v1"]);
  }));

type Request = {
  readonly store: ObjectStore;
  readonly dataset: string;
  readonly number: number;
  readonly entries: readonly TreeEntry[];
  readonly what?: "all" | "files";
};

async function published({ entries, ...request }: Request): Promise<string | undefined> {
  return await publishTree({ ...request, entries: iterated(entries) });
}

/** Files that hold their own path as text; those below `images/` are pictures of items. */
async function entriesOf(store: ObjectStore, paths: readonly string[]): Promise<TreeEntry[]> {
  const blobs = createBlobs(store);
  return await Promise.all(paths.map(async (path) => ({
    path,
    ...await blobs.put(bytesOf(path)),
    ...(path.startsWith("images/") ? { picture: true as const } : {}),
  })));
}

async function* iterated(entries: readonly TreeEntry[]): AsyncIterable<TreeEntry> {
  for (const entry of entries) yield await Promise.resolve(entry);
}
