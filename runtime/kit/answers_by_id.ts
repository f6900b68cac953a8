// What became of each record, for those who ask by id: what was found in its items, or why it has none.
import { idOf, type Item, type LedgerLine, type SourceRecord } from "../contract/item.ts";
import type { DatasetView } from "../contract/plugin.ts";
import { createTaker } from "./taker.ts";

export const answerFormats = ["json", "jsonl", "csv"] as const;

/** `url` is that of the list, as it stands there. */
export type Answer<Found extends object> = Partial<Found> & {
  readonly id: string;
  readonly url?: string;
  readonly error?: { readonly reason: string; readonly detail?: string };
};

/** In the order of keys. `found` says what there is to tell of an item. */
export async function* answersById<Found extends object>(
  dataset: DatasetView,
  found: (item: Item) => Found,
  signal: AbortSignal,
): AsyncGenerator<Answer<Found>> {
  const items = createTaker(dataset.scan());
  const records = createTaker(dataset.records());
  for await (const line of dataset.ledger()) {
    signal.throwIfAborted();
    const [record] = await records.take(1);
    for (const item of await items.take(line.items)) yield { id: idOf(item), ...urlOf(item), ...found(item) };
    // The union of what is always there with nothing of `Found` is an answer; TypeScript cannot see that of a parameter.
    if (line.verdict !== "kept") yield lost(line, record) as Answer<Found>;
  }
}

function lost({ key, verdict, losses: [loss] }: LedgerLine, record: SourceRecord | undefined) {
  const detail = loss?.detail === undefined ? {} : { detail: loss.detail };
  return { id: idOf({ key, child: "" }), ...urlOf(record), error: { reason: loss?.reason ?? verdict, ...detail } };
}

function urlOf(holder: Pick<SourceRecord, "facts"> | undefined): { readonly url?: string } {
  const url = holder?.facts?.url;
  return typeof url === "string" ? { url } : {};
}

/** One object with an entry for each id, in pieces of text. */
export async function* jsonById(answers: AsyncIterable<Answer<object>>): AsyncGenerator<string> {
  let before = "{\n";
  for await (const { id, ...answer } of answers) {
    yield `${before}${JSON.stringify(id)}: ${JSON.stringify(answer)}`;
    before = ",\n";
  }
  yield before === "{\n" ? "{}\n" : "\n}\n";
}

/** A line for each. */
export async function* jsonLinesById(answers: AsyncIterable<Answer<object>>): AsyncGenerator<string> {
  for await (const answer of answers) yield `${JSON.stringify(answer)}\n`;
}
