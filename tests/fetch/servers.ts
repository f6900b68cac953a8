// Servers on loopback that behave as they are told, and the web as plugins see it.
import assert from "node:assert/strict";
import { ItemError, TransientError } from "../../runtime/contract/errors.ts";
import type { WebAnswer, WebHost, WebPolicy, WebRequest } from "../../runtime/contract/world.ts";
import { openWeb, type WebOptions } from "../../runtime/fetch/open_web.ts";

export const loopback: WebPolicy = {
  maxBytes: 100_000,
  timeoutMs: 5_000,
  redirects: 5,
  tries: 1,
  perHost: 100,
  allow: ["127.0.0.1"],
  robots: ["noai", "noindex"],
};

/** Pauses end at once; they are kept, in milliseconds. */
export type Webs = { readonly web: WebHost; readonly pauses: readonly number[] };

export async function withWeb<T>(body: (webs: Webs) => Promise<T>, options: WebOptions = {}): Promise<T> {
  const pauses: number[] = [];
  const pause = (ms: number) => Promise.resolve(void pauses.push(ms));
  using web = openWeb({ pause, ...options });
  return await body({ web, pauses });
}

export type Asked = Partial<WebPolicy> & Omit<WebRequest, "policy" | "url">;

export async function ask(web: WebHost, url: string, asked: Asked = {}): Promise<WebAnswer> {
  const { method, headers, body, unless, head, ...policy } = asked;
  const request = { method, headers, body, unless, head };
  const given = Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined));
  return await web.send({ url, ...given, policy: { ...loopback, ...policy } }, new AbortController().signal);
}

export async function textFrom(web: WebHost, url: string, asked: Asked = {}): Promise<string> {
  return new TextDecoder().decode((await ask(web, url, asked)).bytes);
}

/** The code and the message of what is thrown; `passing` when the error is one that may pass. */
export async function refusalOf(answer: Promise<unknown>): Promise<string> {
  try {
    await answer;
  } catch (thrown) {
    if (thrown instanceof TransientError) {
      assert.ok(thrown.cause instanceof ItemError);
      assert.equal(thrown.cause.message, thrown.message);
      return `passing ${thrown.cause.code}: ${thrown.message}`;
    }
    if (thrown instanceof ItemError) return `${thrown.code}: ${thrown.message}`;
    throw thrown;
  }
  return assert.fail("nothing is thrown");
}

export type Served = AsyncDisposable & { readonly url: string; readonly port: number };

/** A proper server. */
export function serve(
  handler: (request: Request, number: number) => Response | Promise<Response>,
  tls: { readonly cert?: string; readonly key?: string } = {},
): Served {
  let number = 0;
  const options = { hostname: "127.0.0.1", port: 0, onListen: () => {}, ...tls };
  const server = Deno.serve(options, (request) => handler(request, ++number));
  const { port } = server.addr;
  return { url: `http://127.0.0.1:${port}`, port, [Symbol.asyncDispose]: () => server.shutdown() };
}

export type Talk = {
  readonly say: (text: string | Uint8Array) => Promise<void>;
  /** Reads the next request; all of its head. */
  readonly hear: () => Promise<string>;
  readonly hangUp: () => void;
};

/** A server that says what it wants, byte by byte. Connections are closed at the end. */
export function serveRaw(talk: (talk: Talk, number: number) => Promise<void>): Served {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.Conn>();
  const talks: Promise<void>[] = [];
  const accepting = (async () => {
    let number = 0;
    for await (const connection of listener) {
      open.add(connection);
      talks.push(talk(talkOver(connection), ++number).catch(() => {})); // the other side went away
    }
  })().catch(() => {});
  const { port } = listener.addr;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const connection of open) closed(connection);
      await accepting;
      await Promise.all(talks);
    },
  };
}

function talkOver(connection: Deno.Conn): Talk {
  const buffer = new Uint8Array(65_536);
  return {
    async say(text) {
      const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
      for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
    },
    async hear() {
      let heard = "";
      while (!heard.includes("\r\n\r\n")) {
        const count = await connection.read(buffer);
        if (count === null) throw new TypeError("hung up");
        heard += new TextDecoder().decode(buffer.subarray(0, count));
      }
      return heard;
    },
    hangUp: () => closed(connection),
  };
}

function closed(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // It is closed.
  }
}

/** Answers the first request with exactly these bytes, and says no more. */
export function sayOnce(text: string | Uint8Array, { hangUp = false } = {}): Served {
  return serveRaw(async (talk) => {
    await talk.hear();
    await talk.say(text);
    if (hangUp) talk.hangUp();
  });
}
