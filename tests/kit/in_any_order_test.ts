import assert from "node:assert/strict";
import { inAnyOrder } from "../../runtime/kit/in_any_order.ts";

async function* numbers(count: number, seen: number[] = []): AsyncGenerator<number> {
  for (let number = 0; number < count; number++) {
    seen.push(number);
    yield number;
  }
}

Deno.test("inAnyOrder() gives every result once, with so many at work at once and no more", async () => {
  let running = 0;
  let most = 0;
  const results = await Array.fromAsync(inAnyOrder(numbers(100), 7, async (number) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, number % 3));
    running--;
    return number;
  }));
  assert.deepEqual(results.toSorted((left, right) => left - right), Array.from({ length: 100 }, (_, at) => at));
  assert.equal(most, 7);
  assert.deepEqual(await Array.fromAsync(inAnyOrder(numbers(0), 3, (one) => Promise.resolve(one))), []);
});

Deno.test("inAnyOrder() is not held up by one that takes long", async () => {
  const slow = Promise.withResolvers<void>();
  const results: number[] = [];
  for await (
    const number of inAnyOrder(numbers(50), 4, async (one) => (one === 0 ? await slow.promise : undefined, one))
  ) {
    results.push(number);
    if (results.length === 49) slow.resolve();
  }
  assert.equal(results.at(-1), 0);
});

Deno.test("inAnyOrder() throws the first failure, and begins nothing new after it", async () => {
  const seen: number[] = [];
  const failing = Array.fromAsync(inAnyOrder(numbers(1000, seen), 5, (number) => {
    return number === 20 ? Promise.reject(new TypeError("twenty")) : Promise.resolve(number);
  }));
  await assert.rejects(failing, { message: "twenty" });
  assert.ok(seen.length < 40, `${seen.length}`);
});

Deno.test("inAnyOrder() waits for what is under way when its reader leaves", async () => {
  let running = 0;
  for await (
    const _ of inAnyOrder(numbers(50), 8, async () => {
      running++;
      await new Promise((resolve) => setTimeout(resolve, 1));
      running--;
    })
  ) break;
  assert.equal(running, 0);
});
