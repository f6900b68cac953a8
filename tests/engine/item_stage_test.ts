import assert from "node:assert/strict";
import { PluginError } from "../../runtime/contract/errors.ts";
import { passedBy } from "../../runtime/engine/item_stage.ts";
import type { Item, Verdict } from "../../runtime/plugin.ts";
import { drop, keep, many, reject, withFacts } from "../../runtime/plugin.ts";
import { item } from "./fixtures.ts";

Deno.test("passedBy() keeps, drops and rejects with the step and the reason", () => {
  const one = item("a.jpg", "crop1");
  assert.deepEqual(passedBy("blur", one, keep(one, ["a note"])), {
    items: [one],
    losses: [],
    notes: [{ child: "crop1", step: "blur", text: "a note" }],
  });
  assert.deepEqual(passedBy("blur", one, drop("not_sampled")).losses, [
    { child: "crop1", verdict: "dropped", step: "blur", reason: "not_sampled" },
  ]);
  assert.deepEqual(passedBy("blur", one, reject("too_small", "It is small")).losses, [
    { child: "crop1", verdict: "rejected", step: "blur", reason: "too_small", detail: "It is small" },
  ]);
});

Deno.test("passedBy() names children below their parent and keeps the key", () => {
  const one = item("a.jpg", "crop1");
  const stranger = { ...one, key: "b.jpg", child: "x" };
  const passed = passedBy("tile", one, many([{ name: "left", item: stranger }, { name: "right", item: one }]));
  assert.deepEqual(passed.items.map(({ key, child }) => `${key} ${child}`), ["a.jpg crop1.left", "a.jpg crop1.right"]);
});

const nonsense: readonly [string, unknown, RegExp][] = [
  ["nothing", undefined, /returned undefined, which is no verdict/],
  ["a text", "keep", /returned the text "keep", which is no verdict/],
  ["an unknown kind", { kind: "maybe" }, /an object with `kind`, which is no verdict/],
  ["an item without an image", { kind: "keep", item: { key: "a", facts: {} } }, /without an image or facts/],
  ["facts that are no data", keep(withFacts(item("a"), { f: (() => 1) as unknown as string })), /not plain data/],
  ["no children", { kind: "many", children: [] }, /has no children/],
  ["twins", many([{ name: "a", item: item("a") }, { name: "a", item: item("a") }]), /have the same name/],
  ["a child with a path for a name", many([{ name: "../a", item: item("a") }]), /"..\/a" is no name for a child/],
  ["a reason in prose", drop("Too small!"), /not a snake_case word/],
];

for (const [what, verdict, message] of nonsense) {
  Deno.test(`passedBy() refuses ${what}`, () => {
    assert.throws(() => passedBy("odd", item("a.jpg") as Item, verdict as Verdict), (thrown: unknown) => {
      assert.ok(thrown instanceof PluginError);
      assert.match(thrown.message, /^Cannot use what "odd" said of "a\.jpg": /);
      assert.match(thrown.message, message);
      return true;
    });
  });
}
