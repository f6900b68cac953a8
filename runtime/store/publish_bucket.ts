// Puts the files of a version into a bucket under plain names: only what differs, the index last.
import { createHash } from "node:crypto";
import { InputError } from "../contract/errors.ts";
import type { TreeEntry } from "../contract/version.ts";
import type { S3Connection } from "../s3/client.ts";
import type { Blobs } from "./blobs.ts";
import type { Checkout } from "./checkout.ts";
import { eachAtOnce } from "./each_at_once.ts";
import { type HeldFile, type HeldIndex, type HeldVersion, indexIn, indexText } from "./held_files.ts";
import { mediaTypeOf } from "./media_types.ts";

export type BucketRequest = {
  readonly bucket: S3Connection;
  readonly blobs: Blobs;
  /** Name of the object that says what is there. */
  readonly index: string;
  readonly version: HeldVersion;
  readonly files: AsyncIterable<TreeEntry>;
  /** Objects of earlier versions stay. */
  readonly keepOld: boolean;
  readonly force: boolean;
  readonly onPlan: (plan: { readonly files: number }) => void;
  readonly onFile: () => void;
  readonly signal: AbortSignal;
};

type There = ReadonlyMap<string, { readonly size: number; readonly etag: string }>;

type Work = {
  readonly request: BucketRequest;
  /** What stands before every path in a key. */
  readonly prefix: string;
  readonly there: There;
  readonly held: HeldIndex | undefined;
};

const objectsAtOnce = 8;
/** Objects above this many bytes are sent in parts. */
const largeBytes = 32 << 20;
/** Objects that a message names. */
const named = 10;

/** Brings a prefix of a bucket to a version. An object that is there with the bytes of its file is not sent again. Until
 *  the index is there, at the very end, it says what was there before. `InputError` when objects of others are in the
 *  way. */
export async function publishToBucket(request: BucketRequest): Promise<Checkout> {
  const { bucket, version, onPlan } = request;
  const work = await lookAround(request);
  const wanted = await Array.fromAsync(request.files);
  const send = wanted.filter((entry) => !isThere(work, entry));
  onPlan({ files: send.length });
  const sent = await sendAll(work, send);
  const { removed, left } = await clear(work, new Set(wanted.map(({ path }) => path)));
  const there = sent.length > 0 ? await listed(request, work.prefix) : work.there;
  const files = new Map(wanted.map(({ path, digest, size }): [string, HeldFile] => {
    const mark = there.get(path)?.etag;
    return [path, { digest, size, ...(mark === undefined ? {} : { mark }) }];
  }));
  const text = [...indexText({ ...version, files, left })].join("");
  const options = { contentType: mediaTypeOf(request.index), signal: request.signal };
  await bucket.put(work.prefix + request.index, new TextEncoder().encode(text), options);
  return {
    written: sent.length,
    kept: wanted.length - sent.length,
    removed,
    left: left.size,
    bytes: sent.reduce((sum, { size }) => sum + size, 0),
  };
}

async function lookAround(request: BucketRequest): Promise<Work> {
  const { bucket, index, signal } = request;
  const prefix = bucket.address.prefix === "" ? "" : `${bucket.address.prefix}/`;
  const found = await bucket.get(prefix + index, { signal });
  const held = found === undefined ? undefined : indexIn(new TextDecoder().decode(found.bytes));
  if (found !== undefined && held === undefined) {
    const what = "it is no index of ours, or of a later program; move it, or choose another prefix";
    throw new InputError(`Cannot use "${index}" in "${bucket.place}": ${what}`);
  }
  return { request, prefix, held, there: await listed(request, prefix) };
}

async function listed({ bucket, signal }: BucketRequest, prefix: string): Promise<There> {
  const there = new Map<string, { readonly size: number; readonly etag: string }>();
  for await (const { key, size, etag } of bucket.list(prefix, { signal })) {
    there.set(key.slice(prefix.length), { size, etag });
  }
  return there;
}

/** True for what an earlier call wrote and nobody has touched since. */
function isThere({ held, there }: Work, { path, digest, size }: TreeEntry): boolean {
  const known = held?.files.get(path) ?? held?.left?.get(path);
  const found = there.get(path);
  return found !== undefined && known !== undefined && known.digest === digest && known.mark === found.etag &&
    found.size === size;
}

/** Sends what is not there with the same bytes; gives what was sent. */
async function sendAll(work: Work, entries: readonly TreeEntry[]): Promise<readonly TreeEntry[]> {
  const { request } = work;
  const foreign: string[] = [];
  const sent: TreeEntry[] = [];
  const isForeign = ({ path, size }: TreeEntry, bytes?: Uint8Array) => {
    const found = work.there.get(path);
    const isOurs = work.held?.files.has(path) === true || work.held?.left?.has(path) === true;
    if (found === undefined || isOurs || request.force) return false;
    return found.size !== size || (bytes !== undefined && found.etag !== md5Of(bytes));
  };
  // Before anything is sent: what differs in size is seen without reading it.
  for (const entry of entries) if (isForeign(entry)) foreign.push(entry.path);
  if (foreign.length > 0) throw inTheWay(request, foreign);
  await eachAtOnce(entries, objectsAtOnce, async (entry) => {
    request.signal.throwIfAborted();
    const bytes = await request.blobs.get(entry.digest);
    const found = work.there.get(entry.path);
    if (found?.size !== bytes.length || found.etag !== md5Of(bytes)) {
      if (isForeign(entry, bytes)) throw inTheWay(request, [entry.path]);
      await send(work, entry.path, bytes);
      sent.push(entry);
    }
    request.onFile();
  });
  return sent;
}

/** What most servers give as the ETag of an object that was written at once. */
function md5Of(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}

function inTheWay({ bucket }: BucketRequest, paths: readonly string[]): InputError {
  const list = paths.slice(0, named).map((path) => `"${path}"`).join(", ") + (paths.length > named ? ", …" : "");
  const what = `there are other objects of these names: ${list}; choose another prefix, or replace them with --force`;
  return new InputError(`Cannot publish to "${bucket.place}": ${what}`);
}

async function send({ request: { bucket, signal }, prefix }: Work, path: string, bytes: Uint8Array): Promise<void> {
  const options = { contentType: mediaTypeOf(path), signal };
  if (bytes.length <= largeBytes) return await bucket.put(prefix + path, bytes, options);
  const read = (at: number, length: number) => Promise.resolve(bytes.subarray(at, at + length));
  await bucket.upload(prefix + path, { size: bytes.length, read }, options);
}

/** Takes away what earlier versions had, or notes that it is left. */
async function clear({ request, prefix, held, there }: Work, wanted: ReadonlySet<string>) {
  const old = [...held?.files ?? [], ...held?.left ?? []].filter(([path]) => !wanted.has(path) && there.has(path));
  if (request.keepOld) return { removed: 0, left: new Map(old) };
  const keys = old.map(([path]) => prefix + path);
  if (keys.length > 0) await request.bucket.remove(keys, { signal: request.signal });
  return { removed: keys.length, left: new Map<string, HeldFile>() };
}
