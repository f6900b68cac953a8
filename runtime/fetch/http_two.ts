// HTTP/2: many requests over one connection.
import { type ClientHttp2Session, connect, constants } from "node:http2";
import type { TLSSocket } from "node:tls";
import { plainHeaders } from "./http_one.ts";
import type { Hop, Reply } from "./reply.ts";
import { wireError } from "./trouble.ts";

/** Milliseconds after which a connection that nobody uses is closed. */
const idleMs = 10_000;

/** Bytes that a server may send ahead. The 64 kB that are usual would hold up all that comes from far away. */
const windowBytes = { stream: 1 << 20, connection: 16 << 20 };

/** Over a connection on which both sides agreed to speak HTTP/2. */
export function openSession(origin: string, socket: TLSSocket, onClosed: () => void): ClientHttp2Session {
  const session = connect(origin, {
    createConnection: () => socket,
    settings: { initialWindowSize: windowBytes.stream },
  });
  session.on("connect", () => session.setLocalWindowSize(windowBytes.connection));
  session.on("error", onClosed); // what it means for a request, the request tells
  session.on("close", onClosed);
  session.on("goaway", onClosed);
  session.setTimeout(idleMs, () => session.close());
  return session;
}

export function exchangeTwo(session: ClientHttp2Session, hop: Hop, signal: AbortSignal): Promise<Reply> {
  const { url, method, headers, body } = hop;
  return new Promise<Reply>((resolve, reject) => {
    signal.throwIfAborted();
    const stream = session.request({
      ...headers,
      ":method": method,
      ":scheme": "https",
      ":authority": url.host,
      ":path": `${url.pathname}${url.search}`,
    }, { endStream: body === undefined });
    const stop = () => void stream.close(constants.NGHTTP2_CANCEL);
    const refuse = (thrown: unknown) => {
      signal.removeEventListener("abort", stop);
      reject(thrown);
    };
    signal.addEventListener("abort", stop, { once: true });
    stream.on("error", refuse);
    stream.on("close", () => refuse(wireError("ECONNRESET")));
    stream.on("response", (answered) => {
      const headers = plainHeaders(answered);
      resolve({
        status: Number(answered[":status"]),
        headers,
        robots: headers["x-robots-tag"] === undefined ? [] : [headers["x-robots-tag"]],
        body: bodyOf(session, stream, Number(headers["content-length"] ?? NaN)),
        end() {
          signal.removeEventListener("abort", stop);
          if (!stream.readableEnded) stop();
        },
      });
    });
    if (body !== undefined) stream.end(body);
  });
}

/** A stream ends without an error also where its connection broke off. */
async function* bodyOf(
  session: ClientHttp2Session,
  stream: ReturnType<ClientHttp2Session["request"]>,
  announced: number,
): AsyncGenerator<Uint8Array> {
  let count = 0;
  for await (const piece of stream) {
    count += piece.length;
    yield piece;
  }
  const isWhole = stream.readableEnded && stream.rstCode === constants.NGHTTP2_NO_ERROR && !session.destroyed;
  if (!isWhole || (!Number.isNaN(announced) && count !== announced)) throw wireError("ECONNRESET");
}
