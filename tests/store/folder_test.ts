import assert from "node:assert/strict";
import { StoreError, type StoreFailure } from "../../runtime/contract/errors.ts";
import { openFolderStore } from "../../runtime/store/folder.ts";
import { bytesOf, listed, objectStoreSuite } from "../suites/object_store_suite.ts";
import { inFolder } from "../temp_folder.ts";

objectStoreSuite("openFolderStore()", async () => {
  const folder = await Deno.makeTempDir();
  const again = () => openFolderStore(`${folder}/store`);
  const store = await again();
  const close = async () => {
    await store.flush();
    await Deno.remove(folder, { recursive: true });
  };
  return { store, again, [Symbol.asyncDispose]: close };
});

Deno.test("openFolderStore() makes its folder with the first write and not before", () =>
  inFolder(async (root) => {
    const store = await openFolderStore(`${root}/deep/store`);
    assert.equal(await store.get("a"), undefined);
    assert.equal(await store.has("a"), false);
    assert.deepEqual(await listed(store, ""), []);
    await store.flush();
    await assert.rejects(store.copy("a", "b"), failing("missing"));
    assert.deepEqual([...Deno.readDirSync(root)], []);
    await store.put("a", bytesOf("x"));
    await store.flush();
    assert.deepEqual(await Deno.readFile(`${root}/deep/store/a`), bytesOf("x"));
  }));

Deno.test("openFolderStore() refuses what is no folder", () =>
  inFolder(async (root) => {
    await Deno.writeTextFile(`${root}/file`, "x");
    await assert.rejects(openFolderStore(`${root}/file`), failing("unavailable", `${root}/file`));
    await assert.rejects(openFolderStore(`${root}/file/below`), failing("unavailable", `${root}/file/below`));
  }));

Deno.test("openFolderStore() keeps read-only files and leaves no temporary ones", () =>
  inFolder(async (root) => {
    const store = await openFolderStore(root);
    await store.put("plain", bytesOf("x"));
    await store.put("new", bytesOf("x"), { ifAbsent: true });
    await store.put("new", bytesOf("y"), { ifAbsent: true });
    await store.putStream(once(bytesOf("x")), () => "stream");
    await store.flush();
    for (const name of ["plain", "new", "stream"]) {
      assert.equal((Deno.statSync(`${root}/${name}`).mode ?? 0) & 0o777, 0o444, name);
    }
    assert.deepEqual([...Deno.readDirSync(`${root}/tmp`)], []);
  }));

Deno.test("openFolderStore() links a copy instead of writing the bytes again", () =>
  inFolder(async (root) => {
    const store = await openFolderStore(root);
    await store.put("a", bytesOf("x"));
    await store.copy("a", "b/c");
    assert.equal(Deno.statSync(`${root}/b/c`).ino, Deno.statSync(`${root}/a`).ino);
  }));

Deno.test("openFolderStore() shows a file only once its bytes are whole", () =>
  inFolder(async (root) => {
    const store = await openFolderStore(root);
    const body = new Uint8Array(3_000_000).fill(7);
    const written = store.put("a", body);
    const sizes = new Set<number>();
    let done = false;
    void written.then(() => store.flush()).then(() => done = true);
    while (!done) {
      try {
        sizes.add(Deno.statSync(`${root}/a`).size);
      } catch {
        // Not there yet.
      }
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    sizes.add(Deno.statSync(`${root}/a`).size);
    assert.deepEqual([...sizes], [body.length]);
  }));

Deno.test("openFolderStore() lists neither temporary nor foreign files", () =>
  inFolder(async (root) => {
    const store = await openFolderStore(root);
    await store.put("published/a", bytesOf("x"));
    await store.flush();
    await Deno.writeTextFile(`${root}/tmp/left`, "x");
    await Deno.writeTextFile(`${root}/.DS_Store`, "x");
    await Deno.writeTextFile(`${root}/published/été`, "x");
    await Deno.symlink("a", `${root}/published/link`);
    assert.deepEqual(await listed(store, ""), [["published/a", 1]]);
  }));

Deno.test("openFolderStore() names the object and the folder when a folder is in the way", () =>
  inFolder(async (root) => {
    const store = await openFolderStore(root);
    await store.put("a/b", bytesOf("x"));
    await store.flush();
    await assert.rejects(store.put("a/b/c", bytesOf("x"), { ifAbsent: true }), failing("unavailable", '"a/b/c"'));
    await assert.rejects(store.copy("a/b", "a/b/c"), failing("unavailable", root));
    assert.deepEqual(await listed(store, ""), [["a/b", 1]]);
    assert.deepEqual([...Deno.readDirSync(`${root}/tmp`)], []);
  }));

Deno.test("openFolderStore() says at the next flush, and ever after, that a write behind it failed", () =>
  inFolder(async (root) => {
    const store = await openFolderStore(root);
    await store.put("a", bytesOf("x"));
    await store.flush();
    await store.put("a/b", bytesOf("x"));
    await assert.rejects(store.flush(), failing("unavailable", '"a/b"'));
    await assert.rejects(store.flush(), failing("unavailable", '"a/b"'));
    await assert.rejects(store.put("c", bytesOf("x")), failing("unavailable", '"a/b"'));
    await assert.rejects(store.put("c", bytesOf("x"), { ifAbsent: true }), failing("unavailable", '"a/b"'));
    assert.deepEqual(await listed(await openFolderStore(root), ""), [["a", 1]]);
    assert.deepEqual([...Deno.readDirSync(`${root}/tmp`)], []);
  }));

Deno.test("openFolderStore() goes on when somebody removes its folders", () =>
  inFolder(async (root) => {
    const store = await openFolderStore(`${root}/store`);
    await store.put("a/b/c", bytesOf("x"));
    await store.flush();
    await Deno.remove(`${root}/store`, { recursive: true });
    await store.put("a/b/d", bytesOf("x"));
    await store.flush();
    assert.deepEqual(await listed(store, ""), [["a/b/d", 1]]);
  }));

/** Recognises a `StoreError` of this kind whose message holds `words`. */
function failing(failure: StoreFailure, words = "") {
  return (error: unknown) => {
    assert.ok(error instanceof StoreError, String(error));
    assert.equal(error.failure, failure);
    assert.ok(error.message.includes(words), error.message);
    return true;
  };
}

async function* once(body: Uint8Array): AsyncIterable<Uint8Array> {
  yield await Promise.resolve(body);
}
