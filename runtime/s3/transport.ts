// Carries the SDK's requests over `fetch`, which in Deno is faster than the modules of Node, and where every wait can
// be ended.

/** What the SDK hands over: signed, and its path percent-encoded. */
type Outgoing = {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer> | string;
};

/** Bodies of objects come as they arrive, all others whole. */
type Incoming = {
  readonly statusCode: number;
  readonly reason: string;
  readonly headers: Record<string, string>;
  readonly body: ReadableStream<Uint8Array> | Uint8Array;
};

export interface Transport {
  handle(request: Outgoing, options?: { readonly abortSignal?: AbortSignal }): Promise<{ readonly response: Incoming }>;
  destroy(): void;
}

/** `certificates` in PEM are trusted beside those that the system trusts. */
export function createTransport(certificates: readonly string[]): Transport {
  const client = certificates.length === 0 ? undefined : Deno.createHttpClient({ caCerts: [...certificates] });
  return {
    async handle(request, { abortSignal } = {}) {
      const response = await fetch(urlOf(request), {
        method: request.method,
        // Without this, whatever is stored compressed would arrive as something else than what is stored.
        headers: { ...withoutHost(request.headers), "accept-encoding": "identity" },
        redirect: "manual",
        ...(request.body === undefined || request.body === "" ? {} : { body: request.body }),
        ...(abortSignal === undefined ? {} : { signal: abortSignal }),
        ...(client === undefined ? {} : { client }),
      });
      return { response: await incoming(request, response) };
    },
    destroy: () => client?.close(),
  };
}

async function incoming(request: Outgoing, response: Response): Promise<Incoming> {
  const streamed = response.ok && response.body !== null && request.query?.["x-id"] === "GetObject";
  return {
    statusCode: response.status,
    reason: response.statusText,
    headers: Object.fromEntries(response.headers),
    body: streamed && response.body !== null ? response.body : await response.bytes(),
  };
}

/** `fetch` says it itself, from the address, as it was signed. */
function withoutHost({ host: _host, "content-length": _length, ...headers }: Readonly<Record<string, string>>) {
  return headers;
}

function urlOf({ protocol, hostname, port, path, query = {} }: Outgoing): string {
  const pairs = Object.entries(query).flatMap(([name, value]) => pairsOf(name, value));
  return `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}${path}` +
    (pairs.length === 0 ? "" : `?${pairs.join("&")}`);
}

function pairsOf(name: string, value: string | readonly string[] | null): readonly string[] {
  if (value === null) return [escaped(name)];
  return [value].flat().map((one) => `${escaped(name)}=${escaped(one)}`);
}

/** As signatures have it. */
function escaped(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
