// `checkout`: the files of a version in a folder of the user's.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { InputError } from "../../contract/errors.ts";
import { exitCodes } from "../../contract/exit_codes.ts";
import { openDataset } from "../../engine/reader.ts";
import { publishedFiles } from "../../engine/published_files.ts";
import { type Checkout, checkOutFiles } from "../../store/checkout.ts";
import type { DatasetStorage } from "../../store/open.ts";
import { type Context, pathOf, styleFor, writeLines } from "../context.ts";
import { countingProgress } from "../counting.ts";
import { whileReading } from "../leasing.ts";
import { checkDataset, openForReading } from "../reading.ts";
import { stoppable } from "../signals.ts";
import { bytes, duration, plain, plural } from "../text.ts";
import type { DatasetName } from "../values.ts";
import { only, versionFiles } from "../version_files.ts";

export type CheckoutOptions = {
  readonly store?: string;
  readonly json?: boolean;
  readonly link?: boolean;
  readonly only?: readonly string[];
  readonly force?: boolean;
  readonly color: boolean;
};

/** Name of the file that says what a checkout holds. */
const indexName = ".framewright.json";

/** Brings a folder to a version; returns the exit code. */
export async function checkOut(
  name: DatasetName,
  place: string,
  options: CheckoutOptions,
  context: Context,
): Promise<number> {
  const { terminal: { out }, now } = context;
  const storage = await openForReading(options.store, context);
  await checkDataset(storage, name.dataset);
  const folder = pathOf(place, context);
  checkApart(folder, storage.store.folder);
  const started = now();
  const { version, done } = await stoppable(async (signal) => {
    const leasing = { what: `checkout ${name.dataset}`, signal, context };
    return await whileReading(storage, leasing, () => bring(storage, name, folder, options, { signal, context }));
  });
  if (options.json === true) writeLines(out, [JSON.stringify({ ...version, folder, ...done })]);
  else {
    const { paint, shown } = styleFor(out, context, options.color);
    const what = `${paint.bold(`${plain(name.dataset)} v${version.number}`)} in ${paint.cyan(plain(shown(folder)))}`;
    writeLines(out, [`${what}  in ${duration((now() - started) / 1000)}`, `  ${checkoutText(done)}`]);
  }
  return exitCodes.ok;
}

async function bring(
  storage: DatasetStorage,
  { dataset, which }: DatasetName,
  folder: string,
  { link = false, force = false, only: globs, color }: CheckoutOptions,
  { signal, context }: { readonly signal: AbortSignal; readonly context: Context },
) {
  const reader = await openDataset(storage, dataset, which);
  const version = { dataset, number: reader.number, version: reader.ref.version };
  const progress = countingProgress("files", 0, color, context);
  try {
    const done = await checkOutFiles({
      ...storage,
      folder,
      index: indexName,
      version,
      files: only(globs, publishedFiles(storage, reader)),
      filesOf: (held) => versionFiles(storage, held),
      link,
      keepOld: false,
      force,
      onPlan: ({ files }) => progress.expect(files),
      onFile: () => progress.step(),
      signal,
    });
    return { version, done };
  } finally {
    progress.close();
  }
}

/** Throws `InputError` for a folder of the store itself: nobody but runs writes there. */
export function checkApart(folder: string, store: string | undefined): void {
  if (store === undefined || !`${resolve(folder)}/`.startsWith(`${resolve(store)}/`)) return;
  if (!existsSync(`${store}/refs`)) return;
  throw new InputError(`Cannot write to "${plain(folder)}": it is in the store itself; choose another folder`);
}

/** `12 files written (1.2 MB), 3 removed, 51 as they were`. */
export function checkoutText({ written, kept, removed, left, bytes: size }: Checkout): string {
  const parts = [
    ...(written > 0 ? [`${plural(written, "file")} written${size > 0 ? ` (${bytes(size)})` : ""}`] : []),
    ...(removed > 0 ? [`${plural(removed, "file")} removed`] : []),
    ...(kept > 0 ? [`${plural(kept, "file")} as they were`] : []),
    ...(left > 0 ? [`${plural(left, "file")} of earlier versions left there; --delete removes them`] : []),
  ];
  return parts.length === 0 ? "no files: the version has none like that" : parts.join(", ");
}
