import assert from "node:assert/strict";
import { digestOf } from "../../runtime/contract/json.ts";
import { blobKeyOf } from "../../runtime/store/blobs.ts";
import { openFolderStore } from "../../runtime/store/folder.ts";
import { createStorage } from "../../runtime/store/open.ts";
import { inFolder } from "../temp_folder.ts";
import { checkoutsTo, textsIn } from "./checkouts.ts";

const one = { "a.txt": "a", "sub/b.txt": "b", "sub/deep/c.txt": "c" };
const two = { "a.txt": "a", "sub/b.txt": "b2", "new/d.txt": "d" };

Deno.test("checkOutFiles() writes what differs, removes what is gone, and leaves the rest untouched", async () => {
  await inFolder(async (folder) => {
    const { add, out } = checkoutsTo(folder);
    await add(one);
    await add(two);
    assert.deepEqual(await out(1), { written: 3, kept: 0, removed: 0, left: 0, bytes: 3 });
    assert.deepEqual(textsIn(folder), one);
    assert.deepEqual(await out(1), { written: 0, kept: 3, removed: 0, left: 0, bytes: 0 });
    const { ino } = Deno.statSync(`${folder}/a.txt`);
    Deno.writeTextFileSync(`${folder}/sub/mine.txt`, "mine");
    assert.deepEqual(await out(2), { written: 2, kept: 1, removed: 1, left: 0, bytes: 3 });
    assert.deepEqual(textsIn(folder), { ...two, "sub/mine.txt": "mine" });
    assert.equal(Deno.statSync(`${folder}/a.txt`).ino, ino, "an equal file is not written again");
    assert.deepEqual([...Deno.readDirSync(`${folder}/sub`)].map(({ name }) => name).sort(), ["b.txt", "mine.txt"]);
  });
});

Deno.test("checkOutFiles() touches nothing where a file was changed by hand, unless it is forced to", async () => {
  await inFolder(async (folder) => {
    const { add, out } = checkoutsTo(folder);
    await add(one);
    await add(two);
    await out(1);
    Deno.writeTextFileSync(`${folder}/sub/b.txt`, "by hand");
    Deno.writeTextFileSync(`${folder}/sub/deep/c.txt`, "by hand too");
    await assert.rejects(out(2), {
      name: "InputError",
      message: `Cannot write to "${Deno.realPathSync(folder)}": 2 files were changed by hand: "sub/b.txt", ` +
        `"sub/deep/c.txt"; nothing was touched; move them, choose another folder, or replace them with --force`,
    });
    assert.deepEqual(textsIn(folder), { ...one, "sub/b.txt": "by hand", "sub/deep/c.txt": "by hand too" });
    await out(2, { force: true });
    assert.deepEqual(textsIn(folder), two);
  });
});

Deno.test("checkOutFiles() sees an edit that keeps size and time, where the time says nothing", async () => {
  await inFolder(async (folder) => {
    const { add, out } = checkoutsTo(folder);
    await add(one);
    await add(two);
    await out(1);
    // The same bytes at another time are no edit; other bytes of the same length are.
    Deno.utimeSync(`${folder}/a.txt`, 1, 1);
    Deno.writeTextFileSync(`${folder}/sub/b.txt`, "x");
    Deno.utimeSync(`${folder}/sub/b.txt`, 1, 1);
    await assert.rejects(out(2), /1 file was changed by hand: "sub\/b.txt"/);
  });
});

Deno.test("checkOutFiles() brings a file back that was removed by hand", async () => {
  await inFolder(async (folder) => {
    const { add, out } = checkoutsTo(folder);
    await add(one);
    await out(1);
    Deno.removeSync(`${folder}/sub`, { recursive: true });
    assert.equal((await out(1)).written, 2);
    assert.deepEqual(textsIn(folder), one);
  });
});

Deno.test("checkOutFiles() leaves files of others alone, and adopts those that are as they should be", async () => {
  await inFolder(async (folder) => {
    const { add, out } = checkoutsTo(folder);
    await add(one);
    Deno.mkdirSync(`${folder}/sub`);
    Deno.writeTextFileSync(`${folder}/a.txt`, "a");
    Deno.writeTextFileSync(`${folder}/sub/b.txt`, "somebody's");
    await assert.rejects(out(1), /1 file was not written by this command: "sub\/b\.txt"; nothing was touched/);
    assert.deepEqual(textsIn(folder), { "a.txt": "a", "sub/b.txt": "somebody's" });
    Deno.removeSync(`${folder}/sub/b.txt`);
    assert.deepEqual(await out(1), { written: 2, kept: 1, removed: 0, left: 0, bytes: 2 });
  });
});

