// HTTP/1.1.
import type { ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import type { Hop, Reply } from "./reply.ts";
import { wireError } from "./trouble.ts";

/** A body that nobody wants is read to its end when it has at most so many bytes and takes at most so many milliseconds. */
const drainedBytes = 16_384;
const drainedMs = 2_000;

export type Send = (options: RequestOptions) => ClientRequest;

/** `options` say where to and through which agent. */
export function exchangeOne(send: Send, options: RequestOptions, hop: Hop, signal: AbortSignal): Promise<Reply> {
  const { url, method, headers, body } = hop;
  const length = body === undefined ? {} : { "content-length": String(body.length) };
  const all = { ...headers, ...length, host: url.host };
  return new Promise<Reply>((resolve, reject) => {
    signal.throwIfAborted();
    const sent = send({ ...options, method, path: `${url.pathname}${url.search}`, headers: all });
    const stop = () => void sent.destroy(new DOMException("stopped", "AbortError"));
    const release = () => signal.removeEventListener("abort", stop);
    let failure: unknown;
    const refuse = (thrown: unknown) => {
      failure ??= thrown;
      release();
      reject(thrown);
    };
    signal.addEventListener("abort", stop, { once: true });
    sent.on("error", refuse); // stays: errors behind the answer end its body, and must not end the process
    sent.on("upgrade", (_, socket) => {
      socket.destroy();
      refuse(wireError("HPE_UPGRADE"));
    });
    sent.on("response", (message) => resolve(replyOf(message, release, () => failure)));
    sent.end(body);
  });
}

/** `failure`: what went wrong with the request since. */
function replyOf(message: IncomingMessage, release: () => void, failure: () => unknown): Reply {
  return {
    status: message.statusCode ?? 0,
    headers: plainHeaders(message.headers),
    robots: valuesOf(message.rawHeaders, "x-robots-tag"),
    body: bodyOf(message, failure),
    end() {
      release();
      if (isShort(message)) drain(message); // so that the connection can be used again
      else message.destroy();
    },
  };
}

function isShort({ complete, statusCode, headers }: IncomingMessage): boolean {
  return complete || statusCode === 304 || Number(headers["content-length"] ?? Infinity) <= drainedBytes;
}

function drain(message: IncomingMessage): void {
  const timer = setTimeout(() => message.destroy(), drainedMs);
  message.once("close", () => clearTimeout(timer));
  message.resume();
}

async function* bodyOf(message: IncomingMessage, failure: () => unknown): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of message) yield piece;
  } catch (thrown) {
    throw failure() ?? thrown;
  }
  if (!message.complete) throw wireError("ECONNRESET");
}

export function plainHeaders(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  const named = Object.entries(headers).filter(([name, value]) => !name.startsWith(":") && value !== undefined);
  return Object.fromEntries(
    named.map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : String(value)]),
  );
}

function valuesOf(raw: readonly string[], name: string): readonly string[] {
  return raw.filter((_, at) => at % 2 === 1 && raw[at - 1]?.toLowerCase() === name);
}
