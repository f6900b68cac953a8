import assert from "node:assert/strict";
import { below, startEarly, storeOf } from "../../runtime/cli/start.ts";
import { wantsColours } from "../../runtime/cli/paint.ts";
import { inFolder, putFile } from "../temp_folder.ts";

const here = { folder: "/home/me", env: {} };

Deno.test("storeOf() takes the option, then the environment, then a folder of its own", () => {
  const env = { FRAMEWRIGHT_STORE: "/data/store" };
  assert.equal(storeOf("s", { ...here, env }), "/home/me/s");
  assert.equal(storeOf("/s", { ...here, env }), "/s");
  assert.equal(storeOf(undefined, { ...here, env }), "/data/store");
  assert.equal(storeOf(undefined, here), "/home/me/.framewright");
  assert.equal(storeOf(undefined, { ...here, env: { FRAMEWRIGHT_STORE: "" } }), "/home/me/.framewright");
});

Deno.test("storeOf() leaves addresses as they are", () => {
  const address = "s3://bucket/a?endpoint=http://127.0.0.1:9000";
  assert.equal(storeOf(address, here), address);
  assert.equal(storeOf(undefined, { ...here, env: { FRAMEWRIGHT_STORE: address } }), address);
});

Deno.test("storeOf() sees what a manifest says, below the option and above the environment", () =>
  inFolder((folder) => {
    const around = { folder, env: { FRAMEWRIGHT_STORE: "/env" } };
    const store = (text: string, option?: string) => {
      putFile(folder, "m.yaml", text);
      return storeOf(option, around, "m.yaml");
    };
    assert.equal(store("name: a\nstore: s # here\n"), `${folder}/s`);
    assert.equal(store('store: "s3://b/c?x=#1"\r\nname: a\n'), "s3://b/c?x=#1");
    assert.equal(store("store:   'a b'\n"), `${folder}/a b`);
    assert.equal(store("store: s\n", "/option"), "/option");
    for (const silent of ["name: a\n", "steps:\n  store: s\n", "# store: s\n", "store:\n", "{ store: s }\n"]) {
      assert.equal(store(silent), "/env", silent);
    }
    assert.equal(storeOf(undefined, around, "missing.yaml"), "/env");
  }));

Deno.test("below() leaves absolute paths alone", () => {
  assert.deepEqual(["a/b", "./a", ".//./a", "../a", "/a", ".a"].map((path) => below("/home/me", path)), [
    "/home/me/a/b",
    "/home/me/a",
    "/home/me/a",
    "/home/me/../a",
    "/a",
    "/home/me/.a",
  ]);
});

Deno.test("startEarly() starts no Worker for what is no run", () => {
  for (const args of [[], ["check", "a"], ["run"], ["run", "--help"], ["plan", "a", "-h"], ["runs", "a"]]) {
    assert.equal(startEarly(args, here), undefined, args.join(" "));
  }
});

Deno.test("startEarly() finds the store that the command line names", () => {
  const cases: readonly (readonly [string[], string])[] = [
    [["run", "a.yaml"], "/home/me/.framewright"],
    [["run", "a.yaml", "--store", "s"], "/home/me/s"],
    [["plan", "--store=/s", "a.yaml"], "/s"],
    [["run", "a.yaml", "--store", "s3://bucket"], "s3://bucket"],
  ];
  for (const [args, store] of cases) {
    const early = startEarly(args, here);
    early?.end();
    assert.equal(early?.store, store);
  }
});

Deno.test("wantsColours() follows the flag, NO_COLOR, FORCE_COLOR, then the terminal", () => {
  const on = { flag: true, terminal: true };
  const off = { flag: true, terminal: false };
  assert.equal(wantsColours({}, on), true);
  assert.equal(wantsColours({}, off), false);
  assert.equal(wantsColours({ NO_COLOR: "1" }, on), false);
  assert.equal(wantsColours({ NO_COLOR: "" }, on), true);
  assert.equal(wantsColours({ FORCE_COLOR: "1" }, off), true);
  assert.equal(wantsColours({ FORCE_COLOR: "0" }, on), false);
  assert.equal(wantsColours({ FORCE_COLOR: "1", NO_COLOR: "1" }, on), false);
  assert.equal(wantsColours({ FORCE_COLOR: "1" }, { flag: false, terminal: true }), false);
  assert.equal(wantsColours({ TERM: "dumb" }, on), false);
});
