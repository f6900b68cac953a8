// Pictures that a program writes one after the other, taken apart by their own structure.
import { ItemError } from "../contract/errors.ts";

export type StreamedFormat = "jpeg" | "png";

/** Where a picture ends, found piece by piece. */
interface Scanner {
  /** The position behind the picture that starts at 0, or `undefined` while more bytes are needed. Called again with the
   *  same bytes and more. Throws `ItemError` when this is no such picture. */
  end(bytes: Uint8Array): number | undefined;
}

/** Splits a stream of JPEG or PNG files into single ones, however it is cut into pieces. Lengths and markers are followed:
 *  what looks like an end within the data is none. Throws `ItemError` (`not_an_image`, `too_large`, `truncated`). */
export async function* pictureStream(
  pieces: AsyncIterable<Uint8Array>,
  format: StreamedFormat,
  maxBytes = 1 << 28,
): AsyncGenerator<Uint8Array> {
  const open = format === "jpeg" ? jpegScanner : pngScanner;
  let held = createBuffer();
  let scanner = open();
  for await (const piece of pieces) {
    held.add(piece);
    for (let end = scanner.end(held.bytes()); end !== undefined; end = scanner.end(held.bytes())) {
      yield held.take(end);
      scanner = open();
    }
    if (held.bytes().length > maxBytes) throw new ItemError("too_large", `A frame has more than ${maxBytes} bytes`);
  }
  const left = held.bytes().length;
  held = createBuffer();
  if (left > 0) throw new ItemError("truncated", "The last frame is cut off");
}

/** Bytes that are not used up yet. Grows by doubling, so that a picture in many pieces is not copied again and again. */
function createBuffer() {
  let store = new Uint8Array(1 << 18);
  let start = 0;
  let end = 0;
  return {
    bytes: () => store.subarray(start, end),
    add(piece: Uint8Array) {
      if (end + piece.length > store.length) {
        const needed = end - start + piece.length;
        const next = needed * 2 > store.length ? new Uint8Array(needed * 2) : store;
        next.set(store.subarray(start, end));
        [store, end, start] = [next, end - start, 0];
      }
      store.set(piece, end);
      end += piece.length;
    },
    /** A copy of the first bytes, which are then gone. */
    take(length: number): Uint8Array {
      const taken = store.slice(start, start + length);
      start += length;
      return taken;
    },
  };
}

function notJpeg(): ItemError {
  return new ItemError("not_an_image", "The stream of frames holds something that is no JPEG");
}

function jpegScanner(): Scanner {
  let at = 0;
  let inScan = false;
  return {
    end(bytes) {
      for (;;) {
        if (inScan) {
          const marker = nextMarker(bytes, at);
          at = marker.at;
          if (!marker.found) return undefined;
          inScan = false;
        }
        if (at + 2 > bytes.length) return undefined;
        if (bytes[at] !== 0xff) throw notJpeg();
        const code = bytes[at + 1] ?? 0;
        if (at === 0 && code !== 0xd8) throw notJpeg();
        if (code === 0xff) at += 1; // a fill byte
        else if (code === 0xd8) at += 2;
        else if (code === 0xd9) return at + 2;
        else {
          if (code < 0xc0) throw notJpeg();
          if (at + 4 > bytes.length) return undefined;
          const length = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
          if (length < 2) throw notJpeg();
          at += 2 + length;
          inScan = code === 0xda;
        }
      }
    },
  };
}

/** The next marker in coded data: FF and neither a stuffed 00, a restart, nor another FF. */
function nextMarker(bytes: Uint8Array, from: number): { readonly at: number; readonly found: boolean } {
  let at = from;
  for (;;) {
    at = bytes.indexOf(0xff, at);
    if (at < 0) return { at: Math.max(from, bytes.length), found: false };
    const code = bytes[at + 1];
    if (code === undefined) return { at, found: false };
    if (code === 0xff) at += 1;
    else if (code === 0x00 || (code >= 0xd0 && code <= 0xd7)) at += 2;
    else return { at, found: true };
  }
}

const pngStart = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const endChunk = 0x49454e44; // IEND

function pngScanner(): Scanner {
  let at = 0;
  return {
    end(bytes) {
      if (at === 0) {
        if (bytes.length < pngStart.length) return undefined;
        if (pngStart.some((value, index) => bytes[index] !== value)) {
          throw new ItemError("not_an_image", "The stream of frames holds something that is no PNG");
        }
        at = pngStart.length;
      }
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      while (at + 8 <= bytes.length) {
        const next = at + 12 + view.getUint32(at);
        if (view.getUint32(at + 4) === endChunk) return next <= bytes.length ? next : undefined;
        at = next;
      }
      return undefined;
    },
  };
}
