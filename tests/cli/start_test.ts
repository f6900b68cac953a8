import assert from "node:assert/strict";
import { below, startEarly, storeOf } from "../../runtime/cli/start.ts";
import { wantsColours } from "../../runtime/cli/paint.ts";

const here = { folder: "/home/me", env: {} };

Deno.test("storeOf() takes the option, then the environment, then a folder of its own", () => {
  const env = { FRAMEWRIGHT_STORE: "/data/store" };
  assert.equal(storeOf("s", { ...here, env }), "/home/me/s");
  assert.equal(storeOf("/s", { ...here, env }), "/s");
  assert.equal(storeOf(undefined, { ...here, env }), "/data/store");
  assert.equal(storeOf(undefined, here), "/home/me/.framewright");
  assert.equal(storeOf(undefined, { ...here, env: { FRAMEWRIGHT_STORE: "" } }), "/home/me/.framewright");
});

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
  ];
  for (const [args, store] of cases) {
    const early = startEarly(args, here);
    early?.worker.terminate();
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
