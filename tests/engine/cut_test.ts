import assert from "node:assert/strict";
import { endsShard, maxShard, meanShard } from "../../runtime/engine/cut.ts";

function cut(keys: readonly string[]): string[][] {
  const shards: string[][] = [[]];
  for (const key of keys) {
    shards.at(-1)?.push(key);
    if (endsShard(key, shards.at(-1)?.length ?? 0)) shards.push([]);
  }
  return shards.filter((shard) => shard.length > 0);
}

const keys = Array.from(
  { length: 100_000 },
  (_, index) => `frames/cam${index % 7}/${String(index).padStart(8, "0")}.jpg`,
).sort();

Deno.test("endsShard() cuts shards of about the wanted size", () => {
  const sizes = cut(keys).map((shard) => shard.length);
  const mean = keys.length / sizes.length;
  assert.ok(mean > meanShard * 0.8 && mean < meanShard * 1.25, `a shard has ${mean} records on average`);
  assert.ok(Math.max(...sizes) <= maxShard);
});

Deno.test("endsShard() cuts the same elsewhere when a key is added or removed", () => {
  const before = new Set(cut(keys).map((shard) => shard.join("\n")));
  const added = cut([...keys, "frames/cam3/00044444b.jpg"].sort());
  const removed = cut(keys.filter((_, index) => index !== 50_000));
  for (const shards of [added, removed]) {
    const fresh = shards.filter((shard) => !before.has(shard.join("\n")));
    assert.ok(fresh.length >= 1 && fresh.length <= 2, `${fresh.length} shards changed`);
  }
});
