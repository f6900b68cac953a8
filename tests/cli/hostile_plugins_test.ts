import assert from "node:assert/strict";
import { putFile } from "../temp_folder.ts";
import { inProject } from "./project.ts";
import type { Ran } from "./terminals.ts";

/** Runs a pipeline whose one step is `hostile`, with this code as its `each`. */
async function runWith(each: string, timeout = 60): Promise<Ran> {
  return await inProject(async (root) => {
    const { default: sharp } = await import("sharp");
    const picture = sharp({ create: { width: 8, height: 8, channels: 3, background: "teal" } });
    putFile(root, "frames/a.png", new Uint8Array(await picture.png().toBuffer()));
    putFile(root, "plugins/hostile.ts", pluginOf(each));
    putFile(root, "run.yaml", manifestOf(root, timeout));
    const command = new Deno.Command("deno", {
      args: ["run", "-q", "-P=work", "--no-prompt", "main.ts", "run", "run.yaml"],
      cwd: root,
      env: { NO_COLOR: "1", INIT_CWD: root, FRAMEWRIGHT_STORE: "store" },
    });
    const { code, stdout, stderr } = await command.output();
    return { exit: code, out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
  });
}

function pluginOf(each: string): string {
  return `import { defineItemStep, drop, keep, z } from "../runtime/plugin.ts";
void [drop, keep];
export default defineItemStep({
  name: "hostile",
  version: 1,
  summary: "Does what no step should",
  options: z.strictObject({}),
  examples: [],
  open: () => ({ each(item) { ${each} } }),
});
`;
}

function manifestOf(root: string, timeout: number): string {
  return `name: hostile
source: { uses: folder, with: { path: "${root}/frames" } }
steps:
  - uses: hostile
exports:
  - uses: csv
limits: { item_timeout: ${timeout} }
`;
}

Deno.test("run ends a plugin that never gives control back, naming it and the item", async () => {
  const { exit, err } = await runWith("while (true);", 1);
  assert.equal(exit, 8, err);
  assert.match(err, /^error: Cannot process with "hostile" on "a\.png": it has not given control back for 4 s/m);
});

Deno.test("run ends with a plugin's own words when it throws, and with 8", async () => {
  const { exit, err } = await runWith('throw new RangeError("the lens is dirty");');
  assert.equal(exit, 8, err);
  assert.match(err, /^error: .*"hostile".*"a\.png".*the lens is dirty/m);
});

Deno.test("run names a plugin that returns nonsense", async () => {
  const { exit, err } = await runWith('return { kind: "perhaps" } as never;');
  assert.equal(exit, 8, err);
  assert.match(err, /^error: .*"hostile"/m);
});

Deno.test("run lets a plugin write nowhere but to the store, and reach no network", async () => {
  const { exit, err } = await runWith('Deno.writeTextFileSync("../stolen.txt", "x"); return keep(item);');
  assert.equal(exit, 8, err);
  assert.match(err, /Requires write access/);
  const fetching = await runWith('return fetch("http://127.0.0.1:8901/").then(() => keep(item));');
  assert.equal(fetching.exit, 8, fetching.err);
  assert.match(fetching.err, /Requires net access/);
});
