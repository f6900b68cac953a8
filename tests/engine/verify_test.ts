import assert from "node:assert/strict";
import type { Finding } from "../../runtime/contract/verified.ts";
import { canonicalJson, digestOf, type Json } from "../../runtime/contract/json.ts";
import { verifyVersions } from "../../runtime/engine/verify.ts";
import { blobKeyOf } from "../../runtime/store/blobs.ts";
import { openFolderStore } from "../../runtime/store/folder.ts";
import { createMemoryStore } from "../../runtime/store/memory.ts";
import { createStorage, type DatasetStorage } from "../../runtime/store/open.ts";
import { publishTree } from "../../runtime/store/published.ts";
import { openDataset } from "../../runtime/engine/reader.ts";
import { inFolder } from "../temp_folder.ts";
import { createTrusted, publishThree } from "./trusting.ts";

async function verified(storage: DatasetStorage, number?: number) {
  const wanted = [{ dataset: "test", ...(number === undefined ? {} : { number }) }];
  return await verifyVersions({ storage, wanted, signal: new AbortController().signal, onProgress: () => {} });
}

async function findingsOf(storage: DatasetStorage, number?: number): Promise<readonly Finding[]> {
  return (await verified(storage, number)).findings;
}

/** A store with three versions. */
async function sound(): Promise<DatasetStorage> {
  const storage = createStorage(createMemoryStore());
  await publishThree(createTrusted(storage));
  return storage;
}

async function bytesOf({ store }: DatasetStorage, key: string): Promise<Uint8Array> {
  return await store.get(key) ?? assert.fail(`${key} is missing`);
}

