import assert from "node:assert/strict";
import { inFolder, putFile } from "../temp_folder.ts";
import { commandLine } from "./terminals.ts";

const manifest = `name: cats
source:
  uses: folder
  with: { path: frames }
steps:
  - uses: flip
`;

Deno.test("runCommandLine() names the nearest command and option, and exits with 2", async () => {
  const command = await commandLine(["rnu"]);
  assert.equal(command.exit, 2);
  assert.match(command.err, /unknown command 'rnu'\n\(Did you mean run\?\)/);
  const option = await commandLine(["run", "x.yaml", "--stoer", "y"]);
  assert.equal(option.exit, 2);
  assert.match(option.err, /unknown option '--stoer'\n\(Did you mean --store\?\)/);
});

Deno.test("runCommandLine() refuses values that make no sense", async () => {
  const wrong: readonly (readonly [string[], RegExp])[] = [
    [["run"], /missing required argument 'manifest'/],
    [["run", "a.yaml", "b.yaml"], /too many arguments/],
    [["run", "a.yaml", "--limit", "0"], /'0' is invalid.*1 or more/],
    [["run", "a.yaml", "--limit", "1e3"], /whole number/],
    [["run", "a.yaml", "--concurrency", "5000"], /1024 or less/],
    [["run", "a.yaml", "--set", "train"], /needs a name and a value/],
    [["run", "a.yaml", "--set", "=90"], /needs a name and a value/],
    [["run", "a.yaml", "--set", "a=1", "--set", "a=2"], /"a" is set twice/],
    [["run", "a.yaml", "--json", "--quiet"], /cannot be used with/],
    [["show", "motogp@New"], /a number, a tag or `latest`/],
    [["show", "motogp@0"], /a number, a tag or `latest`/],
    [["show", "@1"], /needs a dataset's name/],
    [["new", "thing", "x"], /Allowed choices are source, step, export, sink/],
  ];
  for (const [args, message] of wrong) {
    const { exit, err } = await commandLine(args);
    assert.equal(exit, 2, args.join(" "));
    assert.match(err, message);
  }
});

Deno.test("runCommandLine() helps with every command, with examples", async () => {
  const { exit, out } = await commandLine(["--help"]);
  assert.equal(exit, 0);
  const names = [...out.matchAll(/^ {2}([a-z-]+) /gm)].map(([, name]) => name ?? "");
  assert.ok(names.includes("why"), out);
  for (const name of names.filter((name) => name !== "help" && name !== "deno")) {
    const help = await commandLine([name, "--help"]);
    assert.equal(help.exit, 0, name);
    assert.match(help.out, name === "exit-codes" ? /interrupted|Ctrl-C/ : /Examples:\n {2}deno task fw /, name);
  }
});

Deno.test("runCommandLine() shows the table of exit codes", async () => {
  for (const args of [["help", "exit-codes"], ["exit-codes"]]) {
    const { exit, out } = await commandLine(args);
    assert.equal(exit, 0);
    assert.match(out, /^ {4}0 {2}All went well/m);
    assert.match(out, /^ {2}130 {2}Stopped by Ctrl-C/m);
  }
});

Deno.test("runCommandLine() shows its version", async () => {
  const { exit, out } = await commandLine(["--version"]);
  assert.equal(exit, 0);
  assert.match(out, /^framewright \d+\.\d+\.\d+ \(deno /);
});

Deno.test("check says ok for a sound manifest, from the folder where the user stands", async () => {
  await inFolder(async (folder) => {
    putFile(folder, "cats.yaml", manifest);
    assert.deepEqual(await commandLine(["check", "cats.yaml"], { folder }), {
      exit: 0,
      out: "ok  cats.yaml\n",
      err: "",
    });
  });
});

Deno.test("check shows every problem of every manifest", async () => {
  await inFolder(async (folder) => {
    putFile(folder, "good.yaml", manifest);
    putFile(folder, "bad.yaml", manifest.replace("flip", "flpi").replace("name: cats", "nmae: cats"));
    const { exit, out, err } = await commandLine(["check", "bad.yaml", "none.yaml", "good.yaml"], { folder });
    assert.equal(exit, 3);
    assert.equal(out, "ok  good.yaml\n");
    assert.match(err, /^wrong {2}bad\.yaml: \d problems\n/);
    assert.match(err, /bad\.yaml:6:11: Unknown plugin `flpi`\n {3}6 \| {3}- uses: flpi\n {5}\| {11}\^{4}\n/);
    assert.match(err, /Did you mean `flip`\?/);
    assert.match(err, /none\.yaml": there is no such file/);
  });
});

Deno.test("check prints one JSON object a manifest", async () => {
  await inFolder(async (folder) => {
    putFile(folder, "good.yaml", manifest);
    putFile(folder, "bad.yaml", "name: [");
    const { exit, out, err } = await commandLine(["check", "--json", "good.yaml", "bad.yaml"], { folder });
    assert.equal(exit, 3);
    assert.equal(err, "");
    const [good, bad] = out.trimEnd().split("\n").map((line) => JSON.parse(line));
    assert.deepEqual(good, { file: `${folder}/good.yaml`, ok: true, problems: [] });
    assert.equal(bad.ok, false);
    assert.equal(bad.problems[0].line, 1);
  });
});

Deno.test("plugins lists all plugins by kind", async () => {
  const { exit, out } = await commandLine(["plugins"]);
  assert.equal(exit, 0);
  assert.match(out, /^Sources\n/);
  assert.match(out, /^ {2}flip +Mirrors the image/m);
  const json = (await commandLine(["plugins", "--json"])).out.trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.ok(json.some(({ name, kind }) => name === "folder" && kind === "source"));
});

Deno.test("plugins shows one plugin with options, defaults and examples that are YAML", async () => {
  const { exit, out } = await commandLine(["plugins", "flip"]);
  assert.equal(exit, 0);
  assert.match(out, /^flip {2}step, version \d+\nMirrors the image left to right or top to bottom\n/);
  assert.match(out, /^ {2}axis {2}`horizontal` or `vertical` {2}default "horizontal"$/m);
  assert.match(out, /^ {2}steps:\n {4}# keeps the size\n {4}- uses: flip$/m);
  const source = await commandLine(["plugins", "folder"]);
  assert.match(source.out, /^ {2}source:\n {4}uses: folder\n {4}with:\n {6}path: /m);
});

Deno.test("plugins names the nearest one when there is none of that name", async () => {
  const { exit, err } = await commandLine(["plugins", "flop"]);
  assert.equal(exit, 2);
  assert.equal(err, 'error: Cannot show the plugin "flop": there is none of that name. Did you mean `flip`?\n');
});

Deno.test("plugins shows the others when one cannot be loaded", async () => {
  await inFolder(async (root) => {
    putFile(root, "sources/broken.ts", "export default 7;");
    putFile(root, "deno.json", '{ "version": "1.2.3" }');
    Deno.mkdirSync(`${root}/plugins`);
    const { exit, err } = await commandLine(["plugins"], { root });
    assert.equal(exit, 8);
    assert.match(err, /Cannot load the plugin "sources\/broken\.ts": its default export is not a plugin/);
  });
});

Deno.test("schema is JSON Schema, printed or written", async () => {
  const { exit, out } = await commandLine(["schema"]);
  assert.equal(exit, 0);
  assert.equal(JSON.parse(out).$schema, "https://json-schema.org/draft/2020-12/schema");
  await inFolder(async (folder) => {
    const written = await commandLine(["schema", "--out", "deep/schema.json"], {
      folder,
    });
    assert.equal(written.exit, 0);
    assert.equal(written.out, "");
    assert.equal(Deno.readTextFileSync(`${folder}/deep/schema.json`), out);
  });
});

Deno.test("versions makes no store, nor does any command that reads one", async () => {
  await inFolder(async (folder) => {
    for (const args of [["versions"], ["show", "cats"], ["why", "cats", "a.jpg"]]) {
      const { exit, err } = await commandLine(args, { folder });
      assert.equal(exit, 2);
      assert.match(err, /^error: Cannot read the store ".*\/\.framewright": there is no such folder/);
    }
    assert.deepEqual([...Deno.readDirSync(folder)], []);
  });
});
