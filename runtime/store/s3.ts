// A store in a bucket of S3: the objects are its objects, below a prefix.
import { tmpdir } from "node:os";
import { StoreError, TransientError } from "../contract/errors.ts";
import type { Digest } from "../contract/json.ts";
import type { ObjectEntry, ObjectStore, PutOptions } from "../contract/store.ts";
import { parseS3Address } from "../s3/address.ts";
import { openS3Client, type S3Connection, type S3Deps } from "../s3/client.ts";
import { createGate } from "./gate.ts";
import { checkedKey, checkedPrefix, isKey } from "./keys.ts";
import type { OpenStoreOptions } from "./open.ts";
import { createS3Views } from "./s3_views.ts";
import { createS3Writer, type S3Writer } from "./s3_writer.ts";
import { spool } from "./spool.ts";

export type S3StoreOptions = OpenStoreOptions & {
  /** Requests under way at once. */
  readonly parallel?: number;
  /** Bytes of bodies that wait for their requests to end. */
  readonly heldBytes?: number;
  readonly s3?: S3Deps;
};

const defaults = { parallel: 32, heldBytes: 64 << 20 };

/** The store at an `s3://` address. Asks the server nothing yet. `InputError` when the address is wrong. */
export async function openS3Store(text: string, options: OpenStoreOptions | S3StoreOptions = {}): Promise<ObjectStore> {
  const address = parseS3Address(text);
  return createS3Store(await openS3Client(address, "s3" in options ? options.s3 : {}), options);
}

/** The store below the prefix of the connection's address. */
export function createS3Store(connection: S3Connection, options: S3StoreOptions = {}): ObjectStore {
  const parts = partsOf(connection, { ...defaults, ...options });
  const { written, asked, base } = parts;
  return {
    place: connection.place,
    views: createS3Views({ connection, written, asked, storeError, root: `${base}published/` }),
    ...readingOf(parts),
    ...writingOf(parts, options.scratch ?? tmpdir()),
  };
}

type Parts = {
  readonly connection: S3Connection;
  readonly writer: S3Writer;
  /** What all keys of the store begin with in the bucket. */
  readonly base: string;
  /** Does a request once there is a place for it, and puts its errors into the store's words. */
  readonly asked: <T>(work: () => Promise<T>) => Promise<T>;
  readonly pathOf: (key: string) => string;
  readonly has: (path: string) => Promise<boolean>;
  /** The path of a key, once nothing is written there. */
  readonly written: (key: string) => Promise<string>;
};

function partsOf(connection: S3Connection, { parallel, heldBytes }: Required<typeof defaults>): Parts {
  const { prefix } = connection.address;
  const base = prefix === "" ? "" : `${prefix}/`;
  const gate = createGate(parallel);
  const asked: Parts["asked"] = async (work) => {
    await gate.enter();
    try {
      return await work();
    } catch (thrown) {
      throw storeError(thrown);
    } finally {
      gate.leave();
    }
  };
  const writer = createS3Writer({ connection, asked, heldBytes, probe: `${base}tmp/conditional-writes` });
  const pathOf = (key: string) => base + checkedKey(key);
  return {
    connection,
    writer,
    base,
    asked,
    pathOf,
    async has(path) {
      if (writer.isPending(path) || await asked(() => connection.head(path)) !== undefined) return true;
      writer.check();
      return false;
    },
    async written(key) {
      const path = pathOf(key);
      await writer.settled(path);
      return path;
    },
  };
}

function readingOf({ connection, writer, base, asked, pathOf, has }: Parts) {
  return {
    async get(key: string) {
      const path = pathOf(key);
      const bytes = writer.pending(path)?.slice() ?? (await asked(() => connection.get(path)))?.bytes;
      if (bytes === undefined) writer.check();
      return bytes;
    },
    async getStream(key: string) {
      const path = pathOf(key);
      const pending = writer.pending(path);
      if (pending !== undefined) return new Blob([pending]).stream();
      const stream = await asked(() => connection.getStream(path));
      if (stream !== undefined) return piecesInStoreWords(stream.pieces);
      writer.check();
      return undefined;
    },
    async *list(prefix: string) {
      const checked = checkedPrefix(prefix);
      await writer.settled();
      yield* entries(connection, base, checked);
    },
    has: async (key: string) => await has(pathOf(key)),
  };
}

function writingOf({ connection, writer, asked, pathOf, has, written }: Parts, scratch: string) {
  return {
    async put(key: string, body: Uint8Array, { ifAbsent = false, named = false }: PutOptions = {}) {
      const path = pathOf(key);
      if (ifAbsent) return await writer.writeNew(path, body);
      await writer.write(path, body, named);
      return true;
    },
    async putStream(pieces: AsyncIterable<Uint8Array>, keyOf: (digest: Digest) => string) {
      await using whole = await spool(pieces, scratch);
      await writer.writeWhole(pathOf(keyOf(whole.ref.digest)), whole);
      return whole.ref;
    },
    flush: () => writer.flush(),
    async copy(from: string, to: string) {
      const target = pathOf(to);
      const source = await written(from);
      await writer.settled(target);
      if (!await has(target)) await asked(() => connection.copy(source, target));
      else if (!await has(source)) throw missing(connection, from);
    },
    async remove(keys: readonly string[]) {
      const paths = await Promise.all(keys.map(written));
      await asked(() => connection.remove(paths));
    },
  };
}

function missing({ place }: S3Connection, key: string): StoreError {
  return new StoreError("missing", `Cannot copy "${key}": it is not in "${place}"`);
}

async function* entries(connection: S3Connection, base: string, prefix: string): AsyncIterable<ObjectEntry> {
  try {
    for await (const { key: path, size, modifiedMs } of connection.list(base + prefix)) {
      const key = path.slice(base.length);
      // Published files may have names that are no keys; those, and strangers' objects, are left out.
      if (isKey(key)) yield { key, size, modifiedMs };
    }
  } catch (thrown) {
    throw storeError(thrown);
  }
}

async function* piecesInStoreWords(pieces: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* pieces;
  } catch (thrown) {
    throw storeError(thrown);
  }
}

/** The connection has tried again for as long as it makes sense: for whoever uses the store that is final. */
function storeError(thrown: unknown): unknown {
  if (!(thrown instanceof TransientError)) return thrown;
  return new StoreError("unavailable", thrown.message, { cause: thrown });
}
