// Hashes for tests and benchmarks, made by dice that always fall alike.

/** Whole numbers from 0 to below `limit`. */
export type Dice = (limit: number) => number;

/** Mulberry32. What is linear in bits will not do: distances between hashes would not be those of chance. */
export function diceOf(seed: number): Dice {
  let state = seed;
  return (limit) => {
    state = state + 0x6d2b79f5 | 0;
    let mixed = Math.imul(state ^ state >>> 15, 1 | state);
    mixed = mixed + Math.imul(mixed ^ mixed >>> 7, 61 | mixed) ^ mixed;
    return Math.floor(((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32 * limit);
  };
}

/** Random hashes of `width` words of 32 bits. */
export function createWords(dice: Dice, count: number, width: number): Uint32Array {
  return new Uint32Array(count * width).map(() => dice(2 ** 32));
}

/** Overwrites a hash with another. */
export function copied(words: Uint32Array, width: number, from: number, to: number): void {
  words.copyWithin(to * width, from * width, (from + 1) * width);
}

/** Turns `times` random bits of a hash; the same one perhaps twice. */
export function flipped(words: Uint32Array, width: number, at: number, times: number, dice: Dice): void {
  for (let time = 0; time < times; time++) {
    const bit = dice(width * 32);
    const word = at * width + (bit >>> 5);
    words[word] = ((words[word] ?? 0) ^ 1 << (bit & 31)) >>> 0;
  }
}

/** Bits in which two hashes differ, counted one by one. */
export function bitsApart(words: Uint32Array, width: number, left: number, right: number): number {
  let apart = 0;
  for (let word = 0; word < width; word++) {
    const differing = (words[left * width + word] ?? 0) ^ (words[right * width + word] ?? 0);
    for (let bit = 0; bit < 32; bit++) apart += differing >>> bit & 1;
  }
  return apart;
}

/** A hash as the fact `phash` has it. */
export function hexOf(words: Uint32Array, width: number, at: number): string {
  return Array.from(words.subarray(at * width, (at + 1) * width), (word) => word.toString(16).padStart(8, "0")).join(
    "",
  );
}
