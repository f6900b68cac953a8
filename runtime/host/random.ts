// Randomness for plugins: seeded by what is asked about, so that it is the same on any machine and in any order.
import { idOf, type Item } from "../contract/item.ts";
import { numberOf, numbersOf } from "../contract/random.ts";

/** Numbers in [0, 1) for an item, by seed and step id. */
export function itemRandom(seed: number, step: string): (item: Item) => () => number {
  return (item) => numbersOf(`${seed}\n${step}\n${idOf(item)}`);
}

/** One number in [0, 1) for a text, by seed and step id. */
export function textRandom(seed: number, step: string): (text: string) => number {
  return (text) => numberOf(`${seed}\n${step}\n${text}`);
}
