import assert from "node:assert/strict";
import { numberOf, numbersOf } from "../../runtime/contract/random.ts";

Deno.test("numbersOf() gives the same evenly spread numbers for the same text", () => {
  const first = numbersOf("seed");
  const again = numbersOf("seed");
  const numbers = Array.from({ length: 20_000 }, first);
  assert.deepEqual(numbers.slice(0, 5), Array.from({ length: 5 }, again));
  const tenths = new Array(10).fill(0);
  for (const number of numbers) tenths[Math.floor(number * 10)]++;
  for (const count of tenths) assert.ok(count > 1800 && count < 2200, `a tenth holds ${count} of 20,000`);
});

Deno.test("numberOf() lies in [0, 1) and differs between texts", () => {
  const numbers = Array.from({ length: 1000 }, (_, index) => numberOf(`text ${index}`));
  assert.ok(numbers.every((number) => number >= 0 && number < 1));
  assert.equal(new Set(numbers).size, 1000);
});
