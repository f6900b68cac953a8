import {
  canonicalJson,
  chanceWithin,
  compareItems,
  createHashArrays,
  type DatasetHost,
  defineDatasetStep,
  digestOfImage,
  drop,
  exactly,
  findLeaders,
  type HashedImages,
  idOf,
  InputError,
  type Item,
  type ItemsView,
  type Json,
  keep,
  type Leaders,
  nobody,
  setWords,
  type Verdict,
  withFacts,
  z,
} from "../runtime/plugin.ts";

const options = z.strictObject({
  radius: z.int().min(0).max(64).optional().describe(
    "Bits in which two hashes may differ for their pictures to count as alike; 12 of 64 bits or 40 of 256 when absent, " +
      "and at most a quarter of the bits",
  ),
  group_by: z.string().min(1).optional().describe(
    "A fact such as `camera`: only pictures for which it is the same are compared; all with all when absent",
  ),
  window_seconds: z.number().positive().optional().describe(
    "Only pictures that were taken no more than this apart are compared by their looks, by the fact `time`",
  ),
  window_frames: z.int().min(1).optional().describe(
    "Only pictures no more than so many places apart, in the order of keys within the group, are compared by their looks",
  ),
  time: z.string().min(1).default("time").describe(
    "The fact that `window_seconds` looks at: seconds, or a date and time as `2026-11-21T09:30:00Z` (without a zone: UTC)",
  ),
  keep: z.enum(["first", "sharpest"]).default("first").describe(
    "Which of several pictures that look alike stays: the first in the order of keys, or the one with the greatest " +
      "`sharpness`, a fact that `quality` gives",
  ),
  count: z.boolean().default(false).describe(
    "Whether pictures that stay get the fact `duplicates`, how many were dropped for them; what follows is then done " +
      "again for a picture whenever that number changes",
  ),
}).refine(
  ({ window_seconds, window_frames }) => window_seconds === undefined || window_frames === undefined,
  "give `window_seconds` or `window_frames`, not both",
);
type Options = z.output<typeof options>;

/** Drops pictures that look like one that stays. Each is compared with those that stay only (a leader rule), never along
 *  chains: in a slow pan, where each frame looks like the next, one is kept again and again, and what is dropped is
 *  within the radius of what it was dropped for.
 *
 *  What stayed in the parent version stays, whatever comes: the leaders of a growing set are those there already, then
 *  new ones, in the order of `keep`. Hashes are facts of the items, so nothing is hashed again.
 *
 *  Equal bytes with equal edits are duplicates whatever radius and window say, within the group. Pictures without a hash
 *  (flat ones) and without a time are compared in that way alone. */
export default defineDatasetStep({
  name: "dedupe",
  version: 1,
  summary: "Drops pictures that are the same as another or look like it",
  options,
  history: true,
  needs: ({ group_by, window_seconds, time, keep }) => [
    "phash",
    ...(group_by === undefined ? [] : [group_by]),
    ...(window_seconds === undefined ? [] : [time]),
    ...(keep === "sharpest" ? ["sharpness"] : []),
  ],
  gives: ({ count }) => count ? ["duplicates"] : [],
  examples: [
    { title: "keeps a picture that is alone", with: {}, facts: { phash: "00ff00ff00ff00ff" }, expect: "keep" },
    {
      title: "counts what was dropped for a picture",
      with: { count: true },
      facts: { phash: null },
      expect: { facts: { duplicates: 0 } },
    },
  ],
  open: (asked, host) => ({
    async *whole(dataset, signal): AsyncGenerator<Verdict> {
      const set = await gather(dataset, asked, host, signal);
      const { leaders, distances, counts } = await decide(set, asked, signal);
      for (const line of warnings(set, asked, leaders)) host.log(line);
      const names = await namesOf(dataset, counts, signal);
      let at = 0;
      for await (const item of dataset.scan()) {
        const leader = leaders[at] ?? nobody;
        if (leader !== nobody) yield lossOf(names.get(leader) ?? "", distances[at] ?? 0, set.bits);
        else yield keep(asked.count ? withFacts(item, { duplicates: counts[at] ?? 0 }) : item);
        at++;
      }
    },
  }),
});

function lossOf(name: string, distance: number, bits: number): Verdict {
  return distance === exactly
    ? drop("duplicate", `It is the same picture as "${name}"`)
    : drop("near_duplicate", `It looks like "${name}": ${distance} of ${bits} bits differ`);
}

type Gathered = HashedImages & { readonly bits: number };

/** About 100 bytes an image in memory with 64 bits, 250 with 256; turned copies come on top. */
async function gather(dataset: ItemsView, asked: Options, host: DatasetHost, signal: AbortSignal): Promise<Gathered> {
  const { count } = dataset;
  const groups = new Uint32Array(count);
  const digests = new Uint32Array(count * 4);
  const hashes = createHashArrays(count);
  const moments = isWindowed(asked) ? new Float64Array(count) : undefined;
  const sharpness = asked.keep === "sharpest" ? new Float64Array(count) : undefined;
  const stayed = new Uint8Array(count);
  const group = createNumbering();
  const places: number[] = [];
  const before = host.history === undefined ? undefined : createEarlier(host.history, asked);
  let at = 0;
  for await (const item of dataset.scan()) {
    signal.throwIfAborted();
    groups[at] = group(groupText(item, asked));
    setWords(digests, at * 4, digestText(item), 4);
    hashes.take(at, item);
    if (moments !== undefined) moments[at] = momentOf(item, asked, places, groups[at] ?? 0);
    if (sharpness !== undefined) sharpness[at] = numberOf(item.facts.sharpness);
    if (await before?.stayed(item) === true) stayed[at] = 1;
    at++;
  }
  await before?.close();
  return { count, ...hashes.all(), digests, groups, ...(moments && { moments }), ...inOrder(stayed, sharpness) };
}

