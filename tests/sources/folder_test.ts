import assert from "node:assert/strict";
import { createSourceHost, textOf } from "./host.ts";
import { digestOf, ItemError, type SourceRecord } from "../../runtime/plugin.ts";
import folder from "../../sources/folder.ts";
import { inFolder, putFile } from "../temp_folder.ts";

const never = new AbortController().signal;

async function opened(options: Record<string, unknown>, maxBytes = 1000) {
  return await folder.open(folder.options.parse(options), createSourceHost({ maxBytes }));
}

async function recordsOf(options: Record<string, unknown>, maxBytes?: number): Promise<SourceRecord[]> {
  return await Array.fromAsync((await opened(options, maxBytes)).records(never));
}

Deno.test("folder gives one record a file, with the folder it lies in", async () => {
  await inFolder(async (path) => {
    putFile(path, "b.jpg", "123");
    putFile(path, "a/c/d.jpg", "12");
    assert.deepEqual(await recordsOf({ path }), [
      { key: "a/c/d.jpg", revision: "2-1700000000000", facts: { folder: "a/c" } },
      { key: "b.jpg", revision: "3-1700000000000", facts: { folder: "." } },
    ]);
  });
});

Deno.test("folder reads the bytes of a record", async () => {
  await inFolder(async (path) => {
    putFile(path, "a b#%.jpg", "bytes");
    const source = await opened({ path });
    const [record] = await Array.fromAsync(source.records(never));
    assert.ok(record);
    assert.equal(textOf(await source.read(record, never)), "bytes");
  });
});

Deno.test("folder sees a change of time by stat, and not by content", async () => {
  await inFolder(async (path) => {
    const revisions = async (revision: string) => (await recordsOf({ path, revision })).map((one) => one.revision);
    putFile(path, "a.jpg", "same", 1_700_000_000);
    const [stat, content] = [await revisions("stat"), await revisions("content")];
    putFile(path, "a.jpg", "same", 1_700_000_001);
    assert.notDeepEqual(await revisions("stat"), stat);
    assert.deepEqual(await revisions("content"), content);
    assert.deepEqual(content, [digestOf("same")]);
  });
});

Deno.test("folder sees other bytes of the same size and time by content, and not by stat", async () => {
  await inFolder(async (path) => {
    const revisions = async (revision: string) => (await recordsOf({ path, revision })).map((one) => one.revision);
    putFile(path, "a.jpg", "same");
    const [stat, content] = [await revisions("stat"), await revisions("content")];
    putFile(path, "a.jpg", "emas");
    assert.deepEqual(await revisions("stat"), stat);
    assert.notDeepEqual(await revisions("content"), content);
  });
});

Deno.test("folder passes on what is broken, with a revision that changes once it is mended", async () => {
  await inFolder(async (path) => {
    Deno.symlinkSync("later.jpg", `${path}/link.jpg`);
    const [before] = await recordsOf({ path });
    assert.equal(before?.broken?.reason, "dangling_link");
    putFile(path, "later.jpg", "x");
    const after = (await recordsOf({ path })).find(({ key }) => key === "link.jpg");
    assert.equal(after?.broken, undefined);
    assert.notEqual(after?.revision, before?.revision);
  });
});

Deno.test("folder by content marks a file above the limit as broken instead of failing", async () => {
  await inFolder(async (path) => {
    putFile(path, "a.jpg", "12345");
    const [record] = await recordsOf({ path, revision: "content" }, 4);
    assert.equal(record?.broken?.reason, "too_large");
    await assert.rejects(async () => await (await opened({ path }, 4)).read(record, never), ItemError);
  });
});

Deno.test("folder names no absolute path in what it tells of a record", async () => {
  await inFolder(async (path) => {
    Deno.symlinkSync("/etc/passwd", `${path}/out.jpg`);
    putFile(path, "large.jpg", "12345");
    assert.ok(!JSON.stringify(await recordsOf({ path, revision: "content" }, 4)).includes(path));
  });
});
