// Writes the files of a version into a folder of somebody's: only what differs, and nothing of theirs is lost.
import { InputError } from "../contract/errors.ts";
import type { Digest } from "../contract/json.ts";
import type { TreeEntry } from "../contract/version.ts";
import { blobKeyOf, type Blobs, missing } from "./blobs.ts";
import { type CheckoutFolder, openCheckoutFolder } from "./checkout_folder.ts";
import { type CheckoutPlan, heldOf, planCheckout } from "./checkout_plan.ts";
import { eachAtOnce } from "./each_at_once.ts";
import { type HeldFile, type HeldIndex, type HeldVersion, indexIn, indexText } from "./held_files.ts";
import type { ObjectStore } from "../contract/store.ts";

export type CheckoutRequest = {
  readonly store: ObjectStore;
  readonly blobs: Blobs;
  readonly folder: string;
  /** Name of the file that says what is there. */
  readonly index: string;
  readonly version: HeldVersion;
  /** Files that the folder is to hold. */
  readonly files: AsyncIterable<TreeEntry>;
  /** Files of a version that an interrupted call was writing; `undefined` when it cannot be had. */
  readonly filesOf: (version: HeldVersion) => Promise<AsyncIterable<TreeEntry> | undefined>;
  /** Links instead of copies. */
  readonly link: boolean;
  /** Files of earlier versions stay. */
  readonly keepOld: boolean;
  readonly force: boolean;
  readonly onPlan: (plan: { readonly files: number }) => void;
  readonly onFile: () => void;
  readonly signal: AbortSignal;
};

/** What was done: numbers of files, bytes written. */
export type Checkout = {
  readonly written: number;
  readonly kept: number;
  readonly removed: number;
  readonly left: number;
  readonly bytes: number;
};

const filesAtOnce = 8;
/** Files above this many bytes are written piece by piece. */
const largeBytes = 8 << 20;

/** Brings a folder to a version. Every file is compared with its digest while it is written, and appears whole or not at
 *  all. A call that was interrupted is taken up by the next. `InputError` when files of others are in the way. */
export async function checkOutFiles(request: CheckoutRequest): Promise<Checkout> {
  const { store, link } = request;
  if (link && store.folder === undefined) {
    throw new InputError(`Cannot link to "${store.place}": its objects are no files of this machine; leave --link out`);
  }
  const folder = openCheckoutFolder(request.folder);
  const unlock = folder.lock();
  try {
    const held = heldIn(folder, request.index);
    const wanted = await entriesByPath(request.files);
    const plan = await planCheckout({
      ...request,
      folder,
      wanted,
      held,
      linked: link,
      coming: await comingOf(request, held),
    });
    return await carryOut(request, folder, wanted, held, plan);
  } finally {
    unlock();
  }
}

function heldIn(folder: CheckoutFolder, index: string): HeldIndex | undefined {
  const text = folder.text(index);
  if (text === undefined) return undefined;
  const held = indexIn(text);
  if (held !== undefined) return held;
  const what = "it is no index of ours, or of a later program; move it, or choose another folder";
  throw new InputError(`Cannot use "${folder.path}/${index}": ${what}`);
}

async function entriesByPath(files: AsyncIterable<TreeEntry>): Promise<ReadonlyMap<string, TreeEntry>> {
  const entries = new Map<string, TreeEntry>();
  for await (const entry of files) entries.set(entry.path, entry);
  return entries;
}

async function comingOf({ filesOf }: CheckoutRequest, held: HeldIndex | undefined) {
  const digests = new Map<string, Digest>();
  const files = held?.coming === undefined ? undefined : await filesOf(held.coming);
  if (files !== undefined) { for await (const { path, digest } of files) digests.set(path, digest); }
  return digests;
}

async function carryOut(
  request: CheckoutRequest,
  folder: CheckoutFolder,
  wanted: ReadonlyMap<string, TreeEntry>,
  held: HeldIndex | undefined,
  plan: CheckoutPlan,
): Promise<Checkout> {
  const { onPlan, signal, version, link } = request;
  onPlan({ files: plan.write.length });
  for (const path of plan.remove) {
    signal.throwIfAborted();
    folder.remove(path);
  }
  if (plan.write.length > 0) {
    const isLinked = link || held?.linked === true;
    const before = { ...(held ?? version), files: plan.there, left: plan.left, ...(isLinked ? { linked: true } : {}) };
    await writeIndex(folder, request.index, { ...before, coming: version });
  }
  const written = await writeFiles(request, folder, plan.write);
  const files = new Map<string, HeldFile>();
  for (const path of wanted.keys()) {
    const file = plan.kept.get(path) ?? written.get(path);
    if (file !== undefined) files.set(path, file);
  }
  await writeIndex(folder, request.index, { ...version, files, left: plan.left, ...(link ? { linked: true } : {}) });
  return {
    written: written.size,
    kept: plan.kept.size,
    removed: plan.remove.length,
    left: plan.left.size,
    bytes: link ? 0 : plan.write.reduce((sum, { size }) => sum + size, 0),
  };
}

async function writeFiles(request: CheckoutRequest, folder: CheckoutFolder, entries: readonly TreeEntry[]) {
  const written = new Map<string, HeldFile>();
  await eachAtOnce(entries, filesAtOnce, async (entry) => {
    request.signal.throwIfAborted();
    written.set(entry.path, heldOf(entry, await writeFile(request, folder, entry)));
    request.onFile();
  });
  return written;
}

async function writeFile({ store, blobs, link }: CheckoutRequest, folder: CheckoutFolder, entry: TreeEntry) {
  if (link) return await linkFile(store, blobs, folder, entry);
  if (entry.size > largeBytes) return await folder.write(entry.path, blobs.getStream(entry.digest));
  return await folder.write(entry.path, [await blobs.get(entry.digest)]);
}

async function linkFile(store: ObjectStore, blobs: Blobs, folder: CheckoutFolder, { path, digest }: TreeEntry) {
  for await (const _ of blobs.getStream(digest));
  if (store.folder === undefined) throw missing(store, blobKeyOf(digest));
  return folder.link(path, `${store.folder}/${blobKeyOf(digest)}`);
}

async function writeIndex(folder: CheckoutFolder, name: string, index: HeldIndex): Promise<void> {
  const encoder = new TextEncoder();
  await folder.write(name, Iterator.from(indexText(index)).map((piece) => encoder.encode(piece)));
}
