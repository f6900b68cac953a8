import assert from "node:assert/strict";
import { createHammingIndex } from "../../runtime/kit/hamming_index.ts";
import { bitsApart, copied, createWords, type Dice, diceOf, flipped } from "./hashes.ts";

/** Places of the hashes within the radius, by comparing all with all. */
function bruteForce(words: Uint32Array, width: number, radius: number, query: number): number[] {
  return Array.from({ length: words.length / width }, (_, at) => at)
    .filter((at) => bitsApart(words, width, at, query) <= radius);
}

/** All that the index finds, one after the other. */
function allFound(words: Uint32Array, width: number, radius: number, queries: readonly number[]): number[][] {
  const index = createHammingIndex({ words, width, radius, rooms: new Uint32Array(words.length / width) });
  for (let at = 0; at < words.length / width; at++) index.add(at);
  return queries.map((query) => {
    const met = new Map<number, number>();
    index.near(query, 0, (at) => met.set(at, at) && false);
    return [...met.keys()].sort((left, right) => left - right);
  });
}

/** Hashes in clusters, so that many lie just within the radius and many just beyond. */
function clustered(dice: Dice, count: number, width: number, radius: number): Uint32Array {
  const words = createWords(dice, count, width);
  for (let at = 1; at < count; at++) {
    if (dice(3) > 0) continue;
    copied(words, width, dice(at), at);
    flipped(words, width, at, dice(radius * 2 + 2), dice);
  }
  return words;
}

for (
  const [width, count, radii] of [[2, 600, [0, 1, 3, 7, 8, 11, 12, 16]], [8, 300, [0, 5, 31, 40, 64]]] as const
) {
  Deno.test(`createHammingIndex() finds what comparing all with all finds, with ${width * 32} bits`, () => {
    for (const radius of radii) {
      const dice = diceOf(radius + width);
      const words = clustered(dice, count, width, radius);
      const queries = Array.from({ length: 60 }, () => dice(count));
      const expected = queries.map((query) => bruteForce(words, width, radius, query));
      assert.deepEqual(allFound(words, width, radius, queries), expected, `radius ${radius}`);
    }
  });
}

Deno.test("createHammingIndex() finds the same when most bits are the same in all hashes", () => {
  const dice = diceOf(5);
  const words = clustered(dice, 500, 2, 10).map((word, at) => at % 2 === 0 ? word & 0xff | 0x5a00 : word & 0xffff);
  const queries = Array.from({ length: 100 }, (_, at) => at);
  assert.deepEqual(allFound(words, 2, 10, queries), queries.map((query) => bruteForce(words, 2, 10, query)));
});

Deno.test("createHammingIndex() finds only what is in the room that is searched, and was added", () => {
  const words = new Uint32Array(8);
  const index = createHammingIndex({ words, width: 2, radius: 3, rooms: Uint32Array.of(1, 2, 4_000_000_000, 1) });
  for (const at of [0, 1, 2]) index.add(at);
  const any = () => true;
  assert.deepEqual([1, 2, 4_000_000_000, 7].map((room) => index.near(3, room, any)?.at), [0, 1, 2, undefined]);
  assert.equal(index.near(3, 1, (at) => at === 3), undefined);
});

Deno.test("createHammingIndex() finds by a hash that is not its own, and says how many bits differ", () => {
  const words = Uint32Array.of(0xffff_ffff, 0xf0f0_f0f0, 1, 2);
  const index = createHammingIndex({ words, width: 2, radius: 4, rooms: new Uint32Array(2) });
  index.add(0);
  index.add(1);
  const query = Uint32Array.of(0x7fff_fffe, 0xf0f0_f0f1);
  assert.deepEqual(index.nearWords(query, 0, () => true), { at: 0, distance: 3 });
  assert.equal(index.nearWords(Uint32Array.of(0xffff, 0xffff), 0, () => true), undefined);
});

Deno.test("createHammingIndex() can be empty", () => {
  const index = createHammingIndex({ words: new Uint32Array(0), width: 2, radius: 11, rooms: new Uint32Array(0) });
  assert.equal(index.nearWords(Uint32Array.of(1, 2), 0, () => true), undefined);
});
