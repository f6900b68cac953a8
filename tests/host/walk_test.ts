import assert from "node:assert/strict";
import { InputError } from "../../runtime/contract/errors.ts";
import { compareUtf8 } from "../../runtime/contract/json.ts";
import type { FileEntry, FileQuery } from "../../runtime/contract/hosts.ts";
import { createFilesHost } from "../../runtime/host/files.ts";
import { inFolder, putFile } from "../temp_folder.ts";
import { evaluated, shell } from "./subprocess.ts";

const files = createFilesHost({ maxBytes: 1000 });
const never = new AbortController().signal;

function put(root: string, paths: readonly string[], content = "x"): void {
  for (const path of paths) putFile(root, path, content);
}

async function walked(query: FileQuery): Promise<FileEntry[]> {
  return await Array.fromAsync(files.walk(query, never));
}

async function pathsOf(query: FileQuery): Promise<string[]> {
  return (await walked(query)).map(({ path }) => path);
}

async function reasonsOf(query: FileQuery): Promise<Record<string, string | undefined>> {
  return Object.fromEntries((await walked(query)).map(({ path, broken }) => [path, broken?.reason]));
}

function inputError(text: string) {
  return (thrown: unknown) => thrown instanceof InputError && thrown.code === "source" && thrown.message.includes(text);
}

Deno.test("walk() lists files in the order of the UTF-8 bytes of their paths", async () => {
  await inFolder(async (root) => {
    const names = [
      "a/z.jpg",
      "a.jpg",
      "a-b.jpg",
      "a!/x.jpg",
      "B.jpg",
      "a/b/c.jpg",
      "é.jpg",
      "\u{1F600}.jpg",
      "\uFF5E.jpg",
    ];
    put(root, names);
    assert.deepEqual(await pathsOf({ root }), [...names].sort(compareUtf8));
    assert.notDeepEqual([...names].sort(), [...names].sort(compareUtf8));
  });
});

Deno.test("walk() tells size and time of change", async () => {
  await inFolder(async (root) => {
    put(root, ["a.jpg"], "12345");
    Deno.utimeSync(`${root}/a.jpg`, 1_700_000_000, 1_700_000_000.25);
    assert.deepEqual(await walked({ root }), [{ path: "a.jpg", size: 5, modifiedMs: 1_700_000_000_250 }]);
  });
});

Deno.test("walk() leaves out hidden files and folders", async () => {
  await inFolder(async (root) => {
    put(root, [".hidden.jpg", ".git/a.jpg", "a/.b/c.jpg", "a/d.jpg"]);
    assert.deepEqual(await pathsOf({ root }), ["a/d.jpg"]);
  });
});

Deno.test("walk() keeps names with spaces, newlines, percent signs, backslashes and dots as they are", async () => {
  await inFolder(async (root) => {
    const names = [
      "a b.jpg",
      "a\nb.jpg",
      "a#b%20.jpg",
      "a\\b.jpg",
      "a..jpg",
      "b..c/d..jpg",
      "'\"$`.jpg",
    ];
    put(root, names);
    assert.deepEqual(await pathsOf({ root }), [...names].sort(compareUtf8));
    for (const name of names) assert.equal((await files.read(root, name, never)).length, 1);
  });
});

Deno.test("walk() takes what include names and leaves what exclude names", async () => {
  await inFolder(async (root) => {
    put(root, ["a.jpg", "b.PNG", "c.txt", "d/e.jpg", "d/old/f.jpg", "g/h.jpeg", "i/old.jpg"]);
    assert.deepEqual(await pathsOf({ root, include: ["**/*.jpg"] }), ["a.jpg", "d/e.jpg", "d/old/f.jpg", "i/old.jpg"]);
    assert.deepEqual(await pathsOf({ root, include: ["*.{jpg,PNG}"] }), ["a.jpg", "b.PNG"]);
    assert.deepEqual(await pathsOf({ root, include: ["./d/"], exclude: ["**/old/**"] }), ["d/e.jpg"]);
    assert.deepEqual(await pathsOf({ root, exclude: ["d", "**/*.{txt,PNG}"] }), ["a.jpg", "g/h.jpeg", "i/old.jpg"]);
  });
});

Deno.test("walk() matches globs against names with newlines and characters beyond the first plane", async () => {
  await inFolder(async (root) => {
    put(root, ["a\nb/c\nd.jpg", "\u{1F600}/x.jpg"]);
    assert.equal((await pathsOf({ root, include: ["**/*.jpg"] })).length, 2);
    assert.equal((await pathsOf({ root, include: ["*/*.jpg"] })).length, 2);
  });
});

