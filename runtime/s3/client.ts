// Single, typed operations on the objects of a bucket.
import type { Environment, S3Address } from "./address.ts";
import { s3Place } from "./address.ts";
import { copyObject } from "./copying.ts";
import { listObjects } from "./listing.ts";
import { uploadParts } from "./multipart.ts";
import { getObject, headObject, openObject } from "./reading.ts";
import { removeObjects } from "./removing.ts";
import { pause, type S3Limits, s3Limits } from "./retry.ts";
import { openWire, type S3Credentials } from "./wire.ts";
import { putNewObject, putObject } from "./writing.ts";

export type S3Stop = { readonly signal?: AbortSignal | undefined };

/** `etag` is without quotes. */
export type S3Head = {
  readonly size: number;
  readonly etag: string;
  readonly modifiedMs: number;
  /** Names are in lower case. */
  readonly metadata: Readonly<Record<string, string>>;
};

export type S3Object = S3Head & { readonly bytes: Uint8Array<ArrayBuffer> };

export type S3Stream = S3Head & { readonly pieces: AsyncIterable<Uint8Array> };

export type S3Entry = {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  readonly modifiedMs: number;
};

/** With `etag`, only bytes that have it: `StoreError` conflict when the object changed. */
export type GetS3Options = S3Stop & { readonly etag?: string };

export type PutS3Options = S3Stop & { readonly contentType?: string };

/** Bytes that are read where they are needed, more than once if need be. */
export type S3Upload = { readonly size: number; read(at: number, length: number): Promise<Uint8Array> };

/** Keys are whole keys of the bucket: whoever works below a prefix writes it in front. What fails for a passing reason
 *  is tried again, with growing pauses; then a `TransientError` is thrown. All else is a `StoreError` that says what to
 *  do, such as "the credentials have expired". A signal ends every wait, with its own reason. */
export interface S3Connection {
  readonly address: S3Address;
  /** `s3://bucket/prefix`, for messages. */
  readonly place: string;
  /** All the bytes; `undefined` when there is no such object. */
  get(key: string, options?: GetS3Options): Promise<S3Object | undefined>;
  /** The same in pieces; what breaks off is taken up again where it was. */
  getStream(key: string, options?: GetS3Options): Promise<S3Stream | undefined>;
  head(key: string, options?: S3Stop): Promise<S3Head | undefined>;
  /** Writes, in place of what was there. */
  put(key: string, body: Uint8Array, options?: PutS3Options): Promise<void>;
  /** Writes only where there is no such object, and says whether it did. Of any number of writers one is told true, on
   *  servers that honour `If-None-Match`. */
  putNew(key: string, body: Uint8Array, options?: PutS3Options): Promise<boolean>;
  /** Writes in parts, of which a few are held at a time. Leaves nothing behind when it fails. */
  upload(key: string, upload: S3Upload, options?: PutS3Options): Promise<void>;
  /** Objects whose key starts with `prefix`, in the order of their UTF-8 bytes. */
  list(prefix: string, options?: S3Stop): AsyncIterable<S3Entry>;
  /** Lets the server copy, in place of what was there. `StoreError` missing when there is no `from`. */
  copy(from: string, to: string, options?: PutS3Options): Promise<void>;
  /** Removes objects; those that are not there are no error. */
  remove(keys: readonly string[], options?: S3Stop): Promise<void>;
  /** Ends what is kept open between requests. */
  close(): void;
}

export type S3Deps = {
  readonly env?: Environment;
  readonly limits?: Partial<S3Limits>;
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** From 0 to less than 1. */
  readonly random?: () => number;
  /** Milliseconds from any fixed point. */
  readonly now?: () => number;
  /** A text that nobody else makes. */
  readonly unique?: () => string;
  /** In place of those that AWS's own tools would find. */
  readonly credentials?: () => Promise<S3Credentials>;
};

/** Asks the server nothing yet. Without `credentials` they are found as AWS's own tools find them: the environment, its
 *  files, its logins, the machine's role. `InputError` when the file with certificates cannot be read. */
export async function openS3Client(address: S3Address, deps: S3Deps = {}): Promise<S3Connection> {
  const wire = await openWire(address, {
    env: deps.env ?? Deno.env.toObject(),
    limits: { ...s3Limits, ...limitsIn(address), ...deps.limits },
    sleep: deps.sleep ?? pause,
    random: deps.random ?? Math.random,
    now: deps.now ?? (() => performance.now()),
    unique: deps.unique ?? (() => crypto.randomUUID()),
    credentials: deps.credentials,
  });
  return {
    address,
    place: s3Place(address),
    get: (key, options = {}) => getObject(wire, key, options),
    getStream: (key, options = {}) => openObject(wire, key, options),
    head: (key, options = {}) => headObject(wire, key, options),
    put: (key, body, options = {}) => putObject(wire, key, body, options),
    putNew: (key, body, options = {}) => putNewObject(wire, key, body, options),
    upload: (key, upload, options = {}) => uploadParts(wire, key, upload, options),
    list: (prefix, options = {}) => listObjects(wire, prefix, options),
    copy: (from, to, options = {}) => copyObject(wire, from, to, options),
    remove: (keys, options = {}) => removeObjects(wire, keys, options),
    close: () => wire.client.destroy(),
  };
}

/** What the address says of the client's patience. */
function limitsIn({ timeoutMs, retries }: S3Address): Partial<S3Limits> {
  return {
    ...(timeoutMs === undefined ? {} : { silenceMs: timeoutMs }),
    ...(retries === undefined ? {} : { tries: retries + 1 }),
  };
}
