// Finds hashes that differ in few bits, without comparing each with each. Pure.

export type HammingOptions = {
  /** All hashes that will be added or looked for as themselves, `width` words of 32 bits each. */
  readonly words: Uint32Array;
  /** Words a hash. */
  readonly width: number;
  /** Bits in which a hash may differ and still be found; at most a quarter of all. */
  readonly radius: number;
  /** The room of each hash: only hashes in the room that is searched are found. */
  readonly rooms: Uint32Array;
};

export type Near = { readonly at: number; readonly distance: number };

/** Multi-index hashing (Norouzi, Punjani and Fleet, 2012). Bits are dealt out to a few chunks. Of two hashes that differ
 *  in no more than `radius` bits, one chunk at least differs in no more than its share; so those are looked up, one by
 *  one, in a table for each chunk, and what is found there is compared in full. Nothing within the radius is missed.
 *
 *  Bits that say much are dealt out evenly, so that bits which nearly all hashes have in common (the same scene at
 *  night) do not fill one table with equal keys. Rooms are part of the keys.
 *
 *  Memory, beside `words` and `rooms`: as much again as `words` for a copy in the order of the chunks, 12 bytes a hash
 *  and chunk for 64 bits (4 chunks for a million hashes), 4 bytes for 256 bits (16), and 8 MB a chunk at most. */
export interface HammingIndex {
  /** Makes hash `at` one that is found. Each once. */
  add(at: number): void;
  /** A hash in `room` within the radius of hash `at` that `accepts` agrees to; the first one met. */
  near(at: number, room: number, accepts: (at: number) => boolean): Near | undefined;
  /** The same for a hash that is not among `words`. */
  nearWords(hash: Uint32Array, room: number, accepts: (at: number) => boolean): Near | undefined;
}

export function createHammingIndex({ words, width, radius, rooms }: HammingOptions): HammingIndex {
  const count = words.length / width;
  const deal = dealFor(words, width);
  const dealt = new Uint32Array(words.length);
  for (let at = 0; at < count; at++) dealInto(deal, words.subarray(at * width, (at + 1) * width), dealt, at * width);
  const chunks = planFor(count, width * 32, radius);
  const hashes = { dealt, width, rooms };
  const tables = chunks.map((chunk, number) => createTable(chunk, number, hashes));
  const query = new Uint32Array(width);
  const search = (room: number, accepts: (at: number) => boolean): Near | undefined => {
    for (const table of tables) {
      const near = nearIn(table, { dealt, query, radius, rooms, room, accepts });
      if (near !== undefined) return near;
    }
    return undefined;
  };
  return {
    add(at) {
      for (const table of tables) addTo(table, hashes, at);
    },
    near(at, room, accepts) {
      for (let word = 0; word < width; word++) query[word] = dealt[at * width + word]!;
      return search(room, accepts);
    },
    nearWords(hash, room, accepts) {
      dealInto(deal, hash, query, 0);
      return search(room, accepts);
    },
  };
}

// `!` below: indexes are in range by construction, and this is the innermost loop of a search among millions.

type Search = {
  readonly dealt: Uint32Array;
  readonly query: Uint32Array;
  readonly radius: number;
  readonly rooms: Uint32Array;
  readonly room: number;
  readonly accepts: (at: number) => boolean;
};

function nearIn(table: Table, search: Search): Near | undefined {
  const { chunk: { masks }, buckets, last, number } = table;
  const key = keyOf(search.query, 0, table.chunk) ^ saltOf(search.room, number);
  const look = search.query.length === shortWidth ? nearShort : nearLong;
  for (let mask = 0; mask < masks.length; mask++) {
    const bucket = 2 * ((key ^ masks[mask]!) & last);
    const start = buckets[bucket]!;
    const end = buckets[bucket + 1]!;
    const near = start === end ? undefined : look(table.entries, start, end, search);
    if (near !== undefined) return near;
  }
  return undefined;
}

/** Hashes of 64 bits stand in the entries themselves, one after the other: looking each up would take most of the time. */
const shortWidth = 2;
const shortEntry = 3;

