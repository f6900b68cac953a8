import assert from "node:assert/strict";
import { inFolder, putFile } from "../temp_folder.ts";
import { inProject } from "./project.ts";
import { commandLine } from "./terminals.ts";

async function deno(root: string, ...args: readonly string[]): Promise<string> {
  const command = new Deno.Command("deno", { args: [...args], cwd: root, env: { NO_COLOR: "1" } });
  const { code, stdout, stderr } = await command.output();
  const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  assert.equal(code, 0, text);
  return text;
}

Deno.test("new writes plugins of every kind whose tests, types and format pass as they are", async () => {
  await inProject(async (root) => {
    const names = { step: "class", source: `d${"r".repeat(48)}1`, export: "z", sink: "s".repeat(50) };
    for (const [kind, name] of Object.entries(names)) {
      const { exit, out, err } = await commandLine(["new", kind, name], { root });
      assert.equal(exit, 0, err);
      const folder = kind === "source" ? "sources" : "plugins";
      assert.equal(
        out,
        `Wrote ${folder}/${name}.ts and tests/${folder}/${name}_test.ts. Try them:\n` +
          `  deno task test tests/${folder}/${name}_test.ts\n  deno task fw plugins ${name}\n`,
      );
    }
    await deno(root, "fmt", "-q", "--check", "plugins", "sources", "tests/plugins", "tests/sources");
    const text = await deno(root, "test", "-q", "-P=test", "--no-prompt", "tests/plugins", "tests/sources");
    assert.match(text, /4 passed/);
    assert.match((await commandLine(["plugins"], { root })).out, /^ {2}class +Notes the ratio/m);
  });
});

Deno.test("new refuses names that are none", async () => {
  await inFolder(async (root) => {
    putFile(root, "deno.json", '{ "version": "1.2.3" }');
    for (
      const name of ["Blur", "blur-score", "1st", "blur_", "_blur", "a__b", "../x", "a/b", "x.ts", ""]
    ) {
      const { exit, err } = await commandLine(["new", "step", name], { root });
      assert.equal(exit, 2, name);
      assert.match(err, /^error: Cannot make a plugin ".*": /);
    }
    const { exit, err } = await commandLine(["new", "step", "x".repeat(51)], { root });
    assert.equal(exit, 2);
    assert.match(err, /at most 50 characters/);
    assert.deepEqual([...Deno.readDirSync(root)].map(({ name }) => name), ["deno.json"]);
  });
});

Deno.test("new overwrites nothing, neither plugin nor test", async () => {
  for (const there of ["plugins/blur.ts", "sources/blur.ts", "tests/plugins/blur_test.ts"]) {
    await inFolder(async (root) => {
      putFile(root, "deno.json", '{ "version": "1.2.3" }');
      putFile(root, there, "mine");
      const { exit, err } = await commandLine(["new", "step", "blur"], { root });
      assert.equal(exit, 2);
      assert.equal(err, `error: Cannot make the step "blur": "${there}" is there already\n`);
      assert.equal(Deno.readTextFileSync(`${root}/${there}`), "mine");
    });
  }
});
