import {
  canonicalJson,
  compareUtf8,
  type DatasetHost,
  defineDatasetStep,
  type Item,
  type ItemsView,
  keep,
  type Verdict,
  withFacts,
  z,
} from "../runtime/plugin.ts";

const names = ["train", "val", "test"] as const;
type Split = typeof names[number];
type PerSplit = Record<Split, number>;

const share = z.number().min(0).max(1e6);
const options = z.strictObject({
  train: share.default(80).describe("Share of the items for training; shares are relative to their sum"),
  val: share.default(0).describe("Share of the items for validation"),
  test: share.optional().describe(
    "Share of the items for testing; when absent, what the others leave of 100 (of 1, when they come to no more than 1)",
  ),
  group_by: z.string().min(1).default("source").describe(
    "What never crosses a split: `source`, the image as the source gave it, or the name of a fact such as `camera`",
  ),
  stratify_by: z.string().min(1).optional()
    .describe("A fact whose values are spread over the splits in equal shares, such as `weather`"),
}).refine(({ train, val, test }) => train + val + (test ?? 1) > 0, "give at least one split a share above 0");
type Options = Omit<z.output<typeof options>, "test"> & { readonly test: number };

function completed({ test, ...asked }: z.output<typeof options>): Options {
  const others = asked.train + asked.val;
  return { ...asked, test: test ?? Math.max(0, (others <= 1 ? 1 : 100) - others) };
}

/** Deals items out to train, val and test. Shares are exact as far as whole groups allow. What an earlier version put
 *  into a split stays there as the set grows; new groups go where most is missing. With other options everything is
 *  dealt out afresh. */
export default defineDatasetStep({
  name: "split",
  version: 1,
  summary: "Puts every item into the split train, val or test",
  options,
  history: true,
  adds: true,
  needs: ({ group_by, stratify_by }) => [
    ...(group_by === "source" ? [] : [group_by]),
    ...(stratify_by === undefined ? [] : [stratify_by]),
  ],
  gives: ["split"],
  examples: [
    { title: "fills train", with: { train: 1, test: 0 }, expect: { facts: { split: "train" } } },
    { title: "fills val", with: { train: 0, val: 5, test: 0 }, expect: { facts: { split: "val" } } },
  ],
  open: (given, host) => ({
    async *whole(dataset, signal): AsyncGenerator<Verdict> {
      const asked = completed(given);
      const groups = await gather(dataset, asked, host, signal);
      dealOut(groups.values(), asked, host);
      for await (const item of dataset.scan()) {
        signal.throwIfAborted();
        yield keep(withFacts(item, { split: groups.get(groupOf(item, asked))?.split }));
      }
    },
  }),
});

/** Items that must stay together. Held in memory for all groups at once, so it is kept small. */
type Group = {
  readonly rank: number;
  /** Items in it; 0 for a group that only the history knows. */
  size: number;
  stratum: string;
  split: Split | undefined;
};
type Groups = Map<string, Group>;

async function gather(dataset: ItemsView, asked: Options, host: DatasetHost, signal: AbortSignal): Promise<Groups> {
  const groups = host.history === undefined ? new Map() : await remembered(host.history, asked, host, signal);
  let ungrouped = 0;
  for await (const item of dataset.scan()) {
    signal.throwIfAborted();
    const group = joined(groups, groupOf(item, asked), host);
    if (group.size++ === 0) group.stratum = stratumOf(item, asked);
    if (asked.group_by !== "source" && item.facts[asked.group_by] === undefined) ungrouped++;
  }
  if (ungrouped > 0) host.log(`${ungrouped} items have no "${asked.group_by}" and are grouped by their source instead`);
  return groups;
}

async function remembered(history: ItemsView, asked: Options, host: DatasetHost, signal: AbortSignal): Promise<Groups> {
  const groups: Groups = new Map();
  for await (const item of history.scan()) {
    signal.throwIfAborted();
    const split = names.find((name) => name === item.facts.split);
    if (split !== undefined && asked[split] > 0) joined(groups, groupOf(item, asked), host).split ??= split;
  }
  return groups;
}

