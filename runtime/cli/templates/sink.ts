/** A new sink and its test. */
export function sinkTemplate(name: string) {
  return { plugin: pluginText(name), test: testText(name) };
}

function pluginText(name: string): string {
  return `import { defineSink, z } from "../runtime/plugin.ts";

const options = z.strictObject({
  greeting: z.string().min(1).default("New item").describe("First words of the message"),
});

/** Who is told of what, and how. A delivery may come again after a crash, with the same \`delivery.id\`. */
export default defineSink({
  name: "${name}",
  version: 1,
  summary: "Says in the log which items are new",
  options,
  open: ({ greeting }, host) => ({
    async *messages(change) {
      for await (const { key } of change.added()) yield { key, group: "new", body: key };
    },
    async deliver(delivery) {
      for await (const { body, number } of delivery.messages()) host.log(\`\${greeting} in v\${number}: \${body}\`);
      return { outcome: "delivered", reply: { count: delivery.count } };
    },
  }),
});
`;
}

function testText(name: string): string {
  return `import assert from "node:assert/strict";
import plugin from "../../plugins/${name}.ts";
import { hit, openSink } from "./sinks.ts";

Deno.test("${name} says which items are new", async () => {
  const { deliveries, deliver, logs } = await openSink(plugin, {});
  for (const delivery of await deliveries([hit("gate", 0), hit("gate", 1)])) {
    assert.deepEqual(await deliver(delivery), { outcome: "delivered", reply: { count: 2 } });
  }
  assert.deepEqual(logs, ["New item in v3: gate-1795262400.jpg", "New item in v3: gate-1795262401.jpg"]);
});
`;
}
