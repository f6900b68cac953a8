// A set of texts that keeps 64 bits of each in flat memory, ten to twenty bytes a text. Of a million different texts, two
// are taken for one with a chance of three in a hundred million. Pure.

export interface TextSet {
  /** Takes a text in; whether it was not there before. */
  add(text: string): boolean;
}

const firstSlots = 1 << 12;
/** Of this share of the slots at most is in use. */
const fullest = 0.8;

export function createTextSet(): TextSet {
  let slots = new Uint32Array(firstSlots * 2);
  let size = 0;
  /** Where a text stands, or could stand: a free slot holds two zeros. */
  const slotOf = (high: number, low: number) => {
    const mask = slots.length / 2 - 1;
    let slot = low & mask;
    while (
      (slots[2 * slot] !== high || slots[2 * slot + 1] !== low) && (slots[2 * slot] !== 0 || slots[2 * slot + 1] !== 0)
    ) slot = (slot + 1) & mask;
    return slot;
  };
  const put = (high: number, low: number) => {
    const slot = slotOf(high, low);
    if (slots[2 * slot] !== 0 || slots[2 * slot + 1] !== 0) return false;
    slots[2 * slot] = high;
    slots[2 * slot + 1] = low;
    return true;
  };
  const grow = () => {
    const before = slots;
    slots = new Uint32Array(before.length * 2);
    for (let at = 0; at < before.length; at += 2) {
      const [high = 0, low = 0] = [before[at], before[at + 1]];
      if (high !== 0 || low !== 0) put(high, low);
    }
  };
  return {
    add(text) {
      const [high, low] = hashOf(text);
      if (!put(high, low)) return false;
      if (++size > slots.length / 2 * fullest) grow();
      return true;
    },
  };
}

/** Two mixed halves, after cyrb53 and the last steps of MurmurHash3; never two zeros. */
function hashOf(text: string): readonly [number, number] {
  let high = 0x9e3779b9;
  let low = 0x41c6ce57;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    high = Math.imul(high ^ unit, 2654435761);
    low = Math.imul(low ^ unit, 1597334677) + (high >>> 15);
  }
  const left = mixed(high ^ (low >>> 16) ^ text.length);
  const right = mixed(low ^ left);
  return [left, left === 0 && right === 0 ? 1 : right];
}

function mixed(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 2246822507);
  hash = Math.imul(hash ^ (hash >>> 13), 3266489909);
  return (hash ^ (hash >>> 16)) >>> 0;
}
