import assert from "node:assert/strict";
import { createQuickFiles } from "../../runtime/store/quick_files.ts";
import { bytesOf } from "../suites/object_store_suite.ts";
import { inFolder } from "../temp_folder.ts";

const isLinux = Deno.build.os === "linux";

Deno.test("createQuickFiles() makes, renames and links read-only files", () =>
  inFolder((root) => {
    const quick = createQuickFiles(root);
    assert.equal(quick.create(`${root}/é`, bytesOf("abc")), isLinux);
    if (!isLinux) return;
    assert.equal(quick.rename(`${root}/é`, `${root}/b`), true);
    assert.equal(quick.link(`${root}/b`, `${root}/c`), true);
    assert.deepEqual([...Deno.readDirSync(root)].map(({ name }) => name).sort(), ["b", "c"]);
    assert.equal(Deno.readTextFileSync(`${root}/c`), "abc");
    assert.equal((Deno.statSync(`${root}/c`).mode ?? 0) & 0o222, 0);
  }));

Deno.test("createQuickFiles() leaves alone what is there, and what is not", () =>
  inFolder((root) => {
    const quick = createQuickFiles(root);
    Deno.writeTextFileSync(`${root}/a`, "old");
    Deno.writeTextFileSync(`${root}/b`, "other");
    assert.equal(quick.create(`${root}/a`, bytesOf("new")), false);
    assert.equal(quick.link(`${root}/b`, `${root}/a`), false);
    assert.equal(quick.rename(`${root}/none`, `${root}/a`), false);
    assert.equal(quick.create(`${root}/none/a`, bytesOf("new")), false);
    assert.equal(quick.create(`${root}/c\0d`, bytesOf("new")), false);
    assert.equal(Deno.readTextFileSync(`${root}/a`), "old");
    assert.deepEqual([...Deno.readDirSync(root)].map(({ name }) => name).sort(), ["a", "b"]);
  }));

Deno.test("createQuickFiles() touches nothing outside its folder, however a path leads there", () =>
  inFolder((root) => {
    for (const name of ["in", "out", "in-too"]) Deno.mkdirSync(`${root}/${name}`);
    Deno.writeTextFileSync(`${root}/out/a`, "x");
    Deno.symlinkSync(`${root}/out`, `${root}/in/link`);
    const quick = createQuickFiles(`${root}/in`);
    for (const folder of ["out", "in-too", "in/../out", "in/link"]) {
      assert.equal(quick.create(`${root}/${folder}/new`, bytesOf("x")), false, folder);
      assert.equal(quick.link(`${root}/out/a`, `${root}/in/b`), false);
      assert.equal(quick.rename(`${root}/out/a`, `${root}/in/b`), false);
    }
    assert.deepEqual([...Deno.readDirSync(`${root}/out`)].map(({ name }) => name), ["a"]);
  }));

Deno.test({
  name: "createQuickFiles() does nothing that Deno may not do",
  permissions: { read: true, ffi: true },
  fn() {
    const folder = Deno.cwd();
    const path = `${folder}/nobody-makes-this`;
    assert.equal(createQuickFiles(folder).create(path, bytesOf("x")), false);
    assert.throws(() => Deno.statSync(path), Deno.errors.NotFound);
  },
});
