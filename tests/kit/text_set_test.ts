import assert from "node:assert/strict";
import { createTextSet } from "../../runtime/kit/text_set.ts";

Deno.test("createTextSet() tells what it has seen from what it has not", () => {
  const set = createTextSet();
  const texts = [
    "",
    "a",
    "b",
    "ab",
    "ba",
    "aa",
    "\0",
    "\0\0",
    "Zürich",
    "東京",
    "x".repeat(10_000),
    "x".repeat(10_001),
  ];
  assert.deepEqual(texts.map((text) => set.add(text)), texts.map(() => true));
  assert.deepEqual(texts.map((text) => set.add(text)), texts.map(() => false));
});

Deno.test("createTextSet() takes no two of very many texts that look alike for one", () => {
  const set = createTextSet();
  const count = 400_000;
  const shapes = [
    (at: number) => String(at),
    (at: number) => `SKU-${String(at).padStart(9, "0")}`,
    (at: number) => `${(at * 2654435761 >>> 0).toString(16)}/${at % 7}.jpg`,
  ];
  for (const shape of shapes) {
    for (let at = 0; at < count; at++) assert.ok(set.add(shape(at)), shape(at));
  }
  for (const shape of shapes) {
    for (let at = 0; at < count; at += 1001) assert.ok(!set.add(shape(at)), shape(at));
  }
});
