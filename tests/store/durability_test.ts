import assert from "node:assert/strict";
import { createDurability } from "../../runtime/store/durability.ts";
import { createFile } from "../../runtime/store/folder_files.ts";
import { openFileSystem } from "../../runtime/store/file_system.ts";
import { openFolderStore } from "../../runtime/store/folder.ts";
import { bytesOf, listed } from "../suites/object_store_suite.ts";
import { inFolder } from "../temp_folder.ts";

Deno.test("openFileSystem() syncs a folder that is there, and gives nothing for one that is not", () =>
  inFolder(async (root) => {
    assert.equal(openFileSystem(`${root}/none`), undefined);
    const fileSystem = openFileSystem(root);
    if (fileSystem === undefined) return assert.notEqual(Deno.build.os, "linux");
    await Deno.writeTextFile(`${root}/a`, "x");
    assert.equal(await fileSystem.sync(), true);
    fileSystem.close();
  }));

Deno.test("createDurability() makes few and many files durable, and leaves none of them open", () =>
  inFolder(async (root) => {
    const durability = createDurability(root);
    for (const count of [1, 16, 17, 200]) {
      const batch = [];
      for (let at = 0; at < count; at++) {
        const temporary = `${root}/${count}-${at}`;
        const file = await createFile(temporary, bytesOf("x"));
        batch.push(durability.written({ path: "", temporary, file }));
      }
      await durability.files(batch);
      for (const { file } of batch) {
        if (file !== undefined) assert.throws(() => file.statSync(), Deno.errors.BadResource);
      }
    }
  }));

Deno.test("createDurability() says that a file is gone, and syncs the others", () =>
  inFolder(async (root) => {
    const durability = createDurability(root);
    const batch = [`${root}/a`, `${root}/none`, `${root}/b`].map((temporary) => ({ path: "", temporary }));
    await Deno.writeTextFile(`${root}/a`, "x");
    await Deno.writeTextFile(`${root}/b`, "x");
    await assert.rejects(durability.files(batch), Deno.errors.NotFound);
  }));

Deno.test("openFolderStore() has thousands of objects at once, also before they have their names", () =>
  inFolder(async (root) => {
    const store = await openFolderStore(root);
    const keys = Array.from({ length: 5_000 }, (_, at) => `many/${at % 64}/${at}`);
    for (const key of keys) await store.put(key, bytesOf(key), { named: true });
    for (const key of keys.slice(-50)) assert.deepEqual(await store.get(key), bytesOf(key));
    for (const key of keys.slice(-50)) assert.equal(await store.has(key), true);
    await store.flush();
    assert.equal((await listed(await openFolderStore(root), "many/")).length, keys.length);
    assert.deepEqual([...Deno.readDirSync(`${root}/tmp`)], []);
  }));
