import assert from "node:assert/strict";
import { createLimiter, mapPool } from "../../runtime/engine/limiter.ts";

function tick(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}

Deno.test("createLimiter() runs no more bodies at once than allowed, in the order of asking", async () => {
  const limit = createLimiter(3);
  let running = 0;
  let most = 0;
  const started: number[] = [];
  await Promise.all(Array.from({ length: 20 }, (_, index) =>
    limit(async () => {
      started.push(index);
      most = Math.max(most, ++running);
      await tick();
      running--;
    })));
  assert.equal(most, 3);
  assert.deepEqual(started, Array.from({ length: 20 }, (_, index) => index));
});

Deno.test("createLimiter() goes on after a body failed", async () => {
  const limit = createLimiter(1);
  await assert.rejects(limit(() => Promise.reject(new TypeError("no"))), TypeError);
  assert.equal(await limit(() => Promise.resolve(7)), 7);
});

Deno.test("mapPool() keeps the input order and the first failure", async () => {
  assert.deepEqual(await mapPool([3, 1, 2], 2, async (n) => (await tick(), n * 2)), [6, 2, 4]);
  const done: number[] = [];
  const failing = mapPool([1, 2, 3, 4, 5, 6], 2, async (n) => {
    await tick();
    if (n === 2) throw new RangeError("two");
    done.push(n);
  });
  await assert.rejects(failing, RangeError);
  assert.ok(!done.includes(6), "a body started after the failure");
});
