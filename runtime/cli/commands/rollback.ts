// `rollback`: an older version becomes the newest again, under a number of its own.
import { InputError, messageOf, StoreError } from "../../contract/errors.ts";
import { exitCodes } from "../../contract/exit_codes.ts";
import type { Ref } from "../../contract/version.ts";
import { type DatasetReader, openDataset } from "../../engine/reader.ts";
import type { NumberedRef } from "../../store/refs.ts";
import type { DatasetStorage } from "../../store/open.ts";
import { type Context, styleFor, writeLines } from "../context.ts";
import { whileWriting } from "../leasing.ts";
import { checkDataset, openForReading } from "../reading.ts";
import type { Style } from "../render.ts";
import { stoppable } from "../signals.ts";
import { plain } from "../text.ts";
import { hasTrees, makeTree } from "../version_tree.ts";

export type RollbackOptions = { readonly store?: string; readonly json?: boolean; readonly color: boolean };

/** Publishes an older version as the newest number; returns the exit code. */
export async function rollBack(
  dataset: string,
  which: number | string,
  options: RollbackOptions,
  context: Context,
): Promise<number> {
  const { out } = context.terminal;
  const storage = await openForReading(options.store, context);
  await checkDataset(storage, dataset);
  const style = styleFor(out, context, options.color);
  const lines = await stoppable((signal) => (
    whileWriting(storage, { what: `rollback ${dataset}`, signal, context }, async (leased) => {
      const target = await openDataset(leased, dataset, which);
      const head = await leased.refs.head(dataset);
      if (head === undefined) throw new InputError(`Cannot roll back "${plain(dataset)}": it has no version`);
      if (head.ref.version === target.ref.version) return standing(dataset, head, target, options);
      await checkWhole(leased, target);
      const made = await publishAgain(leased, dataset, head, target);
      const files = await treeOf(leased, dataset, made, signal, context);
      const said = { dataset, number: made.number, ...made.ref, outcome: "rolled back" };
      const place = files === undefined ? {} : { files };
      if (options.json) return [JSON.stringify({ ...said, ...place })];
      return rollbackLines(dataset, made, head, files, style);
    })
  ));
  writeLines(out, lines);
  return exitCodes.ok;
}

function standing(
  dataset: string,
  head: NumberedRef,
  target: DatasetReader,
  { json = false }: RollbackOptions,
): string[] {
  if (json) return [JSON.stringify({ dataset, number: head.number, version: head.ref.version, outcome: "unchanged" })];
  const again = head.number === target.number ? "is the newest version" : `is v${target.number} again`;
  return [`${plain(dataset)} v${head.number} ${again} already`];
}

/** Nothing is published whose indexes cannot be read. */
async function checkWhole({ chunks }: DatasetStorage, { version }: DatasetReader): Promise<void> {
  for (const list of [version.shards, version.tree]) await Array.fromAsync(chunks.readList(list), () => 0);
}

/** Throws `StoreError` conflict when `head` is no longer the newest. */
export async function publishAgain(
  { refs }: DatasetStorage,
  dataset: string,
  head: NumberedRef,
  { number: rolledBackTo, ref: { version, run } }: DatasetReader,
): Promise<NumberedRef> {
  const ref: Ref = { version, run, publishedAt: new Date().toISOString(), rolledBackTo };
  const number = head.number + 1;
  if (await refs.publish(dataset, number, ref)) return { number, ref };
  const what = `a run published that number meanwhile; look with "log ${plain(dataset)}" and decide again`;
  throw new StoreError("conflict", `Cannot roll back "${plain(dataset)}" as v${number}: ${what}`);
}

/** Its plain files, where the dataset has such. The version stands whatever becomes of them. */
async function treeOf(
  storage: DatasetStorage,
  dataset: string,
  { number }: NumberedRef,
  signal: AbortSignal,
  { terminal }: Context,
): Promise<string | undefined> {
  if (!hasTrees(storage, dataset)) return undefined;
  try {
    return await makeTree(storage, await openDataset(storage, dataset, number), signal);
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    const what = `the version stands, its plain files could not be made: ${messageOf(thrown)}`;
    writeLines(terminal.err, [`warning: ${what}`]);
    return undefined;
  }
}

function rollbackLines(
  dataset: string,
  { number, ref }: NumberedRef,
  head: NumberedRef,
  files: string | undefined,
  { paint, shown }: Style,
): string[] {
  const name = plain(dataset);
  return [
    `${paint.green("Rolled back:")} ${paint.bold(`${name} v${number}`)} is v${ref.rolledBackTo} again`,
    ...(files === undefined ? [] : [`  files  ${paint.cyan(plain(shown(files)))}`]),
    `  v${head.number}, which was the newest, stays: rollback ${name} ${head.number} brings it back`,
    "  The next run computes from the source as it is then; to keep this state, mend the source or the pipeline first",
  ];
}
