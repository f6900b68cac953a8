// What failed in a version, by class.
import type { LedgerLine } from "../contract/item.ts";
import type { DatasetReader } from "./reader.ts";
import type { Chunks } from "../store/chunks.ts";

export type Failures = {
  /** Records of which something was rejected. */
  readonly failed: number;
  readonly records: number;
  /** Records by reason. One that failed for two counts twice. */
  readonly reasons: Readonly<Record<string, number>>;
};

/** Reads the ledger of those shards that lost something. */
export async function failuresOf({ version, rows }: DatasetReader, chunks: Chunks): Promise<Failures> {
  const reasons: Record<string, number> = {};
  let failed = 0;
  for await (const { counts, cells } of rows()) {
    if (Object.keys(counts.losses).length === 0) continue;
    for (const line of await chunks.get(cells.at(-1)?.digest ?? "")) {
      const found = rejectedFor(JSON.parse(line));
      if (found.size > 0) failed++;
      for (const reason of found) reasons[reason] = (reasons[reason] ?? 0) + 1;
    }
  }
  return { failed, records: version.counts.records, reasons };
}

function rejectedFor({ losses }: LedgerLine): ReadonlySet<string> {
  return new Set(losses.filter(({ verdict }) => verdict === "rejected").map(({ reason }) => reason));
}
