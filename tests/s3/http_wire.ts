// HTTP/1.1 as bytes on a connection: heads and bodies, passed on as they came.

export type Head = {
  /** As it came, with the empty line that ends it. */
  readonly bytes: Uint8Array;
  /** The request line or the status line. */
  readonly line: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
};

export interface Wire {
  /** The next head; `undefined` when the other side has closed in between. */
  head(): Promise<Head | undefined>;
  /** The body that follows, framing of chunks included. */
  raw(framing: Framing): AsyncGenerator<Uint8Array>;
  write(bytes: Uint8Array): Promise<void>;
  close(): void;
}

/** How the end of a body is told. */
export type Framing = { readonly length: number } | "chunked" | "close";

const latin1 = new TextDecoder("latin1");

export function createWire(connection: Deno.Conn): Wire {
  const input = createInput(connection);
  let open = true;
  return {
    async head() {
      const bytes = await input.through("\r\n\r\n");
      return bytes === undefined ? undefined : headOf(bytes);
    },
    raw(framing) {
      if (framing === "chunked") return chunks(input);
      return framing === "close" ? input.rest() : input.pieces(framing.length);
    },
    async write(bytes) {
      for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
    },
    close() {
      if (open) connection.close();
      open = false;
    },
  };
}

type Input = ReturnType<typeof createInput>;

function createInput(connection: Deno.Conn) {
  let held = new Uint8Array(0);
  async function more(): Promise<boolean> {
    const piece = new Uint8Array(65_536);
    const count = await connection.read(piece);
    if (count === null) return false;
    held = joined([held, piece.subarray(0, count)]);
    return true;
  }
  function take(length: number): Uint8Array {
    const taken = held.subarray(0, length);
    held = held.slice(length);
    return taken;
  }
  return {
    /** All up to a mark and the mark; `undefined` when it does not come. */
    async through(mark: string): Promise<Uint8Array | undefined> {
      for (;;) {
        const at = latin1.decode(held).indexOf(mark);
        if (at >= 0) return take(at + mark.length);
        if (!await more()) return undefined;
      }
    },
    async *pieces(length: number): AsyncGenerator<Uint8Array> {
      for (let left = length; left > 0;) {
        if (held.length === 0 && !await more()) throw endedEarly();
        const piece = take(Math.min(left, held.length));
        left -= piece.length;
        yield piece;
      }
    },
    async *rest(): AsyncGenerator<Uint8Array> {
      do {
        if (held.length > 0) yield take(held.length);
      } while (await more());
    },
  };
}

async function* chunks(input: Input): AsyncGenerator<Uint8Array> {
  for (;;) {
    const size = await input.through("\r\n");
    if (size === undefined) throw endedEarly();
    yield size;
    const length = Number.parseInt(latin1.decode(size), 16);
    yield* input.pieces(length + 2); // the last one is empty: no trailers are expected
    if (length === 0) return;
  }
}

function endedEarly(): Error {
  return new Deno.errors.UnexpectedEof("the body ended early");
}

function headOf(bytes: Uint8Array): Head {
  const [line = "", ...rest] = latin1.decode(bytes).trimEnd().split("\r\n");
  const headers = rest.map((text): [string, string] => {
    const colon = text.indexOf(":");
    return [text.slice(0, colon).trim().toLowerCase(), text.slice(colon + 1).trim()];
  });
  return { bytes, line, headers: new Map(headers) };
}

export function requestFraming({ headers }: Head): Framing {
  if (headers.get("transfer-encoding") === "chunked") return "chunked";
  return { length: Number(headers.get("content-length") ?? 0) };
}

export function answerFraming(head: Head, method: string): Framing {
  const status = statusOf(head);
  if (method === "HEAD" || status === 204 || status === 304 || status < 200) return { length: 0 };
  if (head.headers.get("transfer-encoding") === "chunked") return "chunked";
  const length = head.headers.get("content-length");
  return length === undefined ? "close" : { length: Number(length) };
}

export function statusOf({ line }: Head): number {
  return Number(line.split(" ")[1]);
}

/** The bytes of a body without the framing of chunks. */
export function unframed(raw: Uint8Array, framing: Framing): Uint8Array {
  if (framing !== "chunked") return raw;
  const parts: Uint8Array[] = [];
  for (let at = 0; at < raw.length;) {
    const end = latin1.decode(raw.subarray(at, at + 32)).indexOf("\r\n");
    const length = Number.parseInt(latin1.decode(raw.subarray(at, at + end)), 16);
    parts.push(raw.subarray(at + end + 2, at + end + 2 + length));
    at += end + 2 + length + 2;
  }
  return joined(parts);
}

/** A whole answer or request, with a length instead of chunks. */
export function messageOf(line: string, headers: ReadonlyMap<string, string>, body: Uint8Array): Uint8Array {
  const kept = [...headers].filter(([name]) => name !== "transfer-encoding" && name !== "content-length");
  const lines = [...kept, ["content-length", String(body.length)]].map(([name, value]) => `${name}: ${value}`);
  return joined([new TextEncoder().encode([line, ...lines, "", ""].join("\r\n")), body]);
}

export async function collected(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  return joined(await Array.fromAsync(pieces));
}

export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
