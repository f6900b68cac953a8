// Numbers that look random and are the same on any machine.
import { createHash } from "node:crypto";

/** A number in [0, 1) made from a text. */
export function numberOf(text: string): number {
  const bytes = createHash("sha256").update(text).digest();
  return (bytes.readUInt32BE(0) * 2 ** 21 + (bytes.readUInt32BE(4) >>> 11)) / 2 ** 53;
}

/** A stream of numbers in [0, 1) made from a text (sfc32, seeded with SHA-256). */
export function numbersOf(text: string): () => number {
  const seed = createHash("sha256").update(text).digest();
  let a = seed.readUInt32BE(0);
  let b = seed.readUInt32BE(4);
  let c = seed.readUInt32BE(8);
  let counter = 1;
  function next(): number {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum | 0;
    return (sum >>> 0) / 2 ** 32;
  }
  for (let warmUp = 0; warmUp < 12; warmUp++) next();
  return next;
}
