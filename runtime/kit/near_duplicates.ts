// Says which pictures of a set stay, and for which of those each of the others goes. Pure.
import { createHammingIndex, type HammingIndex, type Near } from "./hamming_index.ts";

/** A set of pictures, a place in each array each. */
export type HashedImages = {
  readonly count: number;
  /** Words of 32 bits a hash. */
  readonly width: number;
  /** Hashes, `width` words each. */
  readonly words: Uint32Array;
  /** 1 where there is a hash. */
  readonly hashed: Uint8Array;
  /** Hashes of turned copies, `copies` of `width` words for each picture. */
  readonly turned?: { readonly copies: number; readonly words: Uint32Array };
  /** 128 bits of a digest each, as 4 words. */
  readonly digests: Uint32Array;
  /** Only pictures of one group are compared. */
  readonly groups: Uint32Array;
  /** Where each is in time; NaN where that is not known, and then looks are not compared. All with all when absent. */
  readonly moments?: Float64Array;
  /** The order in which they are looked at. */
  readonly order: Uint32Array;
  /** So many at the start of `order` stay without a question. */
  readonly settled: number;
};

export type Likeness = {
  /** Bits in which hashes may differ. */
  readonly radius: number;
  /** How far apart in `moments` two may be; needed where there are moments. */
  readonly window?: number;
};

export type Leaders = {
  /** For which each goes; `nobody` for those that stay. */
  readonly leaders: Uint32Array;
  /** Bits in which the hashes differ; `exactly` for equal digests. */
  readonly distances: Uint16Array;
  /** How many go for each. */
  readonly counts: Uint32Array;
};

export const nobody = 0xffff_ffff;
export const exactly = 0xffff;

/** The search rests after so many pictures. */
const stretch = 1024;

/** Each picture is compared with those that stay, in the order given: with one of the same digest it goes whatever its
 *  hash, else with one whose hash lies within the radius. `rest` is awaited now and then, so that a long search does not
 *  look like one that hangs. */
export async function findLeaders(
  set: HashedImages,
  likeness: Likeness,
  rest: () => Promise<void>,
): Promise<Leaders> {
  const result = {
    leaders: new Uint32Array(set.count).fill(nobody),
    distances: new Uint16Array(set.count),
    counts: new Uint32Array(set.count),
  };
  const same = createDigestTable(set);
  const looks = createLooks(set, likeness);
  for (let place = 0; place < set.count; place++) {
    const at = set.order[place] ?? 0;
    const found = place < set.settled ? undefined : same.find(at) ?? looks.find(at);
    if (found === undefined) {
      same.add(at);
      looks.add(at);
    } else {
      result.leaders[at] = found.at;
      result.distances[at] = found.distance;
      result.counts[found.at] = (result.counts[found.at] ?? 0) + 1;
    }
    if (place % stretch === stretch - 1) await rest();
  }
  return result;
}

interface Search {
  add(at: number): void;
  find(at: number): Near | undefined;
}

/** Pictures by digest and group: open addressing, half empty at most. */
function createDigestTable({ count, digests, groups }: HashedImages): Search {
  const mask = 2 ** Math.ceil(Math.log2(count * 2 + 2)) - 1;
  const slots = new Uint32Array(mask + 1).fill(nobody);
  const equal = (left: number, right: number) => {
    for (let word = 0; word < 4; word++) if (digests[left * 4 + word] !== digests[right * 4 + word]) return false;
    return groups[left] === groups[right];
  };
  const slotOf = (at: number) => {
    let slot = ((digests[at * 4] ?? 0) ^ Math.imul(groups[at] ?? 0, 0x9e3779b1)) & mask;
    for (; slots[slot] !== nobody && !equal(slots[slot] ?? 0, at); slot = slot + 1 & mask);
    return slot;
  };
  return {
    add(at) {
      slots[slotOf(at)] = at;
    },
    find(at) {
      const known = slots[slotOf(at)] ?? nobody;
      return known === nobody ? undefined : { at: known, distance: exactly };
    },
  };
}

/** What seconds since 1970 lose in a number, and more. */
const rounding = 1e-6;

/** Pictures by what they look like. Rooms of the index are groups, or stretches of time of a group, twice as long as the
 *  window: what lies within the window is in the same or in a neighbouring one, however numbers are rounded. */
function createLooks(set: HashedImages, { radius, window = Infinity }: Likeness): Search {
  const { count, width, words, hashed, turned, groups, moments } = set;
  const cellOf = (at: number) => Math.floor((moments?.[at] ?? 0) / (2 * window));
  const roomOf = (at: number, next: number) => {
    const group = groups[at] ?? 0;
    return moments === undefined ? group : mixed(group, cellOf(at) + next);
  };
  const compared = (at: number) => hashed[at] === 1 && !Number.isNaN(moments?.[at] ?? 0);
  const rooms = new Uint32Array(count);
  for (let at = 0; at < count; at++) rooms[at] = roomOf(at, 0);
  const index = createHammingIndex({ words, width, radius, rooms });
  const nexts = moments === undefined ? [0] : [0, -1, 1];
  const find = (at: number): Near | undefined => {
    const accepts = (other: number) =>
      groups[other] === groups[at] &&
      (moments === undefined || Math.abs((moments[other] ?? 0) - (moments[at] ?? 0)) <= window + rounding);
    for (const next of nexts) {
      const room = roomOf(at, next);
      const near = index.near(at, room, accepts) ?? turnedNear(index, { at, room, turned, width }, accepts);
      if (near !== undefined) return near;
    }
    return undefined;
  };
  return {
    add(at) {
      if (compared(at)) index.add(at);
    },
    find: (at) => compared(at) ? find(at) : undefined,
  };
}

type TurnedQuery = {
  readonly at: number;
  readonly room: number;
  readonly turned: HashedImages["turned"];
  readonly width: number;
};

function turnedNear(
  index: HammingIndex,
  { at, room, turned, width }: TurnedQuery,
  accepts: (at: number) => boolean,
): Near | undefined {
  if (turned === undefined) return undefined;
  for (let copy = at * turned.copies; copy < (at + 1) * turned.copies; copy++) {
    const near = index.nearWords(turned.words.subarray(copy * width, (copy + 1) * width), room, accepts);
    if (near !== undefined) return near;
  }
  return undefined;
}

/** Two rooms may get the same number: what is found there is checked. */
function mixed(group: number, cell: number): number {
  const low = Math.imul(cell | 0, 0x9e3779b1) ^ Math.imul(Math.floor(cell / 2 ** 32) | 0, 0xc2b2ae35);
  return (Math.imul(low ^ low >>> 15, 0x85ebca6b) ^ Math.imul(group + 1, 0x27d4eb2f)) >>> 0;
}

/** The chance that two hashes of unrelated pictures differ in no more bits than the radius, half of the bits of each
 *  being set: what one has more, the other has less, so they differ in an even number. */
export function chanceWithin(bits: number, radius: number): number {
  const half = bits / 2;
  let sum = 0;
  let all = 0;
  for (let pairs = 0, ways = 1; pairs <= half; pairs++) {
    all += ways ** 2;
    if (pairs * 2 <= radius) sum += ways ** 2;
    ways *= (half - pairs) / (pairs + 1);
  }
  return sum / all;
}