function nearShort(entries: Uint32Array, start: number, end: number, search: Search): Near | undefined {
  const { query, radius } = search;
  const first = query[0]!;
  const second = query[1]!;
  for (let entry = start; entry < end; entry += shortEntry) {
    const distance = bitsIn(entries[entry + 1]! ^ first) + bitsIn(entries[entry + 2]! ^ second);
    if (distance <= radius && isWanted(entries[entry]!, search)) return { at: entries[entry]!, distance };
  }
  return undefined;
}

function nearLong(entries: Uint32Array, start: number, end: number, search: Search): Near | undefined {
  const { dealt, query, radius } = search;
  const width = query.length;
  for (let entry = start; entry < end; entry++) {
    const from = entries[entry]! * width;
    let distance = 0;
    for (let word = 0; word < width && distance <= radius; word++) {
      distance += bitsIn(dealt[from + word]! ^ query[word]!);
    }
    if (distance <= radius && isWanted(entries[entry]!, search)) return { at: entries[entry]!, distance };
  }
  return undefined;
}

function isWanted(at: number, { rooms, room, accepts }: Search): boolean {
  return rooms[at] === room && accepts(at);
}

/** Moves the keys of a room elsewhere in the table. Keys that differ in their low bits stay beside each other, which
 *  memory likes. */
function saltOf(room: number, number: number): number {
  const mixed = Math.imul(room + number, 0x9e3779b1);
  return Math.imul(mixed ^ mixed >>> 15, 0x85ebca6b) >>> 8;
}

function addTo({ chunk, buckets, entries, last, number }: Table, { dealt, width, rooms }: Hashes, at: number): void {
  const key = keyOf(dealt, at * width, chunk) ^ saltOf(rooms[at]!, number);
  const bucket = 2 * (key & last);
  const entry = buckets[bucket + 1]!;
  entries[entry] = at;
  if (width === shortWidth) {
    for (let word = 0; word < width; word++) entries[entry + 1 + word] = dealt[at * width + word]!;
  }
  buckets[bucket + 1] = entry + entryWords(width);
}

function entryWords(width: number): number {
  return width === shortWidth ? shortEntry : 1;
}

