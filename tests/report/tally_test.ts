import assert from "node:assert/strict";
import { createTally } from "../../runtime/report/tally.ts";

Deno.test("createTally() sorts by count, then by name", () => {
  const tally = createTally(10);
  for (const name of ["b", "a", "c", "c"]) tally.add(name);
  assert.deepEqual(tally.result().entries.map(({ name, count }) => `${name}${count}`), ["c2", "a1", "b1"]);
});

Deno.test("createTally() adds up what has no room and goes on counting what has", () => {
  const tally = createTally(2);
  for (const name of ["a", "b", "c", "d", "a"]) tally.add(name);
  assert.deepEqual(tally.result(), { entries: [{ name: "a", count: 2 }, { name: "b", count: 1 }], other: 2 });
});
