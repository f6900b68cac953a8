// What is new in a version, for those who tell of it: shards that the version before had as well are not read there.
import { compareUtf8, type Digest } from "../contract/json.ts";
import type { ChangedItem, VersionChange } from "../contract/delivery.ts";
import { compareItems, idOf } from "../contract/item.ts";
import type { ShardRow, Version } from "../contract/version.ts";
import type { Chunks } from "../store/chunks.ts";
import { entryOf, itemOf } from "./entry.ts";

export type Numbered = { readonly number: number; readonly id: Digest; readonly version: Version };

/** A version next to the one before it; all is new where there is none. */
export function versionChange(chunks: Chunks, { number, id, version }: Numbered, before?: Version): VersionChange {
  const { dataset, counts } = version;
  const items = (which: "all" | "differing") => changedItems(chunks, version, before, which);
  return {
    dataset,
    number,
    version: id,
    counts,
    items: () => items("all"),
    async *added() {
      for await (const { isNew, ...item } of items("differing")) if (isNew) yield item;
    },
  };
}

async function* changedItems(
  chunks: Chunks,
  version: Version,
  before: Version | undefined,
  which: "all" | "differing",
): AsyncGenerator<ChangedItem> {
  const earlier = before === undefined ? [] : await Array.fromAsync(rowsOf(chunks, before));
  const known = new Set(earlier.flatMap((row) => digestOfItems(row) ?? []));
  const wasThere = lookup(chunks, earlier);
  for await (const row of rowsOf(chunks, version)) {
    const digest = digestOfItems(row);
    if (digest === undefined) continue;
    const isKnown = known.has(digest);
    if (isKnown && which === "differing") continue;
    for (const entry of (await chunks.get(digest)).map(entryOf)) {
      for (const stored of entry.items) {
        const item = itemOf(entry.key, stored);
        yield { ...item, isNew: !isKnown && !await wasThere(item) };
      }
    }
  }
}

async function* rowsOf(chunks: Chunks, { shards }: Version): AsyncGenerator<ShardRow> {
  for await (const line of chunks.readList(shards)) yield JSON.parse(line);
}

/** The cell before the ledger holds the items as they are in the end. */
function digestOfItems({ cells }: ShardRow): Digest | undefined {
  return cells.at(-2)?.digest;
}

type Named = { readonly key: string; readonly child: string };

/** Whether earlier rows have an item. To be asked in the order of keys: one row is held at a time. */
function lookup(chunks: Chunks, rows: readonly ShardRow[]): (item: Named) => Promise<boolean> {
  let at = 0;
  let held: { readonly at: number; readonly ids: ReadonlySet<string> } | undefined;
  let last: Named = { key: "", child: "" };
  return async (item) => {
    if (compareItems(item, last) < 0) at = 0;
    last = item;
    for (let row = rows[at]; row !== undefined && compareUtf8(row.last, item.key) < 0; row = rows[at]) at++;
    const row = rows[at];
    if (row === undefined || compareUtf8(row.first, item.key) > 0) return false;
    if (held?.at !== at) held = { at, ids: await idsIn(chunks, row) };
    return held.ids.has(idOf(item));
  };
}

async function idsIn(chunks: Chunks, row: ShardRow): Promise<ReadonlySet<string>> {
  const digest = digestOfItems(row);
  const lines = digest === undefined ? [] : await chunks.get(digest);
  return new Set(lines.map(entryOf).flatMap(({ key, items }) => items.map(({ child }) => idOf({ key, child }))));
}