/** How many of 32 bits are set. */
export function bitsIn(word: number): number {
  let bits = word - (word >>> 1 & 0x55555555) | 0;
  bits = (bits & 0x33333333) + (bits >>> 2 & 0x33333333);
  return Math.imul(bits + (bits >>> 4) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

type Chunk = {
  readonly first: number;
  readonly length: number;
  /** All keys that differ in no more bits than this chunk's share, as masks; none of them twice, fewest bits first. */
  readonly masks: Uint32Array;
};

type Table = {
  readonly chunk: Chunk;
  readonly number: number;
  /** Of each bucket, where its entries start and where they end. */
  readonly buckets: Uint32Array;
  readonly entries: Uint32Array;
  /** The number of the last bucket, all bits of which are set. */
  readonly last: number;
};

/** Hashes in the order of the chunks. */
type Hashes = {
  readonly dealt: Uint32Array;
  readonly width: number;
  readonly rooms: Uint32Array;
};

/** Buckets lie side by side in one array, with room in each for all that could come. */
function createTable(chunk: Chunk, number: number, { dealt, width, rooms }: Hashes): Table {
  const bits = tableBits(rooms.length);
  const last = 2 ** bits - 1;
  const sizes = new Uint32Array(last + 1);
  const words = entryWords(width);
  for (let at = 0; at < rooms.length; at++) {
    const key = keyOf(dealt, at * width, chunk) ^ saltOf(rooms[at]!, number);
    sizes[key & last]! += words;
  }
  const buckets = new Uint32Array(2 * sizes.length);
  for (let bucket = 0, start = 0; bucket < sizes.length; start += sizes[bucket++]!) {
    buckets.fill(start, 2 * bucket, 2 * bucket + 2);
  }
  return { chunk, number, buckets, entries: new Uint32Array(rooms.length * words), last };
}

/** About one bucket a hash. */
function tableBits(count: number): number {
  return Math.min(20, Math.max(8, Math.ceil(Math.log2(Math.max(1, count)))));
}

/** Bits `first` up to `first + length` of the hash at `from`. */
function keyOf(words: Uint32Array, from: number, { first, length }: Chunk): number {
  const word = from + (first >>> 5);
  const offset = first & 31;
  const low = words[word]! >>> offset;
  const high = offset + length > 32 ? words[word + 1]! << 32 - offset : 0;
  return (low | high) & 2 ** length - 1;
}

/** The bit that each place of the dealt hash takes. Bits are ranked by how near to one half they are set; of each eight
 *  places one after the other, each takes one of another eighth of the ranks. */
function dealFor(words: Uint32Array, width: number): Uint16Array {
  const bits = width * 32;
  const ones = new Uint32Array(bits);
  for (let at = 0; at < words.length; at++) {
    const base = at % width * 32;
    for (let word = words[at]!, bit = base; word !== 0; word >>>= 1, bit++) ones[bit]! += word & 1;
  }
  const half = words.length / width / 2;
  const order = Array.from({ length: bits }, (_, bit) => bit);
  order.sort((left, right) => Math.abs(ones[left]! - half) - Math.abs(ones[right]! - half) || left - right);
  const eighth = bits / 8;
  return Uint16Array.from({ length: bits }, (_, place) => order[place % 8 * eighth + Math.floor(place / 8)]!);
}

function dealInto(deal: Uint16Array, hash: Uint32Array, to: Uint32Array, start: number): void {
  for (let word = 0; word < hash.length; word++) {
    let dealt = 0;
    for (let bit = 0; bit < 32; bit++) {
      const from = deal[word * 32 + bit]!;
      dealt |= (hash[from >>> 5]! >>> (from & 31) & 1) << bit;
    }
    to[start + word] = dealt >>> 0;
  }
}

/** Longest chunk: its keys must stay whole numbers of 32 bits, and their masks few. */
const longestChunk = 22;

/** The chunks that are expected to take the least time for hashes spread evenly. */
function planFor(count: number, bits: number, radius: number): Chunk[] {
  let best: { readonly cost: number; readonly chunks: number } | undefined;
  for (let chunks = Math.ceil(bits / longestChunk); chunks <= bits / 4; chunks++) {
    const cost = costOf({ count, bits, radius, chunks });
    if (best === undefined || cost < best.cost) best = { cost, chunks };
  }
  const chunks = best?.chunks ?? bits / 4;
  return lengthsOf(bits, chunks).flatMap(({ first, length }, number) => {
    const share = shareOf(number, chunks, radius);
    return share < 0 ? [] : [{ first, length, masks: masksOf(length, Math.min(share, length)) }];
  });
}

type Cost = { readonly count: number; readonly bits: number; readonly radius: number; readonly chunks: number };

function costOf({ count, bits, radius, chunks }: Cost): number {
  let cost = 0;
  for (const [number, { length }] of lengthsOf(bits, chunks).entries()) {
    const buckets = 2 ** Math.min(length, tableBits(count));
    cost += ballSize(length, shareOf(number, chunks, radius)) * (2 + count / 2 / buckets * (bits > 64 ? 4 : 1));
  }
  return cost;
}

function lengthsOf(bits: number, chunks: number): { readonly first: number; readonly length: number }[] {
  const edge = (number: number) => Math.floor(number * bits / chunks);
  return Array.from({ length: chunks }, (_, number) => ({
    first: edge(number),
    length: edge(number + 1) - edge(number),
  }));
}

/** Bits in which a chunk must be allowed to differ so that nothing is missed; -1 for one that need not be looked at. If
 *  all chunks differed in more, the sum would be more than the radius. */
function shareOf(number: number, chunks: number, radius: number): number {
  const share = Math.floor(radius / chunks);
  return number <= radius - share * chunks ? share : share - 1;
}

function ballSize(length: number, radius: number): number {
  let size = 0;
  for (let flips = 0, ways = 1; flips <= Math.min(radius, length); flips++) {
    size += ways;
    ways = ways * (length - flips) / (flips + 1);
  }
  return size;
}

function masksOf(length: number, radius: number): Uint32Array {
  const masks = [0];
  let last = [{ mask: 0, next: 0 }];
  for (let flips = 1; flips <= radius; flips++) {
    last = last.flatMap(({ mask, next }) =>
      Array.from({ length: length - next }, (_, more) => ({ mask: mask | 1 << next + more, next: next + more + 1 }))
    );
    for (const { mask } of last) masks.push(mask);
  }
  return Uint32Array.from(masks);
}
