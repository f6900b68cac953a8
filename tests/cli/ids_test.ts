import assert from "node:assert/strict";
import { idOf, type LedgerLine } from "../../runtime/contract/item.ts";
import { isWithinChild, nearestIds, readingsOf } from "../../runtime/cli/ids.ts";

async function* ledgerOf(...keys: readonly string[]): AsyncIterable<LedgerLine> {
  for (const key of keys) yield { key, verdict: "kept", items: 1, losses: [], notes: [] };
}

Deno.test("readingsOf() turns every id back into its key and child", () => {
  const names = [
    { key: "a.jpg", child: "" },
    { key: "a b/ö.jpg", child: "crop1.flip" },
    { key: "50%#1\n.jpg", child: "" },
    { key: "50%#1\n.jpg", child: "crop1" },
    { key: "%41.jpg", child: "" },
  ];
  for (const name of names) {
    const { key, child = "" } = readingsOf(idOf(name))[0] ?? {};
    assert.deepEqual({ key, child }, name);
  }
});

Deno.test("readingsOf() also takes a key as it is on disk", () => {
  assert.deepEqual(readingsOf("a#1.jpg"), [{ key: "a", child: "1.jpg" }, { key: "a#1.jpg" }]);
  assert.deepEqual(readingsOf("100%.jpg"), [{ key: "100%.jpg" }]);
});

Deno.test("isWithinChild() takes the child and what was made from it", () => {
  assert.equal(isWithinChild("crop1.flip", "crop1"), true);
  assert.equal(isWithinChild("crop1", "crop1"), true);
  assert.equal(isWithinChild("crop10", "crop1"), false);
  assert.equal(isWithinChild("anything", undefined), true);
});

Deno.test("nearestIds() finds parts of names and slips of the finger, nearest first", async () => {
  const keys = ["rain_03.jpg", "rain_04.jpg", "sun/rider_0017.jpg", "sun/rider_0018.jpg", "zzzzzzzzzzzzzzzz.png"];
  assert.deepEqual(await nearestIds("rian_03.jpg", ledgerOf(...keys)), ["rain_03.jpg", "rain_04.jpg"]);
  assert.deepEqual(await nearestIds("RIDER-0017", ledgerOf(...keys)), ["sun/rider_0017.jpg"]);
  assert.deepEqual(await nearestIds("qqqq", ledgerOf(...keys)), []);
  assert.deepEqual(await nearestIds("", ledgerOf(...keys)), []);
});

Deno.test("nearestIds() names five at most", async () => {
  const keys = Array.from({ length: 1000 }, (_, at) => `frame_${at}.jpg`);
  assert.equal((await nearestIds("frame", ledgerOf(...keys))).length, 5);
});
