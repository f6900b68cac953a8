// Connections to addresses that were looked at, kept for as long as they are of use. The name of the host goes into TLS
// and into the request; nothing here looks it up. `fetch` would: it can be told an address for http, not for https.
import { Agent as PlainAgent, request as sendPlainly } from "node:http";
import { Agent as SecureAgent, request as sendSecurely } from "node:https";
import type { ClientHttp2Session } from "node:http2";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import { parseAddress } from "./addresses.ts";
import { exchangeOne } from "./http_one.ts";
import { exchangeTwo, openSession } from "./http_two.ts";
import type { Exchange, Hop } from "./reply.ts";

export type WireOptions = {
  /** Certificates to trust instead of those that the system trusts. */
  readonly ca?: string;
};

export interface Wire extends Disposable {
  readonly exchange: Exchange;
}

/** Milliseconds after which a connection that nobody uses is closed, and how many to one host are kept. */
const kept = { keepAlive: true, timeout: 10_000, maxFreeSockets: 256 };

/** Longest headers of an answer, in bytes. */
const maxHeaderSize = 32_768;

/** Servers of which it is remembered what they speak. */
const mostKnown = 4096;

/** What a server speaks over TLS, once that is known. */
type Spoken = { readonly protocol: "one" } | { readonly protocol: "two"; readonly session: ClientHttp2Session };

export function openWire({ ca }: WireOptions = {}): Wire {
  const plain = new PlainAgent(kept);
  const trust = ca === undefined ? {} : { ca };
  const secure = new SecureAgent({ ...kept, ...trust, rejectUnauthorized: true });
  const spoken = createSpoken(trust);
  return {
    async exchange(hop, signal) {
      const { url, address } = hop;
      const where = { host: address, port: portOf(url), maxHeaderSize };
      if (url.protocol === "http:") return await exchangeOne(sendPlainly, { ...where, agent: plain }, hop, signal);
      const server = await spoken.of(hop, signal);
      if (server.protocol === "two") return await exchangeTwo(server.session, hop, signal);
      return await exchangeOne(sendSecurely, { ...where, ...named(url), agent: secure }, hop, signal);
    },
    [Symbol.dispose]() {
      plain.destroy();
      secure.destroy();
      spoken[Symbol.dispose]();
    },
  };
}

function portOf({ port, protocol }: URL): number {
  return port === "" ? protocol === "https:" ? 443 : 80 : Number(port);
}

/** The name that goes into TLS; none for an address, for which the certificate must be all the same. */
function named({ hostname }: URL): { readonly servername?: string } {
  return parseAddress(hostname) === undefined ? { servername: hostname.replace(/\.$/, "") } : {};
}

/** Asks each server once whether it speaks HTTP/2. */
function createSpoken(trust: ConnectionOptions) {
  const known = new Map<string, Promise<Spoken>>();
  const ask = async ({ url, address }: Hop, key: string, signal: AbortSignal): Promise<Spoken> => {
    const socket = await agreed({
      ...trust,
      host: address,
      port: portOf(url),
      ...named(url),
      ALPNProtocols: ["h2", "http/1.1"],
      rejectUnauthorized: true,
    }, signal);
    if (socket.alpnProtocol === "h2") {
      return { protocol: "two", session: openSession(url.origin, socket, () => void known.delete(key)) };
    }
    socket.destroy();
    return { protocol: "one" };
  };
  const forget = (key: string, end: (session: ClientHttp2Session) => void) => {
    known.get(key)?.then((server) => server.protocol === "two" && end(server.session), () => {});
    known.delete(key);
  };
  return {
    of(hop: Hop, signal: AbortSignal): Promise<Spoken> {
      const key = `${hop.url.host} ${hop.address}`;
      const before = known.get(key);
      if (before !== undefined) return before;
      const [oldest] = known.keys();
      if (oldest !== undefined && known.size >= mostKnown) forget(oldest, (session) => session.close());
      const asked = ask(hop, key, signal);
      known.set(key, asked);
      asked.catch(() => known.delete(key));
      return asked;
    },
    [Symbol.dispose]() {
      for (const key of known.keys()) forget(key, (session) => session.destroy());
    },
  };
}

function agreed(options: ConnectionOptions, signal: AbortSignal): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const socket = connect(options, () => {
      signal.removeEventListener("abort", stop);
      resolve(socket);
    });
    const stop = () => void socket.destroy(new DOMException("stopped", "AbortError"));
    signal.addEventListener("abort", stop, { once: true });
    socket.on("error", (thrown) => {
      signal.removeEventListener("abort", stop);
      reject(thrown);
    });
  });
}