function joined(groups: Groups, name: string, host: DatasetHost): Group {
  const known = groups.get(name);
  if (known !== undefined) return known;
  const group = { rank: host.random(name), size: 0, stratum: "", split: undefined };
  groups.set(name, group);
  return group;
}

/** The text of a fact begins with no space, so that it cannot be taken for the key of an item that lacks the fact. */
function groupOf({ key, facts }: Item, { group_by }: Options): string {
  if (group_by === "source") return key;
  const value = facts[group_by];
  return value === undefined ? ` ${key}` : canonicalJson(value);
}

function stratumOf({ facts }: Item, { stratify_by }: Options): string {
  const value = stratify_by === undefined ? undefined : facts[stratify_by];
  return value === undefined ? "" : canonicalJson(value);
}

/** Settles the split of every group. The fractions that one stratum leaves over go on to the next, so that the shares
 *  of the whole come out as exact as those of a single stratum. */
function dealOut(groups: Iterable<Group>, asked: Options, host: DatasetHost): void {
  const sum = asked.train + asked.val + asked.test;
  const got = perSplit(() => 0);
  const wanted = perSplit(() => 0);
  let carried = perSplit(() => 0);
  for (const members of inStrata(groups)) {
    const total = members.reduce((items, { size }) => items + size, 0);
    const ideal = perSplit((name) => total * asked[name] / sum + carried[name]);
    const quotas = largestRemainder(ideal, total);
    carried = perSplit((name) => ideal[name] - quotas[name]);
    fill(members, quotas, asked);
    for (const { split, size } of members) if (split !== undefined) got[split] += size;
    for (const name of names) wanted[name] += quotas[name];
  }
  if (names.some((name) => got[name] !== wanted[name])) {
    host.log(`${textOf(got)} instead of ${textOf(wanted)}: groups stay whole, and in the split they were in`);
  }
}

function inStrata(groups: Iterable<Group>): Group[][] {
  const strata = new Map<string, Group[]>();
  for (const group of groups) {
    if (group.size === 0) continue;
    const members = strata.get(group.stratum);
    if (members === undefined) strata.set(group.stratum, [group]);
    else members.push(group);
  }
  return [...strata].sort(([left], [right]) => compareUtf8(left, right)).map(([, members]) => members);
}

/** New groups, in an order that only their names and the seed decide, go where most is missing; the last ones go where
 *  there is nothing yet, so that no split stays empty for want of small groups. */
function fill(members: readonly Group[], quotas: PerSplit, asked: Options): void {
  const missing = { ...quotas };
  for (const { split, size } of members) if (split !== undefined) missing[split] -= size;
  const open = names.filter((name) => asked[name] > 0);
  const bare = new Set(open.filter((name) => quotas[name] > 0 && missing[name] === quotas[name]));
  const newcomers = members.filter(({ split }) => split === undefined).sort((left, right) => left.rank - right.rank);
  for (const [index, group] of newcomers.entries()) {
    const candidates = newcomers.length - index <= bare.size ? [...bare] : open;
    group.split = candidates.reduce((most, name) => missing[name] > missing[most] ? name : most);
    missing[group.split] -= group.size;
    bare.delete(group.split);
  }
}

/** Whole numbers near `ideal` that add up to `total`: the largest fractions are rounded up. A negative ideal, which a
 *  stratum can be left by those before it, counts as none. */
function largestRemainder(ideal: PerSplit, total: number): PerSplit {
  const counts = perSplit((name) => Math.max(0, Math.floor(ideal[name])));
  const order = names.toSorted((left, right) => ideal[right] - counts[right] - (ideal[left] - counts[left]));
  let left = total - counts.train - counts.val - counts.test;
  for (const name of order) {
    if (left <= 0) break;
    counts[name]++;
    left--;
  }
  for (const name of order.reverse()) {
    if (left >= 0 || counts[name] === 0) continue;
    counts[name]--;
    left++;
  }
  return counts;
}

function perSplit(valueOf: (name: Split) => number): PerSplit {
  return { train: valueOf("train"), val: valueOf("val"), test: valueOf("test") };
}

function textOf(counts: PerSplit): string {
  return names.map((name) => `${name} ${counts[name]}`).join(", ");
}