function flipped(bytes: Uint8Array, at = bytes.length >> 1): Uint8Array {
  const copy = bytes.slice();
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

/** What is lost, without the names of versions that nobody asked for. */
function affectedOf({ affects }: Finding): string[] {
  return affects.map(({ numbers, noun, names }) => `${noun} @${numbers.join()}: ${names.join(" ")}`).sort();
}

function sourceBlob(text: string): string {
  return blobKeyOf(digestOf(text));
}

Deno.test("verifyVersions() finds nothing in a store that is as it was written, and reads each object once", async () => {
  const storage = await sound();
  const { findings, verified: { versions, expired, blobs, bytes } } = await verified(storage);
  assert.deepEqual(findings, []);
  const kept = (await Array.fromAsync(storage.store.list("blobs/"))).reduce((sum, { size }) => sum + size, 0);
  assert.deepEqual({ versions, expired, bytes }, { versions: 3, expired: 0, bytes: kept });
  assert.equal(blobs, (await Array.fromAsync(storage.store.list("blobs/"))).length);
});

Deno.test("verifyVersions() finds a flipped bit in any object, names it, and reports nothing else", async () => {
  const storage = await sound();
  let objects = 0;
  for (const prefix of ["blobs/", "chunks/", "versions/"]) {
    for (const { key } of await Array.fromAsync(storage.store.list(prefix))) {
      const bytes = await bytesOf(storage, key);
      for (const at of [0, bytes.length >> 1, bytes.length - 1]) {
        await storage.store.put(key, flipped(bytes, at));
        const findings = await findingsOf(storage);
        assert.deepEqual(findings.map((one) => one.key), [key], `byte ${at} of ${key}`);
        assert.notEqual(findings[0]?.affects.length, 0, `${key} affects nothing`);
      }
      await storage.store.put(key, bytes);
      objects++;
    }
  }
  assert.ok(objects > 30, `${objects} objects are too few`);
  assert.deepEqual(await findingsOf(storage), []);
});

Deno.test("verifyVersions() finds any object that is cut short or gone", async () => {
  const storage = await sound();
  for (const prefix of ["blobs/", "chunks/", "versions/"]) {
    for (const { key } of await Array.fromAsync(storage.store.list(prefix))) {
      const bytes = await bytesOf(storage, key);
      await storage.store.put(key, bytes.subarray(0, bytes.length - 1));
      assert.deepEqual((await findingsOf(storage)).map((one) => one.key), [key], `${key} cut short`);
      await storage.store.remove([key]);
      const gone = await findingsOf(storage);
      assert.deepEqual(gone.map((one) => [one.key, one.what]), [[key, "it is missing"]]);
      await storage.store.put(key, bytes);
    }
  }
});

Deno.test("verifyVersions() says which images of which versions a damaged source blob costs", async () => {
  const storage = await sound();
  const key = sourceBlob("bytes of b2");
  await storage.store.put(key, flipped(await bytesOf(storage, key)));
  const [finding, ...others] = await findingsOf(storage);
  assert.deepEqual(others, []);
  assert.deepEqual(finding === undefined ? [] : affectedOf(finding), ["image @1: b2", "image @2: b2"]);
  assert.deepEqual(await findingsOf(storage, 3), [], "the third version does not have it");
});

Deno.test("verifyVersions() says which pictures and files a damaged picture costs", async () => {
  const storage = await sound();
  const entry = (await Array.fromAsync((await openDataset(storage, "test")).files()))
    .find(({ path }) => path === "gallery/images/a1x.jpg") ?? assert.fail("no picture");
  await storage.store.remove([blobKeyOf(entry.digest)]);
  const [finding] = await findingsOf(storage);
  assert.deepEqual(finding === undefined ? [] : affectedOf(finding), [
    "file @1: gallery/images/a1x.jpg",
    "file @2: gallery/images/a1x.jpg",
    "file @3: gallery/images/a1x.jpg",
    "picture @1: a1#x",
    "picture @2: a1#x",
    "picture @3: a1#x",
  ]);
});

Deno.test("verifyVersions() finds both of two blobs that were swapped", async () => {
  const storage = await sound();
  const keys = [sourceBlob("bytes of a1"), sourceBlob("bytes of d4")];
  const [first, second] = await Promise.all(keys.map((key) => bytesOf(storage, key)));
  await storage.store.put(keys[0] ?? "", second ?? new Uint8Array());
  await storage.store.put(keys[1] ?? "", first ?? new Uint8Array());
  assert.deepEqual((await findingsOf(storage)).map(({ key }) => key).sort(), keys.sort());
});

Deno.test("verifyVersions() finds refs that are torn, wrong or lead nowhere, and takes a gap for expired", async () => {
  const storage = await sound();
  const key = "refs/test/00000002";
  const ref = new TextDecoder().decode(await bytesOf(storage, key));
  const digest = /"version":"([0-9a-f]{64})"/.exec(ref)?.[1] ?? assert.fail(ref);
  const cases: readonly (readonly [string, string])[] = [
    ["", key],
    [ref.slice(0, -1), key],
    [`${ref}\n`, key],
    [ref.replace(digest, `${digest.slice(0, -1)}x`), key],
    [ref.replace('"publishedAt":"2', '"publishedAt":"x'), key],
    [ref.replace(digest, digestOf("nothing")), `versions/test/${digestOf("nothing")}.json`],
  ];
  for (const [text, wanted] of cases) {
    await storage.store.put(key, new TextEncoder().encode(text));
    const findings = await findingsOf(storage);
    assert.deepEqual(findings.map((one) => one.key), [wanted], text);
    assert.deepEqual(findings.flatMap(affectedOf), ["version @2: "]);
  }
  await storage.store.remove([key]);
  const { findings, verified: { versions, expired } } = await verified(storage);
  assert.deepEqual({ findings, versions, expired }, { findings: [], versions: 2, expired: 1 });
});

Deno.test("verifyVersions() finds a tag that leads nowhere", async () => {
  const storage = await sound();
  await storage.tags.move("test", { name: "good", number: 2, taggedAt: "2026-01-01T00:00:00.000Z" });
  await storage.tags.move("test", { name: "lost", number: 7, taggedAt: "2026-01-01T00:00:00.000Z" });
  assert.deepEqual((await findingsOf(storage)).map(({ key, what }) => `${key}: ${what}`), [
    "tags/test/lost: it leads to v7, which is not there",
  ]);
});

Deno.test("verifyVersions() finds a version whose parts are sound but do not add up", async () => {
  const storage = await sound();
  const { version, ref, number } = await openDataset(storage, "test");
  const rows = (await Array.fromAsync(storage.chunks.readList(version.shards))).map((line) => JSON.parse(line));
  rows[0].counts.kept++;
  const shards = await storage.chunks.putList(rows.map((row) => JSON.stringify(row)));
  const id = await storage.versions.put({ ...version, shards });
  await storage.refs.rewrite("test", number, { ...ref, version: id });
  const findings = await findingsOf(storage);
  assert.deepEqual(findings.map(({ kind, what }) => `${kind}: ${what}`), [
    "counts: its counts are not the sum of those of its shards",
    "chunk: it does not come to what its shard counts",
  ]);
});

Deno.test("verifyVersions() reports what is whole and still nonsense, and goes on with the rest", async () => {
  const storage = await sound();
  const { version, ref } = await openDataset(storage, "test", 2);
  const rows = (await Array.fromAsync(storage.chunks.readList(version.shards))).map((line) => JSON.parse(line));
  const withLines = async (index: number, lines: readonly string[]) => {
    const cells = rows[0].cells.with(index, { ...rows[0].cells[index], digest: await storage.chunks.put(lines) });
    return { ...version, shards: await storage.chunks.putList([JSON.stringify({ ...rows[0], cells })]) };
  };
  const blob = { digest: "../../etc/passwd", size: 1 };
  const cases: readonly object[] = [
    { ...version, columns: null },
    { ...version, shards: "../../refs" },
    { ...version, shards: await storage.chunks.put(["no digest"]) },
    { ...version, shards: await storage.chunks.putList(["{}", "null"]) },
    { ...version, tree: await storage.chunks.putList(["a\tb"]) },
    await withLines(0, ["nonsense"]),
    await withLines(1, ["[1]", "null"]),
    await withLines(1, [JSON.stringify({ key: "a1", input: "", items: [], losses: [], notes: [], blob })]),
    await withLines(2, [JSON.stringify({ key: "zz", input: "", items: [], losses: [], notes: [] })]),
  ];
  const damaged = sourceBlob("other bytes of b2");
  await storage.store.remove([damaged]);
  for (const forged of cases) {
    const bytes = new TextEncoder().encode(canonicalJson(forged as Json));
    await storage.store.put(`versions/test/${digestOf(bytes)}.json`, bytes);
    await storage.refs.rewrite("test", 2, { ...ref, version: digestOf(bytes) });
    const findings = await findingsOf(storage);
    const others = findings.filter(({ key }) => key !== damaged);
    assert.equal(findings.length - others.length, 1, "the blob that v3 lacks");
    assert.ok(others.length > 0, JSON.stringify(forged));
    assert.deepEqual([...new Set(others.flatMap(({ affects }) => affects.flatMap(({ numbers }) => numbers)))], [2]);
  }
});

Deno.test("verifyVersions() ends when it is stopped", async () => {
  const storage = await sound();
  const stop = new AbortController();
  stop.abort(new DOMException("stopped", "AbortError"));
  const verifying = verifyVersions({
    storage,
    wanted: [{ dataset: "test" }],
    signal: stop.signal,
    onProgress: () => {},
  });
  await assert.rejects(verifying, { name: "AbortError" });
});

async function publishedThree(root: string): Promise<DatasetStorage> {
  const storage = createStorage(await openFolderStore(root));
  await publishThree(createTrusted(storage));
  for (const number of [1, 2, 3]) {
    const { files } = await openDataset(storage, "test", number);
    await publishTree({ store: storage.store, dataset: "test", number, entries: files() });
  }
  await storage.store.flush();
  return storage;
}

/** Puts another file in the place of one, as editors do. */
function replace(path: string, content: string): void {
  Deno.removeSync(path);
  Deno.writeTextFileSync(path, content, { mode: 0o444 });
}

Deno.test("verifyVersions() finds published files that were changed, removed or made writable", async () => {
  await inFolder(async (root) => {
    const storage = await publishedThree(root);
    assert.deepEqual(await findingsOf(storage), []);
    const ids = `${root}/published/test/v2/gallery/ids.txt`;
    const text = Deno.readTextFileSync(ids);
    replace(ids, text);
    assert.deepEqual(await findingsOf(storage), [], "a copy with the same bytes is as good as a link");
    Deno.chmodSync(ids, 0o644);
    replace(`${root}/published/test/v2/gallery/images/a1x.jpg`, "another picture");
    Deno.removeSync(`${root}/published/test/v3/gallery/ids.txt`);
    const found = (await findingsOf(storage)).map(({ kind, key, what }) => `${kind} ${key}: ${what}`);
    assert.deepEqual(found, [
      "published published/test/v2/gallery/ids.txt: it can be written to",
      "published published/test/v2/gallery/images/a1x.jpg: it was changed",
      "published published/test/v3/gallery/ids.txt: it is missing",
    ]);
  });
});

Deno.test("verifyVersions() names the blob when a linked file was edited in place", async () => {
  await inFolder(async (root) => {
    const storage = await publishedThree(root);
    const path = `${root}/published/test/v1/gallery/images/a1x.jpg`;
    Deno.chmodSync(path, 0o644);
    Deno.writeTextFileSync(path, "edited");
    Deno.chmodSync(path, 0o444);
    const [finding, ...others] = await findingsOf(storage);
    assert.deepEqual(others, []);
    assert.match(
      `${finding?.key}: ${finding?.what}`,
      /^blobs\/.*: its bytes are not those of its name: it has 6 of \d+ bytes$/,
    );
    assert.ok(finding !== undefined && affectedOf(finding).includes("file @1: gallery/images/a1x.jpg"));
  });
});

Deno.test("verifyVersions() lets all pictures be left out of what is published, but not one", async () => {
  await inFolder(async (root) => {
    const storage = await publishedThree(root);
    const images = `${root}/published/test/v1/gallery/images`;
    const [first, ...rest] = [...Deno.readDirSync(images)].map(({ name }) => `${images}/${name}`);
    Deno.removeSync(first ?? "");
    assert.deepEqual((await findingsOf(storage)).map(({ what }) => what), ["it is missing"]);
    rest.forEach((path) => Deno.removeSync(path));
    assert.deepEqual(await findingsOf(storage), []);
  });
});
