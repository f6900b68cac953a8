// A set of very many digests: the first 8 bytes of each, in flat memory. Two of a million differ there for certain enough
// to keep what is needed; a digest that seems to be in the set by accident keeps an object that could go.
import type { Digest } from "../contract/json.ts";

export interface DigestSet {
  /** True when it was not there. */
  add(digest: Digest): boolean;
  /** The same for 64 hexadecimal digits within bytes. */
  addAt(bytes: Uint8Array, at: number): boolean;
  has(digest: Digest): boolean;
  readonly size: number;
}

const firstSlots = 1 << 12;
/** Of this share of the slots at most is in use: 16 bytes a digest at worst. */
const fullest = 0.75;

export function createDigestSet(): DigestSet {
  let highs = new Uint32Array(firstSlots);
  let lows = new Uint32Array(firstSlots);
  let size = 0;

  const slotOf = (high: number, low: number) => {
    const mask = highs.length - 1;
    let slot = (low ^ (high >>> 7)) & mask;
    while ((highs[slot] !== high || lows[slot] !== low) && (highs[slot] !== 0 || lows[slot] !== 0)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  };
  const addWords = (high: number, low: number) => {
    const slot = slotOf(high, low);
    if (highs[slot] !== 0 || lows[slot] !== 0) return false;
    highs[slot] = high;
    lows[slot] = low;
    if (++size > highs.length * fullest) grow();
    return true;
  };
  const grow = () => {
    const before = { highs, lows };
    highs = new Uint32Array(before.highs.length * 2);
    lows = new Uint32Array(before.lows.length * 2);
    for (let at = 0; at < before.highs.length; at++) {
      const high = before.highs[at] ?? 0;
      const low = before.lows[at] ?? 0;
      if (high === 0 && low === 0) continue;
      const slot = slotOf(high, low);
      highs[slot] = high;
      lows[slot] = low;
    }
  };

  return {
    add: (digest) => addWords(wordOf(digest, 0), nonZero(wordOf(digest, 8))),
    addAt: (bytes, at) => addWords(wordAt(bytes, at), nonZero(wordAt(bytes, at + 8))),
    has(digest) {
      const slot = slotOf(wordOf(digest, 0), nonZero(wordOf(digest, 8)));
      return highs[slot] !== 0 || lows[slot] !== 0;
    },
    get size() {
      return size;
    },
  };
}

/** A slot with two zeros is free. */
function nonZero(word: number): number {
  return word === 0 ? 1 : word;
}

function wordOf(digest: Digest, at: number): number {
  return Number.parseInt(digest.slice(at, at + 8), 16);
}

function wordAt(bytes: Uint8Array, at: number): number {
  let word = 0;
  for (let next = at; next < at + 8; next++) word = word << 4 | valueOf(bytes[next] ?? 0);
  return word >>> 0;
}

function valueOf(code: number): number {
  return code < 0x40 ? code - 0x30 : code - 0x57;
}

const digits = 64;
const isHex = Uint8Array.from(
  { length: 256 },
  (_, code) => (code >= 0x30 && code <= 0x39) || (code >= 0x61 && code <= 0x66) ? 1 : 0,
);
const inputMark = new TextEncoder().encode('"input":"');

/** Calls back with where 64 lower-case hexadecimal digits begin, whatever the text is; digests of inputs, which name no
 *  object, are left out. Longer runs of digits are looked at in pieces of 64. */
export function eachDigest(bytes: Uint8Array, found: (at: number) => void): void {
  let at = 0;
  while (at + digits <= bytes.length) {
    let last = at + digits - 1;
    while (last >= at && isHex[bytes[last] ?? 0] === 1) last--;
    if (last >= at) {
      at = last + 1;
      continue;
    }
    if (!isInput(bytes, at)) found(at);
    at += digits;
  }
}

function isInput(bytes: Uint8Array, at: number): boolean {
  const from = at - inputMark.length;
  return from >= 0 && inputMark.every((code, index) => bytes[from + index] === code);
}
