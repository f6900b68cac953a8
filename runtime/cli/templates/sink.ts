/** A new sink and its test. */
export function sinkTemplate(name: string) {
  return { plugin: pluginText(name), test: testText(name) };
}

function pluginText(name: string): string {
  return `import { defineSink, z } from "../runtime/plugin.ts";

const options = z.strictObject({
  greeting: z.string().min(1).default("New version").describe("First words of the message"),
});

/** Who is told, and how. A message may come again after a crash, with the same \`message.id\`. */
export default defineSink({
  name: "${name}",
  version: 1,
  summary: "Says in the log that there is a new version",
  options,
  open: ({ greeting }, host) => ({
    deliver({ dataset, number, counts }) {
      host.log(\`\${greeting}: \${dataset} v\${number} with \${counts.items} items\`);
      return Promise.resolve();
    },
  }),
});
`;
}

function testText(name: string): string {
  return `import assert from "node:assert/strict";
import plugin from "../../plugins/${name}.ts";

Deno.test("${name} says which version there is", async () => {
  const said: string[] = [];
  const host = { log: (text: string) => void said.push(text) };
  const sink = await plugin.open(plugin.options.parse({}), host);
  const counts = { records: 3, kept: 2, dropped: 1, rejected: 0, items: 5, losses: {}, notes: {} };
  const message = { id: "m1", dataset: "cameras", number: 2, version: "ab12", counts };
  await sink.deliver(message, new AbortController().signal);
  assert.deepEqual(said, ["New version: cameras v2 with 5 items"]);
});
`;
}