Deno.test("checkOutFiles() writes through no link and over no folder, whatever it is told", async () => {
  await inFolder(async (root) => {
    const [folder, other] = [`${root}/out`, `${root}/other`];
    Deno.mkdirSync(folder);
    Deno.mkdirSync(other);
    const { add, out } = checkoutsTo(folder);
    await add(one);
    Deno.symlinkSync(other, `${folder}/sub`);
    await assert.rejects(out(1, { force: true }), /Cannot write below ".*\/sub": it is a link that leads elsewhere/);
    assert.deepEqual([...Deno.readDirSync(other)], []);
    Deno.removeSync(`${folder}/sub`);
    Deno.writeTextFileSync(`${other}/precious`, "precious");
    Deno.removeSync(`${folder}/a.txt`);
    Deno.symlinkSync(`${other}/precious`, `${folder}/a.txt`);
    await assert.rejects(out(1), /not written by this command: "a\.txt"/);
    await out(1, { force: true });
    assert.equal(Deno.readTextFileSync(`${other}/precious`), "precious", "the link is replaced, not what it leads to");
    assert.deepEqual(textsIn(folder), one);
    Deno.removeSync(`${folder}/a.txt`);
    Deno.mkdirSync(`${folder}/a.txt/in-it`, { recursive: true });
    await assert.rejects(
      out(1, { force: true }),
      /Cannot write "a\.txt": a file or a folder of this name is in the way/,
    );
  });
});

Deno.test("checkOutFiles() refuses paths that leave the folder, and names of its own", async () => {
  for (const path of ["../x", "/etc/x", "a/../../x", "a//b", "a/./b", "a\\b", "", ".framewright.json", "a\0b"]) {
    await inFolder(async (root) => {
      const { add, out } = checkoutsTo(`${root}/out`);
      await add({ "fine.txt": "x", [path]: "y" });
      await assert.rejects(out(1), { name: "PluginError" }, path);
      assert.deepEqual(textsIn(root), {}, path);
    });
  }
});

Deno.test("checkOutFiles() goes on where it was interrupted, towards the same version or another", async () => {
  for (const then of [2, 3]) {
    await inFolder(async (folder) => {
      const { add, out, storage } = checkoutsTo(folder);
      const texts = (version: number) => (
        Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`f${at}`, `${version} ${at}`]))
      );
      for (const version of [1, 2, 3]) await add(version === 1 ? { ...texts(1), old: "old" } : texts(version));
      await out(1);
      const stop = new AbortController();
      let left = 15;
      const onFile = () => void (--left === 0 && stop.abort(new DOMException("stopped", "AbortError")));
      await assert.rejects(out(2, { signal: stop.signal, onFile }), { name: "AbortError" });
      const midway = Object.values(textsIn(folder)).filter((text) => text.startsWith("2")).length;
      assert.ok(midway >= 15 && midway < 40, `${midway} files`);
      const reads: string[] = [];
      const blobs = { ...storage.blobs, get: (digest: string) => (reads.push(digest), storage.blobs.get(digest)) };
      await out(then, { blobs });
      assert.deepEqual(textsIn(folder), texts(then));
      assert.equal(reads.length, then === 2 ? 40 - midway : 40, "what is there is not written again");
    });
  }
});

Deno.test("checkOutFiles() knows its own files however often it was interrupted on the way to other versions", async () => {
  await inFolder(async (folder) => {
    const { add, out } = checkoutsTo(folder);
    const texts = (version: number) => (
      Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`f${at}`, `${version} ${at}`]))
    );
    for (let version = 1; version <= 5; version++) await add(texts(version));
    await out(1);
    for (const version of [2, 3, 4, 2, 5]) {
      const stop = new AbortController();
      let left = 4 + version * 3;
      const onFile = () => void (--left === 0 && stop.abort(new DOMException("stopped", "AbortError")));
      await assert.rejects(out(version, { signal: stop.signal, onFile }), { name: "AbortError" }, `v${version}`);
    }
    await out(1);
    assert.deepEqual(textsIn(folder), texts(1));
  });
});

