// `publish`: the files of a version where others get them: the store's own plain files, another folder, a bucket.
import { InputError } from "../../contract/errors.ts";
import { exitCodes } from "../../contract/exit_codes.ts";
import { publishedFiles } from "../../engine/published_files.ts";
import { type DatasetReader, openDataset } from "../../engine/reader.ts";
import { parseS3Address, s3Place } from "../../s3/address.ts";
import { type Checkout, checkOutFiles } from "../../store/checkout.ts";
import { type DatasetStorage, isRemote } from "../../store/open.ts";
import { type Context, pathOf, styleFor, writeLines } from "../context.ts";
import { type Counting, countingProgress } from "../counting.ts";
import { whileReading } from "../leasing.ts";
import { checkDataset, openForReading } from "../reading.ts";
import { stoppable } from "../signals.ts";
import { duration, plain } from "../text.ts";
import type { DatasetName } from "../values.ts";
import { only, versionFiles } from "../version_files.ts";
import { makeTree } from "../version_tree.ts";
import { checkApart, checkoutText } from "./checkout.ts";

export type PublishOptions = {
  readonly store?: string;
  readonly json?: boolean;
  readonly only?: readonly string[];
  readonly delete?: boolean;
  readonly force?: boolean;
  readonly color: boolean;
};

/** Says what was published; it is there only when all of it is. */
const indexName = "framewright.json";

/** Publishes a version to a target, or makes its plain files in the store; returns the exit code. */
export async function publishVersion(
  name: DatasetName,
  target: string | undefined,
  options: PublishOptions,
  context: Context,
): Promise<number> {
  const storage = await openForReading(options.store, context);
  await checkDataset(storage, name.dataset);
  const reader = await openDataset(storage, name.dataset, name.which);
  if (target === undefined) return await publishInStore(storage, reader, options, context);
  const { terminal: { out }, now } = context;
  const started = now();
  const place = isRemote(target) ? s3Place(parseS3Address(target)) : pathOf(target, context);
  const done = await stoppable((signal) =>
    whileReading(storage, { what: `publish ${name.dataset}`, signal, context }, async () => {
      const progress = countingProgress("files", 0, options.color, context);
      try {
        const common = commonOf(storage, reader, options, progress, signal);
        return isRemote(target) ? await toBucket(target, storage, common) : await toFolder(place, storage, common);
      } finally {
        progress.close();
      }
    })
  );
  const { dataset } = reader.version;
  const said = { dataset, number: reader.number, version: reader.ref.version, place };
  if (options.json === true) writeLines(out, [JSON.stringify({ ...said, ...done })]);
  else {
    const { paint, shown } = styleFor(out, context, options.color);
    const what = `${paint.bold(`${plain(dataset)} v${reader.number}`)} is at ${
      paint.cyan(plain(isRemote(target) ? place : shown(place)))
    }`;
    writeLines(out, [`${what}  in ${duration((now() - started) / 1000)}`, `  ${checkoutText(done)}`]);
  }
  return exitCodes.ok;
}

type Common = ReturnType<typeof commonOf>;

function commonOf(
  storage: DatasetStorage,
  reader: DatasetReader,
  options: PublishOptions,
  progress: Counting,
  signal: AbortSignal,
) {
  return {
    blobs: storage.blobs,
    index: indexName,
    version: { dataset: reader.version.dataset, number: reader.number, version: reader.ref.version },
    files: only(options.only, publishedFiles(storage, reader)),
    keepOld: options.delete !== true,
    force: options.force === true,
    onPlan: ({ files }: { readonly files: number }) => progress.expect(files),
    onFile: () => progress.step(),
    signal,
  };
}

async function toFolder(folder: string, storage: DatasetStorage, common: Common): Promise<Checkout> {
  checkApart(folder, storage.store.folder);
  const filesOf = (held: Common["version"]) => versionFiles(storage, held);
  return await checkOutFiles({ ...common, store: storage.store, folder, filesOf, link: false });
}

async function toBucket(target: string, storage: DatasetStorage, common: Common): Promise<Checkout> {
  const address = parseS3Address(target);
  const place = `${s3Place(address)}/`;
  if (place.startsWith(`${storage.store.place}/`)) {
    throw new InputError(`Cannot publish to "${plain(place)}": it is in the store itself; choose another prefix`);
  }
  // The client takes 100 ms to load.
  const { openS3Client } = await import("../../s3/client.ts");
  const { publishToBucket } = await import("../../store/publish_bucket.ts");
  const bucket = await openS3Client(address);
  try {
    return await publishToBucket({ ...common, bucket });
  } finally {
    bucket.close();
  }
}

async function publishInStore(
  storage: DatasetStorage,
  reader: DatasetReader,
  { json = false, color, only: globs, delete: isDelete, force }: PublishOptions,
  context: Context,
): Promise<number> {
  const name = `${plain(reader.version.dataset)} v${reader.number}`;
  if (globs !== undefined || isDelete !== undefined || force !== undefined) {
    throw new InputError(
      `Cannot publish ${name} so: --only, --delete and --force are for a target; name one, or leave them out`,
    );
  }
  const files = await stoppable((signal) => (
    whileReading(storage, { what: `publish ${name}`, signal, context }, () => makeTree(storage, reader, signal))
  ));
  if (files === undefined) {
    throw new InputError(`Cannot publish ${name}: its store has no plain files; name a target, such as a folder`);
  }
  const { out } = context.terminal;
  const { paint, shown } = styleFor(out, context, color);
  const said = { dataset: reader.version.dataset, number: reader.number, version: reader.ref.version, place: files };
  writeLines(out, [json ? JSON.stringify(said) : `${paint.bold(name)} is at ${paint.cyan(plain(shown(files)))}`]);
  return exitCodes.ok;
}
