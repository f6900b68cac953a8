// The door to buckets of S3: what is below a prefix, and its bytes.
import { FramewrightError, InputError, ItemError, messageOf, TransientError } from "../contract/errors.ts";
import type { Bucket, BucketEntry, BucketsHost, FileQuery } from "../contract/hosts.ts";
import { parseS3Address, type S3Address } from "../s3/address.ts";
import type { S3Connection, S3Deps, S3Entry } from "../s3/client.ts";
import { bucketTrouble, readTrouble } from "./bucket_errors.ts";
import { filterOf } from "./globs.ts";
import type { Filter } from "./walk.ts";

export type BucketsHostOptions = {
  /** Bytes above which an object is not read. */
  readonly maxBytes: number;
  /** What the client gets beside the address. */
  readonly client?: S3Deps;
};

/** Reads that fail one after the other, each tried again and again, until the server is taken for gone. */
const patience = 16;

export function createBucketsHost({ maxBytes, client }: BucketsHostOptions): BucketsHost {
  return {
    async open(text) {
      const address = addressOf(text);
      // The client takes 100 ms to load.
      const { openS3Client } = await import("../s3/client.ts");
      return createBucket(await openS3Client(address, client), maxBytes);
    },
  };
}

function addressOf(text: string): S3Address {
  try {
    return parseS3Address(text);
  } catch (cause) {
    throw cause instanceof InputError ? new InputError(cause.message, [], { code: "source", cause }) : cause;
  }
}

function createBucket(connection: S3Connection, maxBytes: number): Bucket {
  const { prefix } = connection.address;
  const folder = prefix === "" ? "" : `${prefix}/`;
  let failures = 0;
  return {
    list: (query, signal) => listed(connection, { folder, maxBytes, query }, signal),
    text: (path, signal) => readText(connection, { key: folder + path, path, maxBytes }, signal),
    async read(path, etag, signal) {
      try {
        const bytes = await readObject(connection, { key: folder + path, path, etag, maxBytes }, signal);
        failures = 0;
        return bytes;
      } catch (thrown) {
        const isGone = thrown instanceof TransientError && thrown.cause instanceof TransientError;
        failures = isGone ? failures + 1 : 0;
        throw failures < patience ? thrown : serverGone(connection, thrown);
      }
    },
  };
}

type Listed = { readonly folder: string; readonly maxBytes: number; readonly query: Omit<FileQuery, "root"> };

async function* listed(
  connection: S3Connection,
  { folder, maxBytes, query }: Listed,
  signal: AbortSignal,
): AsyncGenerator<BucketEntry> {
  const wants = wantedBy(filterOf(query));
  try {
    for await (const entry of connection.list(folder, { signal })) {
      const path = entry.key.slice(folder.length);
      if (!path.endsWith("/") && path !== "" && wants(path)) yield entryOf(path, entry, maxBytes);
    }
  } catch (thrown) {
    throw thrown instanceof FramewrightError ? bucketTrouble(connection.place, thrown) : thrown;
  }
}

/** Hidden parts and unwanted folders are left out with all that is in them, as in a folder. */
function wantedBy({ wantsFile, wantsFolder }: Filter): (path: string) => boolean {
  return (path) => {
    const parts = path.split("/");
    if (parts.some((part) => part.startsWith(".") && part !== "." && part !== "..")) return false;
    const folders = parts.slice(0, -1).map((_, at) => parts.slice(0, at + 1).join("/"));
    return wantsFile(path) && folders.every(wantsFolder);
  };
}

function entryOf(path: string, { etag, size, modifiedMs }: S3Entry, maxBytes: number): BucketEntry {
  const broken = nameTrouble(path) ?? sizeTrouble(size, maxBytes);
  return { path, etag, size, modifiedMs, ...(broken === undefined ? {} : { broken }) };
}

/** What can be the name of no file cannot be read over HTTP either: addresses fold `a/../b` into `b`. */
function nameTrouble(path: string): BucketEntry["broken"] {
  if (path.split("/").some((part) => part === "" || part === "." || part === "..")) {
    return { reason: "bad_name", detail: 'The key has a part that is empty, "." or ".."; rename the object' };
  }
  if (!path.includes("\0")) return undefined;
  return { reason: "bad_name", detail: "The key holds a NUL character; rename the object" };
}

function sizeTrouble(size: number, maxBytes: number): BucketEntry["broken"] {
  if (size <= maxBytes) return undefined;
  return { reason: "too_large", detail: `The object has ${size} bytes, the limit is ${maxBytes}` };
}

type WantedText = { readonly key: string; readonly path: string; readonly maxBytes: number };
type Wanted = WantedText & { readonly etag: string };

async function readText(
  connection: S3Connection,
  { key, path, maxBytes }: WantedText,
  signal: AbortSignal,
): Promise<string | undefined> {
  const object = await connection.get(key, { signal }).catch((thrown) => {
    throw thrown instanceof FramewrightError ? bucketTrouble(connection.place, thrown) : thrown;
  });
  if (object === undefined) return undefined;
  const unreadable = (what: string) =>
    new InputError(`Cannot read the table "${path}": ${what}`, [], { code: "source" });
  if (object.size > maxBytes) throw unreadable(`it has ${object.size} bytes, the limit is ${maxBytes}`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(object.bytes);
  } catch {
    throw unreadable("it is not UTF-8 text");
  }
}

async function readObject(
  connection: S3Connection,
  { key, path, etag, maxBytes }: Wanted,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const object = await connection.get(key, { etag, signal }).catch((thrown) => {
    throw thrown instanceof FramewrightError ? readTrouble(connection.place, path, thrown) : thrown;
  });
  if (object === undefined) throw new ItemError("gone", `Cannot read "${path}": it is no longer there`);
  // Some servers know no conditional reads.
  if (object.etag !== etag) throw new TransientError(`Cannot read "${path}": it has changed since it was listed`);
  if (object.size <= maxBytes) return object.bytes;
  throw new ItemError("too_large", `Cannot read "${path}": it has ${object.size} bytes, the limit is ${maxBytes}`);
}

function serverGone({ place }: S3Connection, cause: unknown): InputError {
  const what = `${patience} objects in a row could not be read (${messageOf(cause)}); what was read is kept, run again`;
  return new InputError(`Cannot read "${place}": ${what}`, [], { code: "source", cause });
}
