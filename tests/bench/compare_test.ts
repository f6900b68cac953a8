import assert from "node:assert/strict";
import { compare, median, ratioOf, tableOf, timed } from "../../scripts/bench/compare.ts";
import { secondsToFirstLine } from "../../scripts/bench/first_line.ts";

Deno.test("median() takes the middle, or the mean of the two in the middle", () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.ok(Number.isNaN(median([])));
});

Deno.test("ratioOf() compares medians, and round by round", () => {
  const fast = { name: "fast", seconds: [1, 2, 3] };
  const slow = { name: "slow", seconds: [4, 4, 3] };
  assert.deepEqual(ratioOf(slow, fast), { name: "slow", over: "fast", ofMedians: 2, pairs: [4, 2, 1] });
  assert.match(tableOf([fast, slow]), /slow \/ fast: 2\.00 of medians; round by round min 1\.000 {2}median 2\.000/);
});

Deno.test("compare() runs contenders in turns, the other way round every second round", async () => {
  const order: string[] = [];
  const contender = (name: string) => ({
    name,
    command: ["deno", "--version"],
    prepare: () => Promise.resolve(void order.push(name)),
  });
  const timings = await compare([contender("a"), contender("b")], 3);
  assert.equal(order.join(""), "abbaab");
  assert.deepEqual(timings.map(({ seconds }) => seconds.length), [3, 3]);
});

Deno.test("timed() throws what a failing command said", async () => {
  await assert.rejects(timed(["deno", "eval", "console.log('no room'); Deno.exit(3)"]), /ended with 3\nno room/);
});

Deno.test("secondsToFirstLine() does not wait for the end", async () => {
  assert.ok(await secondsToFirstLine(["deno", "eval", "console.log('here'); setTimeout(() => {}, 20_000)"]) < 10);
});

Deno.test("secondsToFirstLine() throws when a command prints nothing", async () => {
  await assert.rejects(secondsToFirstLine(["deno", "eval", ""]), /printed nothing/);
});
