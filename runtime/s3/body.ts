// The bytes of an object as they come from the network.
import { TransientError } from "../contract/errors.ts";
import type { Watch } from "./watch.ts";

export type Body = ReadableStream<Uint8Array>;

/** All of it. `TransientError` when fewer or more bytes came than `length`. */
export async function readBody(body: Body, length: number | undefined, watch: Watch): Promise<Uint8Array<ArrayBuffer>> {
  if (length === undefined) return await new Response(body as ReadableStream<Uint8Array<ArrayBuffer>>).bytes();
  const bytes = new Uint8Array(length);
  let at = 0;
  for await (const piece of piecesOf(body, watch)) {
    if (at + piece.length > length) throw cutShort(at + piece.length, length);
    bytes.set(piece, at);
    at += piece.length;
  }
  if (at !== length) throw cutShort(at, length);
  return bytes;
}

/** Its pieces; the request ends with whoever stops reading. */
export async function* piecesOf(body: Body, watch: Watch): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      watch.rest();
      yield value;
      watch.heard();
    }
  } finally {
    await reader.cancel().catch(() => {}); // what went wrong with it is known already
  }
}

export function cutShort(came: number, length: number): TransientError {
  return new TransientError(`Cannot read a body: ${came} of ${length} bytes came`);
}
