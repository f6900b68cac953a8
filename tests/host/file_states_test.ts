import assert from "node:assert/strict";
import { createFilesHost } from "../../runtime/host/files.ts";
import { inFolder, putFile } from "../temp_folder.ts";
import { shell } from "./subprocess.ts";

const files = createFilesHost({ maxBytes: 1000 });
const never = new AbortController().signal;

async function statesOf(root: string, paths: readonly string[]): Promise<Record<string, unknown>> {
  const entries = await files.states(root, paths, never);
  return Object.fromEntries(entries.map(({ path, size, broken }) => [path, broken?.reason ?? size]));
}

Deno.test("states() gives what a walk gives, in the order that was asked for", async () => {
  await inFolder(async (root) => {
    putFile(root, "b/c/Zürich 東京.jpg", "123");
    putFile(root, "a.jpg", "1");
    putFile(root, ".hidden/h.jpg", "12");
    const walked = await Array.fromAsync(files.walk({ root }, never));
    assert.deepEqual(await files.states(root, walked.map(({ path }) => path), never), walked);
    const [second, first] = await files.states(root, ["b/c/Zürich 東京.jpg", "a.jpg"], never);
    assert.deepEqual([first, second], walked);
    assert.deepEqual(await statesOf(root, [".hidden/h.jpg", "./b/../a.jpg", "a.jpg", "a.jpg"]), {
      ".hidden/h.jpg": 2,
      "./b/../a.jpg": 1,
      "a.jpg": 1,
    });
    assert.deepEqual(await files.states(root, [], never), []);
  });
});

Deno.test("states() says of each path why it names no file to be read", async () => {
  await inFolder(async (parent) => {
    const root = `${parent}/root`;
    putFile(root, "a/b.jpg", "1");
    putFile(parent, "root-2/x.jpg", "1");
    Deno.symlinkSync("/etc/passwd", `${root}/a/out.jpg`);
    Deno.symlinkSync("../root-2", `${root}/sibling`);
    Deno.symlinkSync("nowhere", `${root}/dangling.jpg`);
    Deno.symlinkSync("a/b.jpg", `${root}/inside.jpg`);
    Deno.symlinkSync("a", `${root}/folder`);
    Deno.symlinkSync("loop", `${root}/loop`);
    shell("mkfifo pipe.jpg", root);
    const long = "x".repeat(5000);
    assert.deepEqual(
      await statesOf(root, [
        ...["gone.jpg", "a/b.jpg/c", "nofolder/x.jpg", "", ".", "a", "pipe.jpg", "dangling.jpg"],
        ...["../root-2/x.jpg", `${root}/a/b.jpg`, "/etc/passwd", "..", "a/../../x", "a/out.jpg", "sibling/x.jpg"],
        ...["inside.jpg", "folder/b.jpg", "loop", long, "nul\0.jpg"],
      ]),
      {
        "gone.jpg": "gone",
        "a/b.jpg/c": "gone",
        "nofolder/x.jpg": "gone",
        "": "not_a_file",
        ".": "not_a_file",
        a: "not_a_file",
        "pipe.jpg": "not_a_file",
        "dangling.jpg": "gone",
        "../root-2/x.jpg": "outside_folder",
        [`${root}/a/b.jpg`]: "outside_folder",
        "/etc/passwd": "outside_folder",
        "..": "outside_folder",
        "a/../../x": "outside_folder",
        "a/out.jpg": "outside_folder",
        "sibling/x.jpg": "outside_folder",
        "inside.jpg": 1,
        "folder/b.jpg": 1,
        loop: "unreadable",
        [long]: "unreadable",
        "nul\0.jpg": "unreadable",
      },
    );
  });
});

Deno.test("states() follows a root that is a link", async () => {
  await inFolder(async (parent) => {
    putFile(parent, "real/a.jpg", "1");
    Deno.symlinkSync("real", `${parent}/root`);
    assert.deepEqual(await statesOf(`${parent}/root`, ["a.jpg", "../a.jpg"]), {
      "a.jpg": 1,
      "../a.jpg": "outside_folder",
    });
  });
});

Deno.test("states() throws InputError when the root is no folder", async () => {
  await inFolder(async (root) => {
    putFile(root, "a.jpg", "1");
    for (const path of [`${root}/gone`, `${root}/a.jpg`]) {
      await assert.rejects(files.states(path, ["a.jpg"], never), { name: "InputError", code: "source" });
    }
  });
});

Deno.test("states() stops when it is told to", async () => {
  await inFolder(async (root) => {
    await assert.rejects(files.states(root, ["a.jpg"], AbortSignal.abort()), { name: "AbortError" });
  });
});