function isWindowed({ window_seconds, window_frames }: Options): boolean {
  return window_seconds !== undefined || window_frames !== undefined;
}

function createNumbering(): (text: string) => number {
  const numbers = new Map<string, number>();
  return (text) => {
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    return number;
  };
}

function groupText({ facts }: Item, { group_by }: Options): string {
  return group_by === undefined ? "" : canonicalJson(facts[group_by] ?? null);
}

/** Without edits the digest of the bytes will do, and is at hand. */
function digestText({ image }: Item): string {
  return (image.edits.length === 0 ? image.blob.digest : digestOfImage(image)).replace(/^.*:/, "");
}

/** Seconds, or the place of the item in its group. */
function momentOf({ facts }: Item, { window_frames, time }: Options, places: number[], group: number): number {
  if (window_frames !== undefined) return places[group] = (places[group] ?? -1) + 1;
  const value = facts[time];
  if (typeof value !== "string") return numberOf(value);
  const zoned = !value.includes(":") || /(Z|[+-]\d\d:?\d\d)$/.test(value);
  return Date.parse(zoned ? value : `${value}Z`) / 1000;
}

function numberOf(value: Json | undefined): number {
  return typeof value === "number" ? value : NaN;
}

/** Those that stayed before come first, then the others: the sharpest first, and those without a measure last. */
function inOrder(stayed: Uint8Array, sharpness: Float64Array | undefined): Pick<HashedImages, "order" | "settled"> {
  const settled = stayed.reduce((sum, one) => sum + one, 0);
  const order = new Uint32Array(stayed.length);
  let known = 0;
  let fresh = settled;
  for (const [at, one] of stayed.entries()) order[one === 1 ? known++ : fresh++] = at;
  if (sharpness !== undefined) {
    const of = (at: number) => Number.isNaN(sharpness[at] ?? NaN) ? -1 : sharpness[at] ?? -1;
    order.subarray(settled).sort((left, right) => of(right) - of(left) || left - right);
  }
  return { order, settled };
}

/** Goes through what stayed in the parent version beside the items of this one. An item stayed when it is still the same
 *  picture, of the same group and time. */
function createEarlier(history: ItemsView, asked: Options) {
  const items = history.scan()[Symbol.asyncIterator]();
  let next = items.next();
  const timeOf = ({ facts }: Item) => asked.window_seconds === undefined ? null : facts[asked.time];
  const identity = (item: Item) => {
    const { phash = null } = item.facts;
    return canonicalJson([digestText(item), phash, groupText(item, asked), timeOf(item) ?? null]);
  };
  return {
    async stayed(item: Item): Promise<boolean> {
      for (;; next = items.next()) {
        const { done, value } = await next;
        if (done === true) return false;
        const order = compareItems(value, item);
        if (order === 0) return identity(value) === identity(item);
        if (order > 0) return false;
      }
    },
    async close(): Promise<void> {
      await items.return?.();
    },
  };
}

const radiusFor: Readonly<Record<number, number>> = { 64: 12, 256: 40 };

function radiusOf({ radius }: Options, bits: number): number {
  return radius ?? radiusFor[bits] ?? 0;
}

async function decide({ bits, ...set }: Gathered, asked: Options, signal: AbortSignal): Promise<Leaders> {
  const radius = radiusOf(asked, bits);
  if (radius > bits / 4) {
    throw new InputError(`Cannot compare hashes of ${bits} bits with the radius ${radius}: the most is ${bits / 4}`);
  }
  const { window_seconds, window_frames } = asked;
  const window = window_seconds ?? window_frames;
  return await findLeaders(set, window === undefined ? { radius } : { radius, window }, async () => {
    await new Promise((resolve) => setTimeout(resolve, 0));
    signal.throwIfAborted();
  });
}

/** From this share of unrelated pictures that are taken for copies, it is said. */
const muchChance = 0.01;

/** Two random hashes are within the radius now and then, and a large set has many pairs. */
function warnings({ bits, hashed }: Gathered, asked: Options, leaders: Uint32Array): string[] {
  if (asked.group_by !== undefined || isWindowed(asked)) return [];
  const stayed = leaders.reduce((sum, leader, at) => sum + (leader === nobody ? hashed[at] ?? 0 : 0), 0);
  const radius = radiusOf(asked, bits);
  const chance = stayed / 2 * chanceWithin(bits, radius);
  if (chance < muchChance) return [];
  const share = `about ${
    Math.min(99, Math.round(chance * 100))
  } % of unrelated pictures are taken for copies by chance`;
  return [
    `among ${stayed} pictures with hashes of ${bits} bits and the radius ${radius}, ${share}: use \`bits: 256\`, ` +
    "a smaller radius, `group_by` or a window",
  ];
}

/** The names of all that something was dropped for. */
async function namesOf(dataset: ItemsView, counts: Uint32Array, signal: AbortSignal): Promise<Map<number, string>> {
  const names = new Map<number, string>();
  if (!counts.some((count) => count > 0)) return names;
  let at = 0;
  for await (const item of dataset.scan()) {
    signal.throwIfAborted();
    if ((counts[at] ?? 0) > 0) names.set(at, idOf(item));
    at++;
  }
  return names;
}