Deno.test("checkOutFiles() leaves no file whose bytes are not those of the version", async () => {
  await inFolder(async (root) => {
    const storage = createStorage(await openFolderStore(`${root}/store`));
    const { add, out } = checkoutsTo(`${root}/out`, storage);
    await add({ "a.txt": "a", "b.txt": "bbbb" });
    const blob = `${root}/store/${blobKeyOf(digestOf("bbbb"))}`;
    Deno.chmodSync(blob, 0o644);
    Deno.writeTextFileSync(blob, "bbbx");
    for (const link of [false, true]) {
      await assert.rejects(out(1, { link }), { name: "StoreError", failure: "corrupt" });
      assert.equal("b.txt" in textsIn(`${root}/out`), false);
    }
    Deno.writeTextFileSync(blob, "bbbb");
    await out(1);
    assert.deepEqual(textsIn(`${root}/out`), { "a.txt": "a", "b.txt": "bbbb" });
  });
});

Deno.test("checkOutFiles() links where it is asked to, and turns links into copies and back", async () => {
  await inFolder(async (root) => {
    const storage = createStorage(await openFolderStore(`${root}/store`));
    const { add, out } = checkoutsTo(`${root}/out`, storage);
    await add(one);
    const links = () => Deno.statSync(`${root}/out/a.txt`).nlink;
    assert.equal((await out(1, { link: true })).bytes, 0);
    assert.deepEqual([links(), textsIn(`${root}/out`)], [2, one]);
    assert.equal((await out(1, { link: true })).kept, 3);
    assert.equal((await out(1)).written, 3);
    assert.deepEqual([links(), textsIn(`${root}/out`)], [1, one]);
    Deno.writeTextFileSync(`${root}/out/a.txt`, "edited");
    assert.equal(new TextDecoder().decode(await storage.blobs.get(digestOf("a"))), "a");
  });
  await inFolder(async (folder) => {
    const { add, out } = checkoutsTo(folder);
    await add(one);
    await assert.rejects(out(1, { link: true }), /Cannot link to "memory": its objects are no files of this machine/);
  });
});

Deno.test("checkOutFiles() keeps files of earlier versions where it is asked to, until it is not", async () => {
  await inFolder(async (folder) => {
    const { add, out } = checkoutsTo(folder);
    await add(one);
    await add(two);
    await add({ "a.txt": "a3" });
    await out(1);
    assert.equal((await out(2, { keepOld: true })).left, 1);
    assert.equal((await out(3, { keepOld: true })).left, 3);
    assert.deepEqual(textsIn(folder), { ...one, ...two, "a.txt": "a3" });
    assert.equal((await out(3)).removed, 3);
    assert.deepEqual(textsIn(folder), { "a.txt": "a3" });
  });
});

Deno.test("checkOutFiles() lets one process write at a time, and uses no index that it does not know", async () => {
  await inFolder(async (folder) => {
    const { add, out } = checkoutsTo(folder);
    await add(one);
    const second = out(1, { onFile: () => void (tried ??= out(1)) });
    let tried: Promise<unknown> | undefined;
    await second;
    await assert.rejects(tried ?? Promise.resolve(), { name: "StoreError", failure: "conflict" });
    for (const text of ["{", "[]", "{}", '{"format":2}', '{"format":1,"dataset":"x","number":1,"version":"y"}']) {
      Deno.writeTextFileSync(`${folder}/.framewright.json`, text);
      await assert.rejects(out(1), /it is no index of ours/, text);
    }
    assert.deepEqual(textsIn(folder), one);
  });
});

Deno.test("checkOutFiles() says so where the folder is a file, or below one", async () => {
  await inFolder(async (root) => {
    Deno.writeTextFileSync(`${root}/file`, "x");
    for (const folder of [`${root}/file`, `${root}/file/below`]) {
      const { add, out } = checkoutsTo(folder);
      await add(one);
      await assert.rejects(out(1), { name: "StoreError", failure: "unavailable" });
    }
  });
});

Deno.test("checkOutFiles() keeps a file that an index of others claims to be elsewhere", async () => {
  await inFolder(async (root) => {
    const folder = `${root}/out`;
    const { add, out } = checkoutsTo(folder);
    await add(one);
    await out(1);
    Deno.writeTextFileSync(`${root}/precious`, "precious");
    const { size, mtime } = Deno.statSync(`${root}/precious`);
    const text = Deno.readTextFileSync(`${folder}/.framewright.json`);
    const claim = `"../precious":{"digest":"${"0".repeat(64)}","size":${size},"mark":${mtime?.getTime()}},`;
    Deno.writeTextFileSync(`${folder}/.framewright.json`, text.replace('"files":{', `"files":{${claim}`));
    await out(1);
    assert.equal(Deno.readTextFileSync(`${root}/precious`), "precious");
  });
});
