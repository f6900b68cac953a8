import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { InputError, ItemError } from "../../runtime/contract/errors.ts";
import { createFilesHost } from "../../runtime/host/files.ts";
import { inFolder, putFile } from "../temp_folder.ts";
import { shell } from "./subprocess.ts";

const files = createFilesHost({ maxBytes: 1000 });
const never = new AbortController().signal;

function put(root: string, paths: readonly string[], content = "x"): void {
  for (const path of paths) putFile(root, path, content);
}

async function walkAll(root: string): Promise<Record<string, string | undefined>> {
  const entries = await Array.fromAsync(files.walk({ root }, never));
  return Object.fromEntries(entries.map(({ path, broken }) => [path, broken?.reason]));
}

function itemError(code: string) {
  return (thrown: unknown) => thrown instanceof ItemError && thrown.code === code;
}

function inputError(text: string) {
  return (thrown: unknown) => thrown instanceof InputError && thrown.code === "source" && thrown.message.includes(text);
}

Deno.test("read() refuses paths that lead out, however they do it", async () => {
  await inFolder(async (root) => {
    put(root, ["a/b.jpg"]);
    Deno.symlinkSync("/etc/passwd", `${root}/a/out`);
    Deno.symlinkSync("/etc", `${root}/etc`);
    for (const path of ["/etc/passwd", "../x", "a/../../x", "a/out", "etc/passwd", ".."]) {
      await assert.rejects(files.read(root, path, never), itemError("outside_folder"), path);
    }
  });
});

Deno.test("read() refuses a sibling folder whose name begins like the root", async () => {
  await inFolder(async (parent) => {
    put(parent, ["root/a.jpg", "root-2/b.jpg"]);
    Deno.symlinkSync("../root-2/b.jpg", `${parent}/root/link.jpg`);
    await assert.rejects(files.read(`${parent}/root`, "link.jpg", never), itemError("outside_folder"));
    assert.deepEqual((await walkAll(`${parent}/root`))["link.jpg"], "outside_folder");
  });
});

Deno.test("read() notices a file that was swapped for a link after the walk", async () => {
  await inFolder(async (root) => {
    put(root, ["a.jpg"]);
    await walkAll(root);
    Deno.removeSync(`${root}/a.jpg`);
    Deno.symlinkSync("/etc/passwd", `${root}/a.jpg`);
    await assert.rejects(files.read(root, "a.jpg", never), itemError("outside_folder"));
  });
});

Deno.test("read() says gone, not_a_file and too_large, naming only the path below the root", async () => {
  await inFolder(async (root) => {
    put(root, ["folder/a.jpg"], "x".repeat(1000));
    put(root, ["large.jpg"], "x".repeat(1001));
    assert.equal((await files.read(root, "folder/a.jpg", never)).length, 1000);
    await assert.rejects(files.read(root, "gone.jpg", never), itemError("gone"));
    await assert.rejects(files.read(root, "large.jpg/inner.jpg", never), itemError("gone"));
    await assert.rejects(files.read(root, "folder", never), itemError("not_a_file"));
    await assert.rejects(files.read(root, "large.jpg", never), (thrown: Error) => {
      assert.equal(thrown.message, 'Cannot read "large.jpg": it has 1001 bytes, the limit is 1000');
      return itemError("too_large")(thrown);
    });
  });
});

Deno.test("read() gives the bytes, also none at all", async () => {
  await inFolder(async (root) => {
    put(root, ["empty.jpg"], "");
    put(root, ["a.jpg"], "abc");
    assert.equal((await files.read(root, "empty.jpg", never)).length, 0);
    assert.deepEqual(await files.read(root, "a.jpg", never), new Uint8Array(Buffer.from("abc")));
  });
});

Deno.test("read() stops at once when it is aborted", async () => {
  await inFolder(async (root) => {
    put(root, ["a.jpg"]);
    await assert.rejects(files.read(root, "a.jpg", AbortSignal.abort()), { name: "AbortError" });
  });
});

Deno.test("text() gives the text without its byte order mark, undefined when there is none", async () => {
  await inFolder(async (root) => {
    put(root, ["frames.csv"], "\uFEFFfile\n");
    assert.equal(await files.text(root, "frames.csv"), "file\n");
    assert.equal(await files.text(root, "other.csv"), undefined);
  });
});

Deno.test("text() throws InputError for bytes that are not UTF-8 and for paths outside", async () => {
  await inFolder(async (root) => {
    Deno.writeFileSync(`${root}/frames.csv`, new Uint8Array([0x66, 0xff, 0xfe]));
    await assert.rejects(files.text(root, "frames.csv"), inputError("it is not UTF-8 text"));
    await assert.rejects(files.text(root, "../frames.csv"), inputError("leads out of the folder"));
  });
});

Deno.test("read() does not wait for a pipe", async () => {
  await inFolder(async (root) => {
    shell("mkfifo pipe.jpg", root);
    await assert.rejects(files.read(root, "pipe.jpg", never), itemError("not_a_file"));
  });
});
