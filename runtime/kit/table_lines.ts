// The lines of a text file of any size.
import type { InputFile } from "../contract/hosts.ts";
import { tableError } from "./table_text.ts";

/** A line without its end. `text` is absent where there was too much of it. Lines count from 1. */
export type TableLine = { readonly number: number; readonly text?: string };

/** Bytes above which a line is not kept. */
export const longestLine = 1 << 20;

/** Lines in groups, as they were read. They end in `\n` or `\r\n`. Throws `InputError` when the file is not UTF-8. */
export async function* tableLines(file: InputFile, signal: AbortSignal): AsyncGenerator<readonly TableLine[]> {
  const decode = lineDecoder(file.name);
  let first = true;
  let rest = new Uint8Array();
  for await (const piece of bytesOf(file, signal)) {
    if (first && rest.length + piece.length < 3) {
      rest = joined(rest, piece);
      continue;
    }
    const bytes = first ? withoutMark(file.name, joined(rest, piece)) : piece;
    if (first) rest = new Uint8Array();
    first = false;
    const end = bytes.lastIndexOf(newline) + 1;
    if (end > 0) {
      yield decode(joined(rest, bytes.subarray(0, end)));
      rest = new Uint8Array(bytes.subarray(end));
    } else if (rest.length <= longestLine) {
      rest = joined(rest, bytes);
    } // Of a line that is too long already nothing more is kept.
  }
  if (rest.length > 0) yield decode(rest);
}

const newline = 0x0a;

function joined(left: Uint8Array, right: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(left.length + right.length);
  both.set(left);
  both.set(right, left.length);
  return both;
}

/** Throws `InputError` for the marks of other encodings. */
function withoutMark(name: string, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const [first, second, third] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    throw tableError(name, "it is UTF-16; save it as UTF-8");
  }
  return first === 0xef && second === 0xbb && third === 0xbf ? bytes.subarray(3) : bytes;
}

/** Turns whole lines to text. */
function lineDecoder(name: string): (bytes: Uint8Array) => readonly TableLine[] {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let number = 0;
  const lineOf = (text: string) => {
    number++;
    if (text.length > longestLine) return { number };
    return { number, text: text.endsWith("\r") ? text.slice(0, -1) : text };
  };
  return (bytes) => {
    try {
      const text = decoder.decode(bytes);
      const lines = text.split("\n");
      if (text.endsWith("\n")) lines.pop();
      return lines.map(lineOf);
    } catch (cause) {
      if (!(cause instanceof TypeError)) throw cause;
      throw tableError(name, `line ${number + 1 + wholeLines(bytes)} is not UTF-8; save it as UTF-8`, cause);
    }
  };
}

/** How many lines are before the first that is not UTF-8. */
function wholeLines(bytes: Uint8Array): number {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let count = 0;
  for (let start = 0; start < bytes.length; count++) {
    const at = bytes.indexOf(newline, start);
    const end = at < 0 ? bytes.length : at + 1;
    try {
      decoder.decode(bytes.subarray(start, end));
    } catch {
      return count;
    }
    start = end;
  }
  return count;
}

async function* bytesOf(file: InputFile, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  if (!/\.gz$/i.test(file.name)) return yield* inBits(file.stream(signal), plainBytes);
  const gunzip = new DecompressionStream("gzip") as TransformStream<Uint8Array, Uint8Array>; // takes any bytes
  try {
    yield* ReadableStream.from(inBits(file.stream(signal), packedBytes)).pipeThrough(gunzip);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw tableError(file.name, "it is no gzip file, or a damaged one", cause);
  }
}

/** Rows of so many bytes are in memory at once: few enough to be gone before they are taken for lasting. */
const plainBytes = 64 * 1024;
/** A piece is unpacked at once, to a thousand times its size at most. */
const packedBytes = 8 * 1024;

async function* inBits(pieces: AsyncIterable<Uint8Array>, bytes: number): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length; at += bytes) yield piece.subarray(at, at + bytes);
  }
}
