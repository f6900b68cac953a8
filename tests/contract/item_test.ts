import assert from "node:assert/strict";
import { compareItems, idOf } from "../../runtime/contract/item.ts";

Deno.test("idOf() gives different ids to different items, whatever their keys look like", () => {
  const items = [
    { key: "a.jpg", child: "" },
    { key: "a.jpg", child: "crop1" },
    { key: "a.jpg#crop1", child: "" },
    { key: "a.jpg%23crop1", child: "" },
    { key: "a\n.jpg", child: "" },
    { key: "a%0A.jpg", child: "" },
  ];
  assert.equal(new Set(items.map(idOf)).size, items.length);
  assert.equal(idOf({ key: "a b/é.jpg", child: "crop1" }), "a b/é.jpg#crop1");
});

Deno.test("compareItems() keeps the children of a record together", () => {
  const items = [
    { key: "a", child: "b" },
    { key: "a", child: "" },
    { key: "a#", child: "" },
    { key: "a", child: "a" },
  ];
  assert.deepEqual(items.sort(compareItems).map((item) => `${item.key}/${item.child}`), ["a/", "a/a", "a/b", "a#/"]);
});
