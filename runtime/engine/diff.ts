// Compares two versions, of one dataset or of two: reads what differs and nothing else.
import type {
  BalanceRow,
  BoxChange,
  ChangedPart,
  DiffSide,
  DiffSummary,
  ItemChange,
  RecordDiff,
} from "../contract/diff.ts";
import type { Facts, LedgerLine } from "../contract/item.ts";
import { canonicalJson, compareUtf8 } from "../contract/json.ts";
import type { Chunks } from "../store/chunks.ts";
import { boxesIn } from "./diff_boxes.ts";
import { type Fates, itemChanges } from "./diff_items.ts";
import { settingChanges } from "./diff_settings.ts";
import { differingLines, readTable, rowWith, type Table } from "./diff_table.ts";
import { type Entry, entryOf } from "./entry.ts";
import type { DatasetReader } from "./reader.ts";

export type DiffRequest = {
  readonly chunks: Chunks;
  readonly before: DatasetReader;
  readonly after: DatasetReader;
  /** Counts values over all items up to this many; of larger versions only what changed is counted. */
  readonly balanceUpTo: number;
  /** Each change, in the order of keys. */
  readonly onChange: (change: ItemChange) => void;
  /** Told how many rows of the shard table are done, of how many. */
  readonly onRows?: (done: number, total: number) => void;
  readonly signal: AbortSignal;
};

/** Facts whose values are counted, beside the labels of boxes. */
const countedFacts = ["split", "label", "class"] as const;

/** Compares two versions. Holds their shard tables and the lines of a few shards; whatever is unchanged stays unread. */
export async function diffVersions(request: DiffRequest): Promise<DiffSummary> {
  const { chunks, before, after } = request;
  const [left, right] = await Promise.all([readTable(chunks, before.version), readTable(chunks, after.version)]);
  const balance = createBalance();
  const totals = await compareItems(request, left, right, balance);
  return {
    before: sideOf(before),
    after: sideOf(after),
    same: before.ref.version === after.ref.version,
    records: await recordDiff(chunks, left, right),
    items: totals,
    balance: balance.rows(await wholeBalance(request, right)),
    settings: settingChanges(before.version.provenance, after.version.provenance),
  };
}

function sideOf({ number, ref, version }: DatasetReader): DiffSide {
  return { dataset: version.dataset, number, version: ref.version, counts: version.counts };
}

async function compareItems(request: DiffRequest, left: Table, right: Table, balance: Balance) {
  const { chunks, onChange, signal } = request;
  const fates = createFates(chunks, left, right);
  let row = 0;
  const items = { added: 0, removed: 0, changed: 0 };
  const parts: Record<ChangedPart, number> = { pixels: 0, picture: 0, facts: 0, boxes: 0 };
  const boxes: Record<BoxChange["kind"], number> = { added: 0, removed: 0, moved: 0, relabelled: 0, rescored: 0 };
  for await (const { key, before, after } of differingLines<Entry>(chunks, "items", left, right)) {
    signal.throwIfAborted();
    row = rowAfter(right, row, key);
    request.onRows?.(row, 2 * right.length);
    if (before !== undefined && after !== undefined && isSame(before, after)) continue;
    for (const { facts } of before?.items ?? []) balance.add(facts, -1);
    for (const { facts } of after?.items ?? []) balance.add(facts, 1);
    for (const change of itemChanges(key, before?.items ?? [], after?.items ?? [], await fates(key, before, after))) {
      items[change.change]++;
      if (change.change === "changed") {
        for (const part of change.parts) parts[part]++;
        for (const { kind } of change.boxes) boxes[kind]++;
      }
      onChange(change);
    }
  }
  return { ...items, parts, boxes };
}

/** The first row, from `row` on, that does not end before the key. */
function rowAfter(table: Table, row: number, key: string): number {
  let at = row;
  while (at < table.length && compareUtf8(table[at]?.last ?? "", key) < 0) at++;
  return at;
}

/** True when only what it was made from differs. */
function isSame(before: Entry, after: Entry): boolean {
  return canonicalJson(before.items) === canonicalJson(after.items);
}

/** Reads ledger lines of a record, where something was added or removed; keeps the chunk that it read last on a side. */
function createFates(chunks: Chunks, left: Table, right: Table) {
  const [inLeft, inRight] = [createLedger(chunks, left), createLedger(chunks, right)];
  const none: Fates = { before: undefined, after: undefined };
  return async (key: string, before: Entry | undefined, after: Entry | undefined): Promise<Fates> => {
    if (before?.items.length === after?.items.length && before !== undefined) return none;
    return { before: await inLeft(key), after: await inRight(key) };
  };
}

function createLedger(chunks: Chunks, table: Table): (key: string) => Promise<LedgerLine | undefined> {
  let read = { digest: "", lines: new Map<string, LedgerLine>() };
  return async (key) => {
    const digest = rowWith(table, key)?.ledger;
    if (digest === undefined) return undefined;
    if (read.digest !== digest) {
      const lines = (await chunks.get(digest)).map((line): LedgerLine => JSON.parse(line));
      read = { digest, lines: new Map(lines.map((line) => [line.key, line])) };
    }
    return read.lines.get(key);
  };
}

/** How many records came, went, and were listed otherwise. */
export async function recordDiff(chunks: Chunks, left: Table, right: Table): Promise<RecordDiff> {
  const records = { added: 0, changed: 0, removed: 0 };
  for await (const { before, after } of differingLines(chunks, "records", left, right)) {
    records[before === undefined ? "added" : after === undefined ? "removed" : "changed"]++;
  }
  return records;
}

type Balance = ReturnType<typeof createBalance>;
type Tally = Map<string, number>;

/** Counts how often values occur, by `<what>\0<value>`. */
function createBalance() {
  const changes: Tally = new Map();
  return {
    add: (facts: Facts, by: number) => tally(changes, facts, by),
    rows(whole: Tally | undefined): readonly BalanceRow[] {
      const names = [...new Set([...changes.keys(), ...whole?.keys() ?? []])];
      return names.map((name) => balanceRow(name, changes.get(name) ?? 0, whole)).sort(byChange);
    },
  };
}

function tally(counts: Tally, facts: Facts, by: number): void {
  const add = (name: string) => counts.set(name, (counts.get(name) ?? 0) + by);
  for (const { label } of boxesIn(facts)) add(`boxes\0${label}`);
  for (const name of countedFacts) if (typeof facts[name] === "string") add(`${name}\0${facts[name]}`);
}

function balanceRow(name: string, change: number, whole: Tally | undefined): BalanceRow {
  const at = name.indexOf("\0");
  const row = { of: name.slice(0, at), name: name.slice(at + 1), change };
  const after = whole?.get(name) ?? 0;
  return whole === undefined ? row : { ...row, before: after - change, after };
}

function byChange(left: BalanceRow, right: BalanceRow): number {
  return compareUtf8(left.of, right.of) || Math.abs(right.change) - Math.abs(left.change) ||
    (right.after ?? 0) - (left.after ?? 0) || compareUtf8(left.name, right.name);
}

/** Counts of the newer version; the older one follows from what changed. */
async function wholeBalance({ chunks, after, balanceUpTo, onRows, signal }: DiffRequest, right: Table) {
  if (after.version.counts.items > balanceUpTo) return undefined;
  const counts: Tally = new Map();
  for (const [row, { items }] of right.entries()) {
    signal.throwIfAborted();
    onRows?.(right.length + row, 2 * right.length);
    for (const line of await chunks.get(items)) for (const { facts } of entryOf(line).items) tally(counts, facts, 1);
  }
  return counts;
}
