import assert from "node:assert/strict";
import { interleaved } from "../../runtime/kit/interleave.ts";

async function* counting(name: string, count: number, log: string[] = []): AsyncGenerator<string> {
  log.push(`open ${name}`);
  try {
    for (let index = 0; index < count; index++) yield `${name}${index}`;
  } finally {
    log.push(`close ${name}`);
  }
}

Deno.test("interleaved() gives all of every stream, each in its order, whatever is open at once", async () => {
  for (const atOnce of [1, 2, 10]) {
    const all = await Array.fromAsync(interleaved([counting("a", 3), counting("b", 0), counting("c", 2)], atOnce));
    assert.deepEqual(all.toSorted(), ["a0", "a1", "a2", "c0", "c1"]);
    assert.deepEqual(all.filter((one) => one.startsWith("a")), ["a0", "a1", "a2"]);
  }
});

Deno.test("interleaved() opens no more streams than it may, and reads them side by side", async () => {
  const log: string[] = [];
  const streams = ["a", "b", "c"].map((name) => counting(name, 2, log));
  const all = await Array.fromAsync(interleaved(streams, 2));
  assert.deepEqual(all, ["a0", "b0", "a1", "b1", "c0", "c1"]);
  assert.ok(log.indexOf("open c") > log.indexOf("close a"), log.join());
});

Deno.test("interleaved() closes what it has opened when its reader leaves", async () => {
  const log: string[] = [];
  for await (const _ of interleaved([counting("a", 9, log), counting("b", 9, log), counting("c", 9, log)], 2)) break;
  assert.deepEqual(log.toSorted(), ["close a", "close b", "open a", "open b"]);
});

Deno.test("interleaved() fails as a stream fails, and closes the others", async () => {
  const log: string[] = [];
  async function* failing(): AsyncGenerator<string> {
    yield "x";
    throw new TypeError("broken");
  }
  await assert.rejects(Array.fromAsync(interleaved([counting("a", 9, log), failing()], 2)), /broken/);
  assert.deepEqual(log, ["open a", "close a"]);
});
