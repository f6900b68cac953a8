/** A new export and its test. */
export function exportTemplate(name: string) {
  return { plugin: pluginText(name), test: testText(name) };
}

function pluginText(name: string): string {
  return `import { canonicalJson, type DatasetView, defineExport, idOf, sizeOf, z } from "../runtime/plugin.ts";

const options = z.strictObject({
  file: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/).default("items.jsonl").describe("Name of the file"),
});

/** What the export writes, in a sentence or two. Equal datasets must give equal bytes: no times, no names of machines. */
export default defineExport({
  name: "${name}",
  version: 1,
  summary: "Writes one line of JSON an item: id, width, height",
  options,
  open: ({ file }) => ({
    write: (dataset, tree, signal) => tree.stream(file, lines(dataset, signal)),
  }),
});

async function* lines(dataset: DatasetView, signal: AbortSignal): AsyncGenerator<string> {
  for await (const item of dataset.scan()) {
    signal.throwIfAborted();
    const { width, height } = sizeOf(item.image);
    yield \`\${canonicalJson({ id: idOf(item), width, height })}\\n\`;
  }
}
`;
}

function testText(name: string): string {
  return `import assert from "node:assert/strict";
import plugin from "../../plugins/${name}.ts";
import { memoryDataset, runExport, sketchedItem } from "../suites/memory_dataset.ts";

Deno.test("${name} writes a line an item", async () => {
  const items = [sketchedItem({ key: "a.jpg" }), sketchedItem({ key: "b.jpg", size: [64, 48] })];
  const { tree } = await runExport(plugin, {}, memoryDataset({ items }));
  assert.equal(
    tree.textOf("items.jsonl"),
    '{"height":480,"id":"a.jpg","width":640}\\n{"height":48,"id":"b.jpg","width":64}\\n',
  );
});
`;
}
