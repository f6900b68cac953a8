// Writes objects of a bucket: many at once, behind their callers, and those that must be the first at once.
import { StoreError } from "../contract/errors.ts";
import { honoursConditions } from "../s3/conditions.ts";
import type { S3Connection } from "../s3/client.ts";
import { createBodyPool } from "./body_pool.ts";
import { createRoom } from "./room.ts";
import { type Body, createBehind } from "./s3_behind.ts";
import type { Spool } from "./spool.ts";

/** Bytes of a named object from which on looking whether it is there costs less than writing it. */
const lookFirstBytes = 1 << 20;

export type S3WriterDeps = {
  readonly connection: S3Connection;
  /** Does a request once there is a place for it, and puts its errors into the store's words. */
  readonly asked: <T>(work: () => Promise<T>) => Promise<T>;
  readonly heldBytes: number;
  /** Where to find out whether the server honours conditions. */
  readonly probe: string;
};

/** Paths are whole keys of the bucket. Throws `StoreError`. Once a write failed behind its caller, every write and flush
 *  answers with that error. */
export interface S3Writer {
  /** Resolves when there is room for the request. An object that is there already may stay when it is `named`. */
  write(path: string, body: Uint8Array, named: boolean): Promise<void>;
  /** Writes unless there is such an object: then false. */
  writeNew(path: string, body: Uint8Array): Promise<boolean>;
  /** Writes what was set aside, in parts when it is long, unless it is there. */
  writeWhole(path: string, whole: Spool): Promise<void>;
  isPending(path: string): boolean;
  /** The bytes of a write that is under way. */
  pending(path: string): Uint8Array<ArrayBuffer> | undefined;
  /** Resolves when the writes of this path, or of all, have ended. Never rejects. */
  settled(path?: string): Promise<void>;
  flush(): Promise<void>;
  /** Throws what a write behind its caller failed with: then what is not there may be what it left out. */
  check(): void;
}

export function createS3Writer({ connection, asked, heldBytes, probe }: S3WriterDeps): S3Writer {
  const behind = createBehind();
  const room = createRoom(heldBytes);
  const pool = createBodyPool(heldBytes);
  const writeFirst = createFirstWriter(connection, probe);
  const isThere = async (path: string) => await connection.head(path) !== undefined;

  const send = async (path: string, body: Body, named: boolean) => {
    if (named && body.length >= lookFirstBytes && await isThere(path)) return;
    await connection.put(path, body);
  };

  return {
    isPending: behind.isPending,
    pending: behind.pending,
    settled: behind.settled,
    check: behind.check,
    async write(path, body, named) {
      behind.check();
      const held = body.length + slotBytes;
      await room.enter(held);
      const copy = pool.copy(body);
      void behind.start(path, copy, () => asked(() => send(path, copy, named))).then(() => {
        pool.done(copy);
        room.leave(held);
      });
    },
    async writeNew(path, body) {
      await behind.settled(path);
      behind.check();
      return await asked(() => writeFirst(path, body));
    },
    async writeWhole(path, { ref: { size }, read }) {
      await behind.settled(path);
      behind.check();
      await asked(async () => {
        if (await isThere(path)) return;
        if (size > wholeBytes) await connection.upload(path, { size, read });
        else await connection.put(path, await read(0, size));
      });
    },
    async flush() {
      await behind.settled();
      behind.check();
    },
  };
}

/** What a small body counts for, so that no more of them wait than a few times the requests under way. */
const slotBytes = 256 << 10;
/** Longest stream that is written as a whole, in bytes. */
const wholeBytes = 16 << 20;

/** Whether the server honours conditions is found out by the first write that needs to know. */
function createFirstWriter(connection: S3Connection, probe: string) {
  let found: Promise<boolean> | undefined;
  const honoured = () => {
    found ??= honoursConditions(connection, probe);
    found.catch(() => found = undefined);
    return found;
  };
  const writeAlone = createLoneWriter(connection);

  return async (path: string, body: Uint8Array): Promise<boolean> => {
    if (await honoured()) return await connection.putNew(path, body);
    if (connection.address.singleWriter) return await writeAlone(path, body);
    const reason =
      `the server of "${connection.place}" ignores \`If-None-Match\`, so that two runs could both publish one ` +
      "number; choose another server, or add single_writer=true to the address and let one run write at a time";
    throw new StoreError("unavailable", `Cannot write "${path}": ${reason}`);
  };
}

/** Looks, then writes: right as long as this is the only store object that writes. */
function createLoneWriter(connection: S3Connection) {
  let last: Promise<unknown> = Promise.resolve();
  const write = async (path: string, body: Uint8Array) => {
    if (await connection.head(path) !== undefined) return false;
    await connection.put(path, body);
    return true;
  };
  return (path: string, body: Uint8Array): Promise<boolean> => {
    const written = last.then(() => write(path, body));
    last = written.catch(() => {});
    return written;
  };
}
