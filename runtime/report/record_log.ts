// One line of CSV a record: what became of it and what was found in it. Streamed: the ledger and the items are read side
// by side, both in key order.
import type { Item, LedgerLine } from "../contract/item.ts";
import { detectionsOf, isSearched } from "./items.ts";
import { labelCounts } from "./labels.ts";
import { outcomeOf } from "./statistics.ts";
import { csvLine } from "./text.ts";

const head = ["key", "verdict", "step", "reason", "detail", "items", "detections", "classes", "notes"];

export type RecordLogInput = {
  /** In key order. */
  readonly ledger: AsyncIterable<LedgerLine>;
  /** In the order of `compareItems`. */
  readonly items: AsyncIterable<Item>;
};

/** The header and a line a record. `detections` and `classes` are empty where nothing was looked for. */
export async function* recordLog({ ledger, items }: RecordLogInput, signal: AbortSignal): AsyncGenerator<string> {
  yield csvLine(head);
  const left = items[Symbol.asyncIterator]();
  let next = await left.next();
  try {
    for await (const line of ledger) {
      signal.throwIfAborted();
      const found: Item[] = [];
      while (!next.done && next.value.key === line.key) {
        found.push(next.value);
        next = await left.next();
      }
      yield csvLine(cellsOf(line, found));
    }
  } finally {
    await left.return?.();
  }
}

function cellsOf(line: LedgerLine, items: readonly Item[]): (string | number | undefined)[] {
  const { verdict, step, reason } = outcomeOf(line);
  const detail = verdict === "kept" ? undefined : line.losses.find((loss) => loss.reason === reason)?.detail;
  const searched = items.filter(isSearched);
  const boxes = searched.flatMap(detectionsOf);
  const classes = labelCounts(boxes).map(([label, count]) => `${label} ${count}`).join("; ");
  const found = searched.length === 0 ? [undefined, undefined] : [boxes.length, classes];
  return [line.key, verdict, step, reason, detail, line.items, ...found, line.notes.length];
}
