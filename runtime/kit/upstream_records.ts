// Items of other datasets as records: those of one key are one record, so that ids stay what they are upstream.
import { matchesGlob } from "node:path";
import { InputError } from "../contract/errors.ts";
import type { InputDataset } from "../contract/hosts.ts";
import { idOf, type Item, type SourceRecord, type UpstreamItem } from "../contract/item.ts";
import { compareUtf8, digestOfJson } from "../contract/json.ts";

export type UpstreamOptions = {
  /** Globs on ids as they are in the records. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Facts that the items are counted on to have. */
  readonly facts: readonly string[];
  /** Puts the dataset's name and a slash before each key. */
  readonly prefix: boolean;
  /** Gives each item the name of its dataset under this name. */
  readonly name_fact?: string | undefined;
};

/** Equal ids that are named in the error. */
const mostNamed = 3;
/** Records that are still looked at for more of them. */
const mostSought = 10_000;

/** The items of all inputs in key order, read as a stream. Throws `InputError` where two inputs have an item of the same
 *  id, and where no item of an input has a fact that is counted on. */
export async function* upstreamRecords(
  inputs: readonly InputDataset[],
  options: UpstreamOptions,
  log: (text: string) => void,
  signal: AbortSignal,
): AsyncGenerator<SourceRecord> {
  const doubles: string[] = [];
  let sought = 0;
  for await (const groups of merged(inputs.map((input) => groupsOf(input, options, log)))) {
    signal.throwIfAborted();
    const double = doubleIn(groups);
    if (double !== undefined) doubles.push(double);
    if (doubles.length === 0) yield recordOf(groups);
    else if (doubles.length >= mostNamed || sought++ >= mostSought) break;
  }
  if (doubles.length > 0) throw equalIds(inputs, doubles);
}

/** The items of one key in one dataset. */
type Group = { readonly key: string; readonly dataset: string; readonly items: readonly UpstreamItem[] };

async function* groupsOf(
  input: InputDataset,
  options: UpstreamOptions,
  log: (text: string) => void,
): AsyncGenerator<Group> {
  const { dataset } = input;
  const survey = surveyFacts(input, options.facts);
  let last: { readonly key: string; readonly from: string; readonly items: UpstreamItem[] } | undefined;
  for await (const item of input.items()) {
    survey.look(item);
    const key = options.prefix ? `${dataset}/${item.key}` : item.key;
    if (!isWanted(idOf({ key, child: item.child }), options)) continue;
    if (last?.from !== item.key) {
      if (last !== undefined) yield { ...last, dataset };
      last = { key, from: item.key, items: [] };
    }
    last.items.push(upstreamItem(item, dataset, options));
  }
  if (last !== undefined) yield { ...last, dataset };
  survey.end(log);
}

function isWanted(id: string, { include, exclude }: UpstreamOptions): boolean {
  const matches = (glob: string) => matchesGlob(id, glob);
  return (include.length === 0 || include.some(matches)) && !exclude.some(matches);
}

function upstreamItem({ key, child, image, facts }: Item, dataset: string, options: UpstreamOptions): UpstreamItem {
  const { name_fact } = options;
  const named = name_fact === undefined ? facts : { ...facts, [name_fact]: dataset };
  return { child, image, facts: named, from: { dataset, key } };
}

/** Several sorted streams as one: what has the same key comes together. */
async function* merged(streams: readonly AsyncGenerator<Group>[]): AsyncGenerator<Group[]> {
  try {
    let heads = await Promise.all(streams.map((stream) => headOf(stream)));
    for (;;) {
      const least = heads.flat().reduce<Group | undefined>(lesser, undefined);
      if (least === undefined) return;
      yield heads.flat().filter(({ key }) => key === least.key);
      heads = await Promise.all(
        heads.map((head, at) => head[0]?.key === least.key ? headOf(streams[at]) : head),
      );
    }
  } finally {
    for (const stream of streams) await stream.return(undefined);
  }
}

/** The next group of a stream; none at its end. */
async function headOf(stream: AsyncGenerator<Group> | undefined): Promise<readonly Group[]> {
  const next = await stream?.next();
  return next === undefined || next.done === true ? [] : [next.value];
}

function lesser(least: Group | undefined, group: Group): Group {
  return least === undefined || compareUtf8(group.key, least.key) < 0 ? group : least;
}

function recordOf(groups: readonly Group[]): SourceRecord {
  const items = groups.length === 1
    ? groups[0]?.items ?? []
    : groups.flatMap((group) => group.items).sort((left, right) => compareUtf8(left.child, right.child));
  const said = items.map(({ child, image, facts }) => ({ child, image, facts }));
  return { key: groups[0]?.key ?? "", revision: digestOfJson(said).slice(0, 16), items };
}

/** Crops of one frame may come from several datasets; the same id, or another frame of the same name, may not. */
function doubleIn(groups: readonly Group[]): string | undefined {
  const [first, ...others] = groups;
  for (const other of others) {
    const same = other.items.find((item) => first?.items.some((one) => one.child === item.child));
    const strange = other.items.find((item) => first?.items.some((one) => !haveSameBytes(one, item)));
    const child = (same ?? strange)?.child;
    if (child !== undefined) {
      return `"${idOf({ key: other.key, child })}" in "${first?.dataset}" and "${other.dataset}"`;
    }
  }
  return others.length < 2 ? undefined : doubleIn(others);
}

function haveSameBytes(left: UpstreamItem, right: UpstreamItem): boolean {
  return left.image.blob.digest === right.image.blob.digest;
}

function equalIds(inputs: readonly InputDataset[], doubles: readonly string[]): InputError {
  const names = inputs.map(({ dataset }) => `"${dataset}"`).join(" and ");
  const more = doubles.length < mostNamed ? "" : " and more";
  const way = "`prefix: true` puts the dataset's name before each id, `exclude` leaves some out";
  return new InputError(
    `Cannot put ${names} together: the same id stands for two images: ${doubles.join(", ")}${more}; ${way}`,
    [],
    { code: "source" },
  );
}

type FactSurvey = { look(item: Item): void; end(log: (text: string) => void): void };

/** Counts how many items lack a fact that is counted on. */
function surveyFacts({ dataset, number }: InputDataset, wanted: readonly string[]): FactSurvey {
  const missing = new Map(wanted.map((name) => [name, 0]));
  const known = new Set<string>();
  let items = 0;
  return {
    look({ facts }) {
      items++;
      for (const name of wanted) if (facts[name] === undefined) missing.set(name, (missing.get(name) ?? 0) + 1);
      if (items <= 1000 && wanted.length > 0) Object.keys(facts).forEach((name) => known.add(name));
    },
    end(log) {
      for (const [name, count] of missing) {
        if (count === 0) continue;
        if (count === items) throw absentFact(`${dataset} v${number}`, name, [...known].sort());
        log(`${count} of ${items} items of ${dataset} v${number} have no fact "${name}"`);
      }
    },
  };
}

function absentFact(version: string, name: string, known: readonly string[]): InputError {
  const there = known.length === 0 ? "they have none" : `they have ${known.map((one) => `"${one}"`).join(", ")}`;
  const text = `Cannot count on the fact "${name}": no item of ${version} has it, ${there}; ` +
    "mend `facts` of the source, or add the step that gives it";
  return new InputError(text, [], { code: "source" });
}
