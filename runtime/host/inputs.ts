// Single files that are read in parts: tables and videos, on this machine or in a bucket.
import { constants, createWriteStream } from "node:fs";
import { type FileHandle, mkdir, open, rm } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { FramewrightError, InputError, ItemError, messageOf, TransientError } from "../contract/errors.ts";
import type { InputFile, InputsHost } from "../contract/hosts.ts";
import { parseS3Address } from "../s3/address.ts";
import type { S3Connection, S3Deps, S3Head } from "../s3/client.ts";
import { bucketTrouble, readTrouble } from "./bucket_errors.ts";

export type InputsHostOptions = {
  /** An absolute path: objects that other programs want are downloaded below it. */
  readonly scratch: string;
  readonly client?: S3Deps;
};

/** Bytes read at once. */
const pieceBytes = 1 << 18;

export function createInputsHost(options: InputsHostOptions): InputsHost {
  return {
    open: (address, signal) =>
      /^[a-z][a-z0-9+.-]+:\/\//i.test(address) ? openObject(address, options, signal) : openFile(address),
  };
}

async function openFile(address: string): Promise<InputFile> {
  const path = resolve(address);
  try {
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK); // a pipe cannot hang the run
    const info = await handle.stat();
    if (info.isFile()) return fileAt(path, handle, info.size, info.mtimeMs);
    await handle.close();
  } catch (cause) {
    throw unreadable(address, troubleOf(cause), cause);
  }
  throw unreadable(address, "it is not a file");
}

function fileAt(path: string, handle: FileHandle, size: number, modifiedMs: number): InputFile {
  const changed = () => new TransientError(`Cannot read "${basename(path)}": it changed while it was read`);
  const slice = async (start: number, end: number, signal: AbortSignal) => {
    signal.throwIfAborted();
    const piece = new Uint8Array(Math.max(0, Math.min(end, size) - start));
    let filled = 0;
    while (filled < piece.length) {
      const { bytesRead } = await handle.read(piece, filled, piece.length - filled, start + filled);
      if (bytesRead === 0) throw changed();
      filled += bytesRead;
    }
    return piece;
  };
  return {
    name: basename(path),
    size,
    revision: `${size}-${modifiedMs}`,
    slice,
    async *stream(signal) {
      for (let at = 0; at < size; at += pieceBytes) yield await slice(at, at + pieceBytes, signal);
      // Whoever writes to it may have left a row in half where it ended.
      const now = await handle.stat();
      if (now.size !== size || now.mtimeMs !== modifiedMs) throw changed();
    },
    local: () => Promise.resolve(path),
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

async function openObject(
  text: string,
  { scratch, client }: InputsHostOptions,
  signal: AbortSignal,
): Promise<InputFile> {
  const address = addressOf(text);
  if (address.prefix === "") throw unreadable(text, "it names no object; put its key behind the bucket");
  const { openS3Client } = await import("../s3/client.ts");
  const connection = await openS3Client({ ...address, prefix: "" }, client);
  const head = await connection.head(address.prefix, { signal }).catch((thrown) => {
    connection.close();
    throw thrown instanceof FramewrightError ? bucketTrouble(connection.place, thrown) : thrown;
  });
  if (head !== undefined) return objectAt(connection, address.prefix, head, scratch);
  connection.close();
  throw unreadable(`${connection.place}/${address.prefix}`, "there is no such object; check the address");
}

function addressOf(text: string) {
  try {
    return parseS3Address(text);
  } catch (cause) {
    throw cause instanceof InputError ? new InputError(cause.message, [], { code: "source", cause }) : cause;
  }
}

function objectAt(connection: S3Connection, key: string, { size, etag }: S3Head, scratch: string): InputFile {
  const name = key.slice(key.lastIndexOf("/") + 1);
  const folder = `${scratch}/${crypto.randomUUID()}`;
  let downloaded: Promise<string> | undefined;
  async function* stream(signal: AbortSignal) {
    try {
      const object = await connection.getStream(key, { etag, signal });
      if (object === undefined) throw unreadable(`${connection.place}/${key}`, "it is no longer there");
      yield* object.pieces;
    } catch (thrown) {
      throw thrown instanceof FramewrightError ? streamTrouble(connection.place, key, thrown) : thrown;
    }
  }
  const download = async (signal: AbortSignal) => {
    await mkdir(folder, { recursive: true });
    await pipeline(stream(signal), createWriteStream(`${folder}/${name}`), { signal });
    return `${folder}/${name}`;
  };
  const local = (signal: AbortSignal) => {
    downloaded ??= download(signal).catch((thrown) => {
      downloaded = undefined;
      throw thrown;
    });
    return downloaded;
  };
  return {
    name,
    size,
    revision: etag,
    stream,
    local,
    // Parts are wanted by readers of tables that jump about: one download serves them all.
    async slice(start, end, signal) {
      await using file = await openFile(await local(signal));
      return await file.slice(start, end, signal);
    },
    async [Symbol.asyncDispose]() {
      connection.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** One object is all that there is to read: what rejects it ends the run. */
function streamTrouble(place: string, key: string, thrown: FramewrightError): FramewrightError {
  const trouble = readTrouble(place, key, thrown);
  return trouble instanceof ItemError
    ? new InputError(trouble.message, [], { code: "source", cause: thrown })
    : trouble;
}

function troubleOf(thrown: unknown): string {
  const code = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
  if (code === "ENOENT" || code === "ENOTDIR") return "there is no such file; check the path";
  if (code === "EACCES" || code === "EPERM") return "there is no permission to read it";
  if (thrown instanceof Deno.errors.NotCapable) return "Deno was started without --allow-read for it";
  return messageOf(thrown);
}

function unreadable(address: string, what: string, cause?: unknown): InputError {
  return new InputError(`Cannot read "${address}": ${what}`, [], { code: "source", cause });
}