Deno.test("walk() follows a link to a file inside and reports links that lead out or nowhere", async () => {
  await inFolder(async (outside) => {
    await inFolder(async (root) => {
      put(outside, ["secret.jpg"]);
      put(root, ["real/a.jpg"], "123");
      Deno.symlinkSync("real/a.jpg", `${root}/inside.jpg`);
      Deno.symlinkSync(`${outside}/secret.jpg`, `${root}/out.jpg`);
      Deno.symlinkSync(outside, `${root}/outfolder`);
      Deno.symlinkSync("../../../../../../../../etc/passwd", `${root}/up.jpg`);
      Deno.symlinkSync("missing.jpg", `${root}/nowhere.jpg`);
      Deno.symlinkSync("self.jpg", `${root}/self.jpg`);
      assert.deepEqual(await reasonsOf({ root }), {
        "inside.jpg": undefined,
        "nowhere.jpg": "dangling_link",
        "out.jpg": "outside_folder",
        outfolder: "outside_folder",
        "real/a.jpg": undefined,
        "self.jpg": "dangling_link",
        "up.jpg": "outside_folder",
      });
      assert.equal((await walked({ root }))[0]?.size, 3);
    });
  });
});

Deno.test("walk() ends when links to folders make a loop", async () => {
  await inFolder(async (root) => {
    put(root, ["a/b/c.jpg"]);
    Deno.symlinkSync("..", `${root}/a/up`);
    Deno.symlinkSync(root, `${root}/a/b/root`);
    assert.deepEqual(await pathsOf({ root }), ["a/b/c.jpg"]);
  });
});

Deno.test("walk() does not report links that the globs leave out", async () => {
  await inFolder(async (root) => {
    Deno.symlinkSync("/etc/passwd", `${root}/out.txt`);
    Deno.symlinkSync("/etc", `${root}/etc`);
    assert.deepEqual(await pathsOf({ root, include: ["**/*.jpg"], exclude: ["etc"] }), []);
  });
});

Deno.test("walk() starts at the target when the root itself is a link", async () => {
  await inFolder(async (root) => {
    put(root, ["real/a.jpg"]);
    Deno.symlinkSync("real", `${root}/link`);
    assert.deepEqual(await pathsOf({ root: `${root}/link` }), ["a.jpg"]);
    assert.equal((await files.read(`${root}/link`, "a.jpg", never)).length, 1);
  });
});

Deno.test("walk() reports names that are not UTF-8, each under a key of its own", async () => {
  await inFolder(async (root) => {
    put(root, ["good.jpg", "\uFFFD real.jpg"]);
    shell(": > \"$(printf '\\377.j')\"; : > \"$(printf '\\376.j')\"", root);
    assert.deepEqual(await reasonsOf({ root }), {
      "good.jpg": undefined,
      "\uFFFD real.jpg": undefined,
      "\uFFFD.j": "bad_name",
      "\uFFFD.j~2": "bad_name",
    });
  });
});

Deno.test("walk() reports a pipe", async () => {
  await inFolder(async (root) => {
    shell("mkfifo pipe.jpg", root);
    assert.deepEqual(await reasonsOf({ root }), { "pipe.jpg": "not_a_file" });
  });
});

Deno.test("walk() throws InputError when the root is missing, saying where it looked", async () => {
  await inFolder(async (root) => {
    await assert.rejects(walked({ root: `${root}/missing` }), inputError(`"${root}/missing": there is no such folder`));
    await assert.rejects(walked({ root: "no/such/folder" }), inputError(`"${Deno.cwd()}/no/such/folder"`));
  });
});

Deno.test("walk() throws InputError when the root is a file", async () => {
  await inFolder(async (root) => {
    put(root, ["a.jpg"]);
    await assert.rejects(walked({ root: `${root}/a.jpg` }), inputError("it is a file, not a folder"));
  });
});

Deno.test("walk() stops when an abort arrives from a timer", async () => {
  await inFolder(async (root) => {
    put(root, Array.from({ length: 3000 }, (_, index) => `${index}.jpg`));
    const signal = AbortSignal.timeout(0);
    let seen = 0;
    await assert.rejects(async () => {
      while (true) for await (const _ of files.walk({ root }, signal)) seen++;
    }, { name: "TimeoutError" });
    assert.ok(seen > 0);
  });
});

Deno.test("walk() gives nothing for an empty folder", async () => {
  await inFolder(async (root) => {
    Deno.mkdirSync(`${root}/empty/inner`, { recursive: true });
    assert.deepEqual(await walked({ root }), []);
  });
});

/** As root every file can be read, so the walk runs as somebody else. */
Deno.test("walk() reports what there is no permission to read", async () => {
  await inFolder((root) => {
    put(root, ["closed/a.jpg", "open.jpg", "shut.jpg"]);
    Deno.chmodSync(root, 0o755);
    Deno.chmodSync(`${root}/closed`, 0o000);
    Deno.chmodSync(`${root}/shut.jpg`, 0o000);
    const told = evaluated(lookAround(root), { nobody: true });
    Deno.chmodSync(`${root}/closed`, 0o755);
    assert.deepEqual(told, { closed: "unreadable", "open.jpg": "read", "shut.jpg": "unreadable" });
  });
});

function lookAround(root: string): string {
  const module = new URL("../../runtime/host/files.ts", import.meta.url).href;
  return `
    const files = (await import(${JSON.stringify(module)})).createFilesHost({ maxBytes: 9 });
    const [root, { signal }] = [${JSON.stringify(root)}, new AbortController()];
    const told = {};
    for await (const { path, broken } of files.walk({ root }, signal)) {
      told[path] = broken?.reason ?? await files.read(root, path, signal).then(() => "read", (error) => error.code);
    }
    console.log(JSON.stringify(told));`;
}
