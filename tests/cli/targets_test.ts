import assert from "node:assert/strict";
import type { Context } from "../../runtime/cli/context.ts";
import { targetsOf } from "../../runtime/cli/targets.ts";
import { InputError } from "../../runtime/contract/errors.ts";
import { createFilesHost } from "../../runtime/host/files.ts";
import { inFolder, putFile } from "../temp_folder.ts";
import { keptTerminal, projectRoot } from "./terminals.ts";

const files = [
  "a.jpg",
  "B.JPG",
  "notes.txt",
  "x[1].png",
  "cam1/f1.jpg",
  "cam1/deep/f2.webp",
  "cam2/f3.jpg",
  ".h/f.jpg",
];

function contextIn(folder: string): Context {
  return { folder, env: {}, root: projectRoot, terminal: keptTerminal(), now: () => 0 };
}

/** What a source would list, below the folder that it was given. */
async function listed(folder: string, names: readonly string[], apart?: string): Promise<string[]> {
  const { path, ...globs } = await targetsOf(names, apart, contextIn(folder));
  const { walk } = createFilesHost({ maxBytes: 1 });
  const paths: string[] = [];
  for await (const entry of walk({ root: path, ...globs }, new AbortController().signal)) paths.push(entry.path);
  return paths;
}

async function withFiles(body: (folder: string) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    for (const path of files) putFile(folder, path, "x");
    await body(Deno.realPathSync(folder));
  });
}

Deno.test("targetsOf() takes images, folders, globs and mixtures of them", async () => {
  await withFiles(async (folder) => {
    assert.deepEqual(await listed(folder, ["a.jpg"]), ["a.jpg"]);
    assert.deepEqual(await listed(folder, ["notes.txt"]), ["notes.txt"]);
    assert.deepEqual(await listed(folder, ["x[1].png", "./a.jpg"]), ["a.jpg", "x[1].png"]);
    assert.deepEqual(await listed(folder, ["cam1"]), ["deep/f2.webp", "f1.jpg"]);
    assert.deepEqual(await listed(folder, ["cam1/deep/f2.webp", "cam2"]), ["cam1/deep/f2.webp", "cam2/f3.jpg"]);
    assert.deepEqual(await listed(folder, ["cam1", "cam1/deep/f2.webp"]), ["deep/f2.webp", "f1.jpg"]);
    assert.deepEqual(await listed(folder, ["cam*/*.jpg"]), ["cam1/f1.jpg", "cam2/f3.jpg"]);
    assert.deepEqual(await listed(folder, ["."]), [
      "B.JPG",
      "a.jpg",
      "cam1/deep/f2.webp",
      "cam1/f1.jpg",
      "cam2/f3.jpg",
      "x[1].png",
    ]);
    assert.deepEqual(await listed(folder, [".h"]), ["f.jpg"]);
  });
});

Deno.test("targetsOf() keeps out of folders that lead nowhere", async () => {
  await withFiles(async (folder) => {
    assert.deepEqual((await targetsOf(["a.jpg"], undefined, contextIn(folder))).exclude, ["*/**"]);
    const { exclude } = await targetsOf(["a.jpg", "cam1/deep/f2.webp"], undefined, contextIn(folder));
    assert.deepEqual(exclude, ["!(cam1)/**", "cam1/!(deep)/**", "cam1/deep/*/**"]);
  });
});

Deno.test("targetsOf() leaves out the folder that is drawn into", async () => {
  await withFiles(async (folder) => {
    assert.deepEqual(await listed(folder, ["cam1", "cam2"], `${folder}/cam1/deep`), ["cam1/f1.jpg", "cam2/f3.jpg"]);
    assert.deepEqual(await listed(folder, ["cam2"], `${folder}/out`), ["f3.jpg"]);
    await assert.rejects(listed(folder, ["cam1/deep"], `${folder}/cam1/deep`), /the images lie there; name another/);
  });
});

Deno.test("targetsOf() follows a link that is named, wherever it leads", async () => {
  await withFiles(async (folder) => {
    Deno.symlinkSync(`${folder}/cam1/deep/f2.webp`, `${folder}/cam2/link.webp`);
    assert.deepEqual(await listed(folder, ["cam2/link.webp"]), ["f2.webp"]);
  });
});

Deno.test("targetsOf() says what is not there, is hidden or holds no image", async () => {
  await withFiles(async (folder) => {
    Deno.mkdirSync(`${folder}/empty`);
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [["none.jpg"], /Cannot look at "none\.jpg": there is no such file or folder/],
      [["none/*.jpg"], /Cannot look at "none\/\*\.jpg": there is no such file or folder/],
      [["a.jpg", ".h/f.jpg"], /\.h\/f\.jpg": files and folders whose names start with a dot are passed over/],
      [["empty"], /Cannot find an image in "empty": no file has the name of one/],
      [["*.bmp"], /Cannot find an image in "\*\.bmp"/],
    ];
    for (const [names, message] of cases) {
      await assert.rejects(listed(folder, names), (thrown) => {
        assert.ok(thrown instanceof InputError);
        assert.equal(thrown.code, "source");
        assert.match(thrown.message, message);
        return true;
      });
    }
  });
});
