// A stream that is set aside, in memory while it is short, until its end is known.
import { createHash, randomUUID } from "node:crypto";
import type { BlobRef } from "../contract/image.ts";
import { storeErrorOf } from "./failures.ts";
import { createFile, removeFile, writeAll } from "./folder_files.ts";

/** Bytes that are kept in memory. */
const shortBytes = 8 << 20;

/** What came, to be read any number of times; closed by whoever asked for it. */
export interface Spool extends AsyncDisposable {
  readonly ref: BlobRef;
  read(at: number, length: number): Promise<Uint8Array>;
}

/** Reads the pieces to their end. What they throw is passed on. A file in `folder`, which is made, takes what is too
 *  long for memory. */
export async function spool(pieces: AsyncIterable<Uint8Array>, folder: string): Promise<Spool> {
  const hash = createHash("sha256");
  const held: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  let file: Aside | undefined;
  try {
    for await (const piece of pieces) {
      hash.update(piece);
      size += piece.length;
      if (file === undefined) held.push(new Uint8Array(piece));
      else await file.write(piece);
      if (file === undefined && size > shortBytes) {
        file = await openAside(folder);
        for (const early of held.splice(0)) await file.write(early);
      }
    }
  } catch (thrown) {
    file?.close();
    throw thrown;
  }
  const ref = { digest: hash.digest("hex"), size };
  return file === undefined ? await inMemory(ref, held) : inFile(ref, file);
}

async function inMemory(ref: BlobRef, held: readonly Uint8Array<ArrayBuffer>[]): Promise<Spool> {
  const bytes = await new Blob([...held]).bytes();
  return {
    ref,
    read: (at, length) => Promise.resolve(bytes.subarray(at, at + length)),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function inFile(ref: BlobRef, file: Aside): Spool {
  return { ref, read: file.read, [Symbol.asyncDispose]: () => Promise.resolve(file.close()) };
}

interface Aside {
  write(piece: Uint8Array): Promise<void>;
  read(at: number, length: number): Promise<Uint8Array>;
  close(): void;
}

async function openAside(folder: string): Promise<Aside> {
  const path = `${folder}/${randomUUID()}`;
  const step = async <T>(work: () => Promise<T>) => {
    try {
      return await work();
    } catch (thrown) {
      throw storeErrorOf("set a stream aside", folder, thrown);
    }
  };
  const file = await step(() => createFile(path, new Uint8Array()));
  return {
    write: (piece) => step(() => writeAll(file, piece)),
    read: (at, length) => step(() => readPart(path, at, length)),
    close() {
      file.close();
      removeFile(path);
    },
  };
}

/** Shorter where the file ends. Opened anew, since several read at once. */
async function readPart(path: string, at: number, length: number): Promise<Uint8Array> {
  using file = await Deno.open(path);
  await file.seek(at, Deno.SeekMode.Start);
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const read = await file.read(bytes.subarray(filled));
    if (read === null) break;
    filled += read;
  }
  return bytes.subarray(0, filled);
}
