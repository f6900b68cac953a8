/** A new item step and its test. */
export function stepTemplate(name: string) {
  return { plugin: pluginText(name), test: testText(name) };
}

function pluginText(name: string): string {
  return `import { defineItemStep, keep, sizeOf, withFacts, z } from "../runtime/plugin.ts";

const options = z.strictObject({
  digits: z.int().min(0).max(6).default(2).describe("Digits after the decimal point"),
});

/** What the step promises, in a sentence or two. Raise \`version\` when the same input may give another output. */
export default defineItemStep({
  name: "${name}",
  version: 1,
  summary: "Notes the ratio of width to height",
  options,
  gives: ["${name}"],
  examples: [
    {
      title: "notes the ratio",
      with: {},
      size: [64, 48],
      expect: { facts: { ${name}: 1.33 } },
    },
  ],
  open: ({ digits }) => ({
    each(item) {
      const { width, height } = sizeOf(item.image);
      const ratio = Number((width / height).toFixed(digits));
      return keep(withFacts(item, { ${name}: ratio }));
    },
  }),
});
`;
}

function testText(name: string): string {
  return `import assert from "node:assert/strict";
import plugin from "../../plugins/${name}.ts";
import { sketchedItem } from "../suites/memory_dataset.ts";
import { verdictOn } from "./steps.ts";

Deno.test("${name} notes the ratio to as many digits as asked", async () => {
  const verdict = await verdictOn(plugin, { digits: 1 }, sketchedItem({ key: "a.jpg", size: [640, 480] }));
  assert.equal(verdict.kind, "keep");
  assert.deepEqual(verdict.item.facts, { ${name}: 1.3 });
});
`;
}
