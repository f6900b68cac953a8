// Whether two versions of a dataset have the same items: what is equal chunk by chunk is not read.
import { canonicalJson } from "../contract/json.ts";
import type { Item } from "../contract/item.ts";
import type { Cell } from "../contract/version.ts";
import type { DatasetStorage } from "../store/open.ts";
import type { DatasetReader } from "./reader.ts";
import { viewOf } from "./whole.ts";

/** True when whoever reads one version finds what there is in the other: ids, images with their edits, facts. */
export async function haveSameItems(
  { chunks }: DatasetStorage,
  left: DatasetReader,
  right: DatasetReader,
): Promise<boolean> {
  const [ours, theirs] = [await itemCells(left), await itemCells(right)];
  const alike = new Set(ours.map(({ digest }) => digest));
  const shared = new Set(theirs.map(({ digest }) => digest).filter((digest) => alike.has(digest)));
  const rest = (cells: readonly Cell[]) => viewOf(chunks, cells.filter(({ digest }) => !shared.has(digest))).scan();
  return await areEqual(rest(ours), rest(theirs));
}

async function itemCells({ rows }: DatasetReader): Promise<Cell[]> {
  const cells: Cell[] = [];
  for await (const row of rows()) cells.push(...row.cells.slice(-2, -1));
  return cells;
}

async function areEqual(left: AsyncIterable<Item>, right: AsyncIterable<Item>): Promise<boolean> {
  const others = right[Symbol.asyncIterator]();
  try {
    for await (const item of left) {
      const other = await others.next();
      if (other.done === true || canonicalJson(item) !== canonicalJson(other.value)) return false;
    }
    return (await others.next()).done === true;
  } finally {
    await others.return?.();
  }
}
