// `rollback`: an older version becomes the newest again, under a number of its own.
import { InputError, messageOf, StoreError } from "../../contract/errors.ts";
import { exitCodes } from "../../contract/exit_codes.ts";
import type { Ref } from "../../contract/version.ts";
import { type DatasetReader, openDataset } from "../../engine/reader.ts";
import type { NumberedRef } from "../../store/refs.ts";
import type { DatasetStorage } from "../../store/open.ts";
import { type Context, styleFor, writeLines } from "../context.ts";
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
  const target = await openDataset(storage, dataset, which);
  const head = await storage.refs.head(dataset);
  if (head === undefined) throw new InputError(`Cannot roll back "${plain(dataset)}": it has no version`);
  const style = styleFor(out, context, options.color);
  if (head.ref.version === target.ref.version) {
    const json = { dataset, number: head.number, version: head.ref.version, outcome: "unchanged" };
    const again = head.number === target.number ? "is the newest version" : `is v${target.number} again`;
    writeLines(out, options.json ? [JSON.stringify(json)] : [`${plain(dataset)} v${head.number} ${again} already`]);
    return exitCodes.ok;
  }
  await checkWhole(storage, target);
  const made = await publish(storage, dataset, head, target);
  const files = await stoppable((signal) => treeOf(storage, dataset, made, signal, context));
  const said = {
    dataset,
    number: made.number,
    ...made.ref,
    outcome: "rolled back",
    ...(files === undefined ? {} : { files }),
  };
  writeLines(out, options.json ? [JSON.stringify(said)] : rollbackLines(dataset, made, head, files, style));
  return exitCodes.ok;
}

/** Nothing is published whose indexes cannot be read. */
async function checkWhole({ chunks }: DatasetStorage, { version }: DatasetReader): Promise<void> {
  for (const list of [version.shards, version.tree]) await Array.fromAsync(chunks.readList(list), () => 0);
}

async function publish(
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
