// Perceptual hashes of items, read into flat arrays. Pure.
import { InputError } from "../contract/errors.ts";
import { idOf, type Item } from "../contract/item.ts";
import type { HashedImages } from "./near_duplicates.ts";

export interface HashArrays {
  /** Reads the facts `phash` and `phash_turned` of the item at place `at`. Throws `InputError` for what is no hash, or one
   *  unlike those before. */
  take(at: number, item: Item): void;
  all(): Pick<HashedImages, "width" | "words" | "hashed" | "turned"> & { readonly bits: number };
}

/** Arrays for `count` items; the first hash tells how long all are. */
export function createHashArrays(count: number): HashArrays {
  const hashed = new Uint8Array(count);
  let words = new Uint32Array(count * 2);
  let width = 0;
  let turned: { readonly copies: number; readonly words: Uint32Array } | undefined;
  return {
    take(at: number, item: Item): void {
      const hash = hashOf(item);
      if (hash === undefined) return;
      const copies = turnedOf(item);
      if (width === 0) {
        width = hash.length / 8;
        words = new Uint32Array(count * width);
        if (copies.length > 0) {
          turned = { copies: copies.length, words: new Uint32Array(count * width * copies.length) };
        }
      }
      if ([hash, ...copies].some(({ length }) => length !== width * 8) || copies.length !== (turned?.copies ?? 0)) {
        throw unlike(item);
      }
      hashed[at] = 1;
      setWords(words, at * width, hash, width);
      for (const [copy, text] of copies.entries()) {
        if (turned !== undefined) setWords(turned.words, (at * turned.copies + copy) * width, text, width);
      }
    },
    all: () => ({ width: width || 2, words, hashed, bits: (width || 2) * 32, ...(turned && { turned }) }),
  };
}

function unlike(item: Item): InputError {
  const what = "its hash has another length, or another number of turned copies, than those before";
  return new InputError(`Cannot compare "${idOf(item)}": ${what}`);
}

const hexadecimal = /^(?:[0-9a-f]{16}|[0-9a-f]{64})$/;

function hashOf(item: Item): string | undefined {
  const { phash = null } = item.facts;
  if (phash === null) return undefined;
  if (typeof phash === "string" && hexadecimal.test(phash)) return phash;
  throw new InputError(`Cannot compare "${idOf(item)}": its fact \`phash\` is no hash of 64 or 256 bits`);
}

function turnedOf({ facts }: Item): string[] {
  const { phash_turned } = facts;
  return Array.isArray(phash_turned) ? phash_turned.map(String) : [];
}

/** Writes the first `count` words of a hexadecimal text. */
export function setWords(words: Uint32Array, from: number, hex: string, count: number): void {
  for (let word = 0; word < count; word++) words[from + word] = parseInt(hex.slice(word * 8, word * 8 + 8), 16);
}
