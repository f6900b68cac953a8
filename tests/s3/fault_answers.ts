// What a proxy with faults says in place of the server.
import type { Fault, Request } from "./faults.ts";
import {
  collected,
  type Framing,
  type Head,
  messageOf,
  requestFraming,
  statusOf,
  unframed,
  type Wire,
} from "./http_wire.ts";
import { type Credentials, signedHeaders } from "./signature.ts";

export type Answer = { readonly head: Head; readonly framing: Framing; readonly pieces: AsyncIterable<Uint8Array> };

/** The head of the server's answer. What a server says in between (100 Continue) is passed on. */
export async function answerTo(server: Wire, client: Wire): Promise<Head> {
  for (;;) {
    const head = await server.head();
    if (head === undefined) throw new Deno.errors.UnexpectedEof("the server closed without an answer");
    if (statusOf(head) >= 200) return head;
    await client.write(head.bytes);
  }
}

/** An answer of S3 that refuses. */
export function refusal(status: number, code: string, method: string, retryAfter?: number, skewMs = 0): Uint8Array {
  const xml = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message>` +
    `<ServerTime>${new Date(Date.now() + skewMs).toISOString()}</ServerTime></Error>`;
  const headers = new Map([
    ["content-type", "application/xml"],
    ["date", new Date(Date.now() + skewMs).toUTCString()],
    ...(retryAfter === undefined ? [] : [["retry-after", String(retryAfter)] as const]),
  ]);
  return messageOf(`HTTP/1.1 ${status} ${code}`, headers, method === "HEAD" ? new Uint8Array(0) : encoded(xml));
}

/** The answer of a server that has encrypted as the request asks. */
export function encryptedAsAsked(request: Head, answer: Head): Head {
  const asked = request.headers.get("x-amz-server-side-encryption");
  if (asked === undefined) return answer;
  const text = new TextDecoder("latin1").decode(answer.bytes);
  const said = text.replace("\r\n", `\r\nx-amz-server-side-encryption: ${asked}\r\n`);
  return { ...answer, bytes: Uint8Array.from(said, (char) => char.charCodeAt(0)) };
}

/** The whole of an answer that a fault changes; `undefined` when it changes none. */
export async function changedAnswer(
  { head, framing, pieces }: Answer,
  request: Request,
  fault: Fault | undefined,
): Promise<Uint8Array | undefined> {
  const body = async () => unframed(await collected(pieces), framing);
  const ok = statusOf(head) < 300;
  if (fault?.kind === "clock") {
    const date = new Date(Date.now() + fault.byMs).toUTCString();
    return message(head, request, await body(), { date });
  }
  if (fault?.kind === "wrong_etag" && ok) {
    const etag = head.headers.get("etag");
    const text = request.kind === "get" ? await body() : encoded(withWrongEtags(decoded(await body())));
    return message(head, request, text, etag === undefined ? {} : { etag: wrongEtag(etag) });
  }
  if (fault?.kind === "listing" && ok && request.kind === "list") {
    return message(head, request, encoded(brokenListing(decoded(await body()), fault.how)), {});
  }
  return undefined;
}

/** The answer to a HEAD says the length of what it does not send. */
function message(
  { line, headers }: Head,
  { method }: Request,
  body: Uint8Array,
  changed: Readonly<Record<string, string>>,
): Uint8Array {
  const all = new Map([...headers, ...Object.entries(changed)]);
  if (method !== "HEAD") return messageOf(line, all, body);
  return encoded([line, ...[...all].map(([name, value]) => `${name}: ${value}`), "", ""].join("\r\n"));
}

function withWrongEtags(xml: string): string {
  return xml.replace(/<ETag>(.*?)<\/ETag>/g, (_, etag: string) => `<ETag>${wrongEtag(etag)}</ETag>`);
}

function wrongEtag(etag: string): string {
  return etag.replace(/[0-9a-f]/g, (digit) => (15 - Number.parseInt(digit, 16)).toString(16));
}

function brokenListing(xml: string, how: (Fault & { kind: "listing" })["how"]): string {
  if (how === "cut") return xml.slice(0, Math.floor(xml.length / 2));
  if (how === "nonsense") return "<html><body>Please log in</body></html>";
  if (how === "missing") return xml.replace(/<Contents>.*?<\/Contents>/s, "");
  return xml.replace(/<NextContinuationToken>.*?<\/NextContinuationToken>/s, "")
    .replace(/<IsTruncated>false<\/IsTruncated>/, "<IsTruncated>true</IsTruncated>");
}

/** What a server that does not know them does not see. */
export const unseen = {
  unconditional: /^if-none-match$/,
  unencrypted: /^x-amz-server-side-encryption/,
} as const;

/** Of the connection, or made anew with the signature. */
const replaced = /^(authorization|x-amz-date|x-amz-content-sha256|content-length|transfer-encoding|expect|connection)$/;

/** Sends a request on without some headers, signed anew. */
export async function withoutHeaders(
  credentials: Credentials,
  client: Wire,
  server: Wire,
  head: Head,
  left: RegExp,
): Promise<void> {
  if (head.headers.get("expect") === "100-continue") await client.write(encoded("HTTP/1.1 100 Continue\r\n\r\n"));
  const framing = requestFraming(head);
  const body = unframed(await collected(client.raw(framing)), framing);
  const [method = "", target = ""] = head.line.split(" ");
  const kept = [...head.headers].filter(([name]) => !left.test(name) && !replaced.test(name));
  await server.write(messageOf(head.line, signedHeaders(method, target, new Map(kept), credentials, new Date()), body));
}

function encoded(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function decoded(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
