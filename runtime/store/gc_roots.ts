// Which versions stay, and which have expired.
import type { InputVersion, Ref } from "../contract/version.ts";
import type { DatasetStorage } from "./open.ts";

/** Which versions of a dataset stay beside the newest, the tagged and those that other datasets were made from. All when
 *  neither is given; a version that either asks for stays. */
export type Keeping = {
  /** The dataset whose versions may expire; those of all when absent. */
  readonly dataset?: string;
  /** So many of the newest. */
  readonly last?: number;
  /** Those published after this time, in milliseconds since 1970. */
  readonly sinceMs?: number;
};

export type DatasetVersion = { readonly dataset: string; readonly number: number; readonly ref: Ref };

export type Roots = {
  readonly kept: readonly DatasetVersion[];
  readonly expired: readonly DatasetVersion[];
  /** `idOf` of those that stay. */
  readonly ids: ReadonlySet<string>;
  /** `numberOf` of those that stay. */
  readonly numbers: ReadonlySet<string>;
  /** `runOf` of those that stay. */
  readonly runs: ReadonlySet<string>;
};

/** Inputs of versions that were read, by `idOf`: versions do not change. */
export type KnownInputs = Map<string, readonly InputVersion[]>;

/** Sorts all refs of a store into those that stay and those that have expired. With `before`, only those expire that had
 *  expired then: what a clean-up did not take away when it began, it keeps. */
export async function rootsOf(
  storage: DatasetStorage,
  keeping: Keeping,
  known: KnownInputs,
  before?: Roots,
): Promise<Roots> {
  const gone = before === undefined ? undefined : new Set(before.expired.map(numberOf));
  const all: DatasetVersion[] = [];
  const kept = new Set<DatasetVersion>();
  for (const dataset of await Array.fromAsync(storage.refs.datasets())) {
    const history = (await Array.fromAsync(storage.refs.history(dataset))).map((one) => ({ dataset, ...one }));
    const tagged = new Set<number | undefined>();
    for await (const { number } of storage.tags.list(dataset)) tagged.add(number);
    for (const [index, one] of history.entries()) {
      const fresh = gone !== undefined && !gone.has(numberOf(one));
      if (fresh || tagged.has(one.number) || stays(one, history.length - index, keeping)) kept.add(one);
    }
    all.push(...history);
  }
  await addInputs(storage, all, kept, known);
  const staying = all.filter((one) => kept.has(one));
  return {
    kept: staying,
    expired: all.filter((one) => !kept.has(one)),
    ids: new Set(staying.map(idOf)),
    numbers: new Set(staying.map(numberOf)),
    runs: new Set(staying.map(({ dataset, ref }) => runOf(dataset, ref.run))),
  };
}

/** `fromEnd`: 1 for the newest version. */
function stays(one: DatasetVersion, fromEnd: number, { dataset, last, sinceMs }: Keeping): boolean {
  if (fromEnd === 1 || (dataset !== undefined && one.dataset !== dataset)) return true;
  if (last === undefined && sinceMs === undefined) return true;
  if (last !== undefined && fromEnd <= last) return true;
  return sinceMs !== undefined && !(Date.parse(one.ref.publishedAt) < sinceMs);
}

/** Adds the versions that kept ones were made from, theirs too, and so on. */
async function addInputs(
  { versions }: DatasetStorage,
  all: readonly DatasetVersion[],
  kept: Set<DatasetVersion>,
  known: KnownInputs,
): Promise<void> {
  const byId = new Map<string, DatasetVersion[]>();
  for (const one of all) byId.set(idOf(one), [...byId.get(idOf(one)) ?? [], one]);
  // A set is walked through to what is added meanwhile.
  const seen = new Set<string>();
  for (const one of kept) {
    const id = idOf(one);
    if (seen.has(id)) continue;
    seen.add(id);
    const inputs = known.get(id) ?? (await versions.get(one.dataset, one.ref.version)).provenance.inputs ?? [];
    known.set(id, inputs);
    for (const { dataset, version } of inputs) {
      for (const input of byId.get(`${dataset}/${version}`) ?? []) kept.add(input);
    }
  }
}

/** Names the version, whichever numbers it has. */
export function idOf({ dataset, ref }: DatasetVersion): string {
  return `${dataset}/${ref.version}`;
}

/** Names a number of a dataset. */
export function numberOf({ dataset, number }: DatasetVersion): string {
  return `${dataset}@${number}`;
}

/** Names a run of a dataset. */
export function runOf(dataset: string, run: string): string {
  return `${dataset}/${run}`;
}
