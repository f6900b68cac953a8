// The ledger: what became of every record, put together from all stages that saw it.
import { canonicalJson, digestOfJson } from "../contract/json.ts";
import type { LedgerLine } from "../contract/item.ts";
import type { Column, Counts } from "../contract/version.ts";
import type { Entry } from "./entry.ts";

/** Version of the ledger's rules. */
const ledgerVersion = 1;

export const ledgerColumn: Column = { name: "ledger", key: digestOfJson({ stage: "ledger", ledgerVersion }) };

/** One line a record, in key order. `stages` are the entries of each stage in turn, admission first. */
export function ledgerOf(stages: readonly (readonly Entry[])[]): LedgerLine[] {
  const [admitted = [], ...later] = stages;
  const byKey = later.map((entries) => new Map(entries.map((entry) => [entry.key, entry])));
  return admitted.map((first) => {
    const entries = [first, ...byKey.flatMap((stage) => stage.get(first.key) ?? [])];
    return ledgerLine(first, entries, later.length + 1);
  });
}

function ledgerLine(first: Entry, entries: readonly Entry[], stages: number): LedgerLine {
  const losses = entries.flatMap((entry) => entry.losses);
  const items = entries.length === stages ? entries.at(-1)?.items.length ?? 0 : 0;
  const rejected = losses.some(({ verdict }) => verdict === "rejected");
  return {
    key: first.key,
    verdict: items > 0 ? "kept" : rejected ? "rejected" : "dropped",
    items,
    ...(first.blob === undefined ? {} : { blob: first.blob }),
    losses,
    notes: entries.flatMap((entry) => entry.notes),
  };
}

export function linesOf(ledger: readonly LedgerLine[]): string[] {
  return ledger.map((line) => canonicalJson(line));
}

/** Counts of a piece of the ledger. */
export function countsOf(ledger: readonly LedgerLine[]): Counts {
  const losses: Record<string, number> = {};
  const notes: Record<string, number> = {};
  const tally = { records: ledger.length, kept: 0, dropped: 0, rejected: 0, items: 0 };
  for (const line of ledger) {
    tally[line.verdict]++;
    tally.items += line.items;
    for (const { step, reason } of line.losses) addTo(losses, `${step}/${reason}`, 1);
    for (const { step } of line.notes) addTo(notes, step, 1);
  }
  return { ...tally, losses, notes };
}

/** Counts of several pieces together. */
export function sumCounts(pieces: Iterable<Counts>): Counts {
  const losses: Record<string, number> = {};
  const notes: Record<string, number> = {};
  const sum = { records: 0, kept: 0, dropped: 0, rejected: 0, items: 0 };
  for (const piece of pieces) {
    for (const name of ["records", "kept", "dropped", "rejected", "items"] as const) sum[name] += piece[name];
    for (const [name, count] of Object.entries(piece.losses)) addTo(losses, name, count);
    for (const [name, count] of Object.entries(piece.notes)) addTo(notes, name, count);
  }
  return { ...sum, losses, notes };
}

function addTo(counts: Record<string, number>, name: string, count: number): void {
  counts[name] = (counts[name] ?? 0) + count;
}
