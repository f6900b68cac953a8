// What a source listed in the parent version, for sources that ask only for what has changed since.
import type { EarlierRecord, SourceRecord } from "../contract/item.ts";
import type { Column } from "../contract/version.ts";
import type { Chunks } from "../store/chunks.ts";
import { type Entry, entryOf } from "./entry.ts";
import { recordsColumn } from "./legs.ts";
import type { Parent } from "./parent.ts";

/** The parent's records in key order, each with the facts it was admitted with; `undefined` when the parent was made from
 *  another source, or with other options. */
export function earlierRecords(
  parent: Parent,
  admission: Column,
  chunks: Chunks,
): (() => AsyncIterable<EarlierRecord>) | undefined {
  const records = parent.column(recordsColumn.name);
  const admitted = parent.column(admission.name);
  if (!parent.had(admission) || records === undefined || admitted === undefined) return undefined;
  return async function* () {
    for (const [index, { digest }] of records.entries()) {
      const lines = await chunks.get(digest);
      const entries = await chunks.get(admitted[index]?.digest ?? "");
      const facts = new Map(entries.map(entryOf).map((entry) => [entry.key, factsOf(entry)]));
      for (const line of lines) yield earlier(JSON.parse(line), facts);
    }
  };
}

function earlier(record: SourceRecord, known: ReadonlyMap<string, EarlierRecord["facts"]>): EarlierRecord {
  const facts = known.get(record.key);
  return { record, ...(facts === undefined ? {} : { facts }) };
}

function factsOf({ items: [item], facts }: Entry): EarlierRecord["facts"] {
  return item?.facts ?? facts;
}
