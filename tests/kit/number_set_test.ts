import assert from "node:assert/strict";
import { createNumberSet } from "../../runtime/kit/number_set.ts";

Deno.test("createNumberSet() tells new numbers from known ones as it grows, also numbers that are alike", () => {
  const set = createNumberSet();
  const numbers = [
    0,
    ...Array.from({ length: 5000 }, (_, index) => 1_795_000_000_000 + index * 1000),
    ...Array.from({ length: 5000 }, (_, index) => (index + 1) * 2 ** 32),
  ];
  for (const number of numbers) assert.ok(set.add(number), `${number} is new`);
  for (const number of numbers) assert.ok(!set.add(number), `${number} is known`);
  assert.ok(set.add(1));
});
