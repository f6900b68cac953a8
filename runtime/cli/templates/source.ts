/** A new source and its test. */
export function sourceTemplate(name: string) {
  return { plugin: pluginText(name), test: testText(name) };
}

function pluginText(name: string): string {
  return `import { defineSource, fileOptions, fileRecords, z } from "../runtime/plugin.ts";

/** What the source lists, in a sentence or two. Records come in the order of the UTF-8 bytes of their keys. */
export default defineSource({
  name: "${name}",
  version: 1,
  summary: "Images in a folder, with the first part of their name",
  options: z.strictObject({
    ...fileOptions,
    separator: z.string().min(1).default("_").describe("What stands after the first part of a name"),
  }),
  gives: ["group"],
  open: (options, { files }) => ({
    records: (signal) =>
      fileRecords(files, options, (path) => ({ facts: { group: groupOf(path, options.separator) } }), signal),
    read: ({ key }, signal) => files.read(options.path, key, signal),
  }),
});

function groupOf(path: string, separator: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1).replace(/\\.[^.]*$/, "");
  return name.split(separator)[0] ?? name;
}
`;
}

function testText(name: string): string {
  return `import assert from "node:assert/strict";
import plugin from "../../sources/${name}.ts";
import { inFolder, putFile } from "../temp_folder.ts";
import { createSourceHost } from "./host.ts";

const never = new AbortController().signal;

Deno.test("${name} gives one record a file, with the first part of its name", async () => {
  await inFolder(async (path) => {
    putFile(path, "cam1_0002.jpg", "bytes");
    putFile(path, "cam2_0001.jpg", "bytes");
    const source = await plugin.open(plugin.options.parse({ path }), createSourceHost());
    const records = await Array.fromAsync(source.records(never));
    assert.deepEqual(records.map(({ key, facts }) => [key, facts?.group]), [
      ["cam1_0002.jpg", "cam1"],
      ["cam2_0001.jpg", "cam2"],
    ]);
  });
});
`;
}
