// What is written into stores under test, and read from them.
import assert from "node:assert/strict";
import type { ObjectStore } from "../../runtime/contract/store.ts";

/** Keys and sizes of a listing. */
export async function listed(store: ObjectStore, prefix: string): Promise<(readonly [string, number])[]> {
  const entries: (readonly [string, number])[] = [];
  for await (const { key, size } of store.list(prefix)) entries.push([key, size]);
  return entries;
}

/** All the bytes of a stream that must be there. */
export async function wholeOf(pieces: AsyncIterable<Uint8Array> | undefined): Promise<Uint8Array> {
  assert.ok(pieces !== undefined, "there is no such object");
  const held: Uint8Array<ArrayBuffer>[] = [];
  for await (const piece of pieces) held.push(new Uint8Array(piece));
  return await new Blob(held).bytes();
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Bytes that no compression makes shorter; equal seeds give equal bytes. */
export function noise(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0, state = seed * 2654435761 + 1; at < length; at++) {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

/** The body in pieces of so many bytes. */
export async function* piecesOf(body: Uint8Array, length: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < body.length; at += length) yield await Promise.resolve(body.slice(at, at + length));
}
