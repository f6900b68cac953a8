// Says where two versions that should be equal part: the first shard, line and file that differ.
import { canonicalJson, type Json } from "../contract/json.ts";
import type { Difference } from "../contract/events.ts";
import type { ShardRow, Version } from "../contract/version.ts";
import type { Chunks } from "../store/chunks.ts";
import type { DatasetStorage } from "../store/open.ts";
import { entryOfLine } from "./exporting.ts";

/** At least one, when they differ. Of the lines of a shard, of files and of notes, the first each. */
export async function differencesOf(
  { chunks }: DatasetStorage,
  stored: Version,
  computed: Version,
): Promise<Difference[]> {
  const found = [
    ...await inShards(chunks, stored, computed),
    ...await inFiles(chunks, stored, computed),
    ...await inNotes(chunks, stored, computed),
  ];
  return found.length > 0 ? found : inText(stored, computed);
}

async function inShards(chunks: Chunks, stored: Version, computed: Version): Promise<Difference[]> {
  if (stored.shards === computed.shards) return [];
  const differing = await firstDiffering(chunks.readList(stored.shards), chunks.readList(computed.shards));
  if (differing === undefined) return [];
  const [was, is] = [rowIn(differing.stored), rowIn(differing.computed)];
  const range = was ?? is;
  const shard = range === undefined ? {} : { shard: { first: range.first, last: range.last } };
  const index = was?.cells.findIndex(({ digest }, at) => digest !== is?.cells[at]?.digest) ?? -1;
  const [left, right] = [was?.cells[index]?.digest, is?.cells[index]?.digest];
  const column = stored.columns[index]?.name;
  if (left === undefined || right === undefined || column === undefined) return [{ ...shard, ...differing }];
  const line = await firstDiffering(await chunks.get(left), await chunks.get(right));
  return [{ ...shard, column, ...line, ...keyIn(line?.stored ?? line?.computed) }];
}

async function inFiles(chunks: Chunks, stored: Version, computed: Version): Promise<Difference[]> {
  if (stored.tree === computed.tree) return [];
  const line = await firstDiffering(chunks.readList(stored.tree), chunks.readList(computed.tree));
  const text = line?.stored ?? line?.computed;
  return text === undefined ? [] : [{ file: entryOfLine(text).path, ...line }];
}

async function inNotes(chunks: Chunks, stored: Version, computed: Version): Promise<Difference[]> {
  const found: Difference[] = [];
  for (const id of new Set([...Object.keys(stored.notes), ...Object.keys(computed.notes)])) {
    const [left, right] = [stored.notes[id], computed.notes[id]];
    if (left === right) continue;
    const lines = (digest: string | undefined) => digest === undefined ? [] : chunks.readList(digest);
    found.push({ notes: id, ...await firstDiffering(lines(left), lines(right)) });
  }
  return found;
}

/** What the texts of the versions say of themselves: counts, columns, provenance. */
function inText(stored: Version, computed: Version): Difference[] {
  const [was, is] = [stored, computed].map((version) => Object.entries(version as unknown as Record<string, Json>));
  return (was ?? []).flatMap(([name, value]) => {
    const other = is?.find(([one]) => one === name)?.[1] ?? null;
    const [left, right] = [canonicalJson(value), canonicalJson(other)];
    return left === right ? [] : [{ member: name, stored: left, computed: right }];
  });
}

type Pair = { readonly stored?: string; readonly computed?: string };

/** The first place where two sequences of lines differ; a side that has ended is absent. */
async function firstDiffering(
  stored: AsyncIterable<string> | Iterable<string>,
  computed: AsyncIterable<string> | Iterable<string>,
): Promise<Pair | undefined> {
  const right = iterate(computed);
  for await (const line of stored) {
    const other = await right.next();
    if (other.done) return { stored: line };
    if (other.value !== line) return { stored: line, computed: other.value };
  }
  const surplus = await right.next();
  return surplus.done ? undefined : { computed: surplus.value };
}

async function* iterate(lines: AsyncIterable<string> | Iterable<string>): AsyncGenerator<string> {
  yield* lines;
}

function rowIn(line: string | undefined): ShardRow | undefined {
  return line === undefined ? undefined : JSON.parse(line);
}

function keyIn(line: string | undefined): { readonly key?: string } {
  if (line === undefined) return {};
  const { key }: { readonly key?: string } = JSON.parse(line);
  return key === undefined ? {} : { key };
}
