// What is known of a record or an item: in the version that was asked for, and up through those it was made from.
import { InputError } from "../contract/errors.ts";
import { idOf, type SourceRecord, type UpstreamItem } from "../contract/item.ts";
import type { InputVersion, Provenance } from "../contract/version.ts";
import type { StoredItem } from "../engine/entry.ts";
import { openInputVersion, unlessGone } from "../engine/lineage.ts";
import type { DatasetReader, RecordTrace } from "../engine/reader.ts";
import type { DatasetStorage } from "../store/open.ts";
import { isWithinChild, type ItemName, nearestIds, readingsOf } from "./ids.ts";
import { plain } from "./text.ts";

/** `files` are paths in the published tree by child; those of versions that were only read are not looked for. */
export type Story = {
  readonly dataset: string;
  readonly number: number;
  readonly name: ItemName;
  readonly trace: RecordTrace;
  readonly items: readonly StoredItem[];
  readonly files: ReadonlyMap<string, readonly string[]>;
  readonly provenance: Provenance;
  /** The same in the datasets that the record was read from. */
  readonly upstream: readonly UpstreamStory[];
};

/** `story` is absent where the version was removed from the store since. */
export type UpstreamStory = { readonly input: InputVersion; readonly name: ItemName; readonly story?: Story };

/** Throws `InputError` with the nearest ids when there is no such record or item. */
export async function storyOf(storage: DatasetStorage, reader: DatasetReader, id: string): Promise<Story> {
  for (const name of readingsOf(id)) {
    const trace = await reader.find(name.key);
    if (trace === undefined) continue;
    const story = await storyOfTrace(storage, reader, name, trace);
    if (story.items.length === 0 && !mentions(trace, name)) throw unknownChild(id, name, lastItems(trace));
    return { ...story, files: await filesOf(story.items, reader) };
  }
  throw await unknownId(reader, id);
}

async function storyOfTrace(
  storage: DatasetStorage,
  reader: DatasetReader,
  name: ItemName,
  trace: RecordTrace,
): Promise<Story> {
  const { number, version: { dataset, provenance } } = reader;
  const items = lastItems(trace).filter(({ child }) => isWithinChild(child, name.child));
  const upstream: UpstreamStory[] = [];
  for (const one of upstreamNames(trace.record, name, provenance.inputs ?? [])) {
    const story = await unlessGone(() => upstreamStory(storage, one));
    upstream.push(story === undefined ? one : { ...one, story });
  }
  return { dataset, number, name, trace, items, files: new Map(), provenance, upstream };
}

async function upstreamStory(storage: DatasetStorage, { input, name }: UpstreamStory): Promise<Story | undefined> {
  const reader = await openInputVersion(storage, input);
  const trace = await reader?.find(name.key);
  return reader === undefined || trace === undefined ? undefined : await storyOfTrace(storage, reader, name, trace);
}

/** What the record was read from, in each dataset: the whole record there, or the one item that `name` is about. */
function upstreamNames(
  { items = [] }: SourceRecord,
  { child }: ItemName,
  inputs: readonly InputVersion[],
): readonly UpstreamStory[] {
  const about = items.filter((item) => child === undefined || isMadeOf(child, item));
  return inputs.flatMap((input) => {
    const here = about.filter(({ from }) => from.dataset === input.dataset);
    const [first] = here;
    if (first === undefined) return [];
    const { key } = first.from;
    return [{ input, name: child === undefined || here.length > 1 ? { key } : { key, child: first.child } }];
  });
}

/** True when the item with this child is that item, or was made from it. */
export function isMadeOf(child: string, { child: root }: Pick<UpstreamItem, "child">): boolean {
  return root === "" || isWithinChild(child, root);
}

function lastItems({ stages }: RecordTrace): readonly StoredItem[] {
  return stages.at(-1)?.entry.items ?? [];
}

function mentions({ line }: RecordTrace, { child }: ItemName): boolean {
  return child === undefined || [...line.losses, ...line.notes].some((about) => isWithinChild(about.child, child));
}

function unknownChild(id: string, { key }: ItemName, items: readonly StoredItem[]): InputError {
  const ids = items.slice(0, 10).map(({ child }) => `"${idOf({ key, child })}"`);
  const there = ids.length === 0 ? "nothing was kept of this record" : `there are ${ids.join(", ")}`;
  return new InputError(`Cannot explain "${plain(id)}": no item has this id; ${there}`);
}

async function unknownId({ version, number, ledger }: DatasetReader, id: string): Promise<InputError> {
  const near = await nearestIds(id, ledger());
  const hint = near.length === 0 ? "" : `. Near to it are ${near.map((one) => `"${one}"`).join(", ")}`;
  return new InputError(`Cannot explain "${plain(id)}": ${version.dataset} v${number} has no record of this id${hint}`);
}

/** Published pictures by child, told by their bytes. */
async function filesOf(items: readonly StoredItem[], { files }: DatasetReader): Promise<Map<string, string[]>> {
  const children = new Map<string, string>();
  for (const { child, pictures = {} } of items) {
    for (const picture of Object.values(pictures)) children.set(picture.digest, child);
  }
  const paths = new Map<string, string[]>();
  if (children.size === 0) return paths;
  for await (const { digest, path } of files()) {
    const child = children.get(digest);
    if (child !== undefined) paths.set(child, [...paths.get(child) ?? [], path]);
  }
  return paths;
}
