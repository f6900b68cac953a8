// Reads the body of an answer: decompressed, counted while it comes, never more than was asked for.
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import type { Reply } from "./reply.ts";
import { type Trouble, troubleWith } from "./trouble.ts";

export type BodyOptions = {
  readonly url: string;
  readonly maxBytes: number;
  /** Bytes that are kept; all when absent. */
  readonly keep?: number | undefined;
  readonly signal: AbortSignal;
};

/** `whole`: how many bytes there are in all, where that is known. */
export type Body = { readonly bytes: Uint8Array; readonly whole?: number };

/** Reads to the end, or until the bytes to keep are there and the server said how many there are in all. Throws
 *  `ItemError` with `too_large` or `bad_encoding`, and what ends the connection as it is. */
export async function readBody(reply: Reply, options: BodyOptions): Promise<Body> {
  const { url, maxBytes, keep = Infinity, signal } = options;
  const encoding = encodingOf(reply);
  const announced = encoding === undefined ? lengthOf(reply) : undefined;
  const tooLarge = () => troubleWith(url, { code: "too_large", what: `it has more than ${maxBytes} bytes` });
  if (keep === Infinity && announced !== undefined && announced > maxBytes) throw tooLarge();
  const kept: Uint8Array[] = [];
  let count = 0;
  for await (const piece of plainPieces(reply, encoding, url, signal)) {
    const room = keep - count;
    if (room > 0) kept.push(piece.length > room ? piece.subarray(0, room) : piece);
    count += piece.length;
    if (count >= keep && announced !== undefined && announced > count) return { bytes: joined(kept), whole: announced };
    if (count > maxBytes) throw tooLarge();
  }
  return { bytes: joined(kept), whole: count };
}

export function lengthOf({ headers }: Reply): number | undefined {
  const text = headers["content-length"];
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

export function encodingOf({ headers }: Reply): string | undefined {
  const encoding = headers["content-encoding"]?.trim().toLowerCase();
  return encoding === "" || encoding === "identity" ? undefined : encoding;
}

const decoders: Readonly<Record<string, () => NodeJS.ReadWriteStream>> = {
  gzip: createGunzip,
  "x-gzip": createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

async function* plainPieces(
  { body }: Reply,
  encoding: string | undefined,
  url: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  if (encoding === undefined) return yield* body;
  const bad: Trouble = { code: "bad_encoding", what: `it is not compressed as it says (${encoding.slice(0, 40)})` };
  const decoder = decoders[encoding]?.();
  if (decoder === undefined) {
    throw troubleWith(url, {
      ...bad,
      what: `it is compressed in a way that nobody asked for (${encoding.slice(0, 40)})`,
    });
  }
  let broken: unknown;
  const source = Readable.from(noticing(body, (thrown) => broken = thrown));
  const running = pipeline(source, decoder, { signal }).catch(() => {}); // the reader below sees it as well
  try {
    for await (const piece of decoder) yield typeof piece === "string" ? new TextEncoder().encode(piece) : piece;
  } catch (cause) {
    throw broken ?? (signal.aborted ? signal.reason : troubleWith(url, { ...bad, cause }));
  } finally {
    source.destroy();
    await running;
  }
}

/** What breaks the connection is no fault of the compression. */
async function* noticing(body: Reply["body"], notice: (thrown: unknown) => void): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (thrown) {
    notice(thrown);
    throw thrown;
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
