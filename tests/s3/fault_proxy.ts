// A proxy on loopback between a client and an S3 server. It passes on what comes byte for byte, so that signatures stay
// right, and makes the faults that its rules ask for.
import { createChooser, type Fault, type Request, requestOf, type Rule } from "./faults.ts";
import {
  type Answer,
  answerTo,
  changedAnswer,
  encryptedAsAsked,
  refusal,
  unseen,
  withoutHeaders,
} from "./fault_answers.ts";
import { answerFraming, createWire, type Head, requestFraming, type Wire } from "./http_wire.ts";
import type { Credentials } from "./signature.ts";

export type ProxyOptions = {
  /** `127.0.0.1:17480`. */
  readonly server: { readonly hostname: string; readonly port: number };
  readonly rules: readonly Rule[];
  readonly seed?: string;
  /** For writes that the proxy makes itself. */
  readonly credentials: Credentials;
};

/** A request that came, in milliseconds since the proxy was opened. Names of headers are in lower case. */
export type Passed = Request & {
  readonly atMs: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly fault?: Fault["kind"];
};

export interface FaultProxy {
  /** `http://127.0.0.1:<port>`. */
  readonly endpoint: string;
  readonly passed: readonly Passed[];
  /** Has no faults any more. */
  calm(): void;
  close(): Promise<void>;
}

export function openFaultProxy(options: ProxyOptions): FaultProxy {
  const startedMs = performance.now();
  const passed: Passed[] = [];
  const choose = createChooser(options.rules, options.seed ?? "");
  let isCalm = false;
  const door = openDoor(async (client) => {
    for (let head = await client.head(); head !== undefined; head = await client.head()) {
      if (!await exchange(client, head)) return;
    }
  });
  async function exchange(client: Wire, head: Head): Promise<boolean> {
    const request = requestOf(head.line, head.headers);
    const fault = isCalm ? undefined : choose(request);
    const atMs = performance.now() - startedMs;
    const { headers } = head;
    passed.push({ ...request, headers, atMs, ...(fault === undefined ? {} : { fault: fault.kind }) });
    if (fault?.kind === "refused") {
      door.shut(fault.forMs);
      return false;
    }
    const server = createWire(await Deno.connect(options.server));
    try {
      return await pass({ client, server, head, request, options }, fault);
    } finally {
      server.close();
    }
  }
  return {
    endpoint: `http://127.0.0.1:${door.port}`,
    passed,
    calm() {
      isCalm = true;
    },
    close: door.close,
  };
}

/** Listens on a port. While it is shut, connections to it are refused. */
function openDoor(serve: (client: Wire) => Promise<void>) {
  const open = new Set<Wire>();
  let listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  let accepting = accept(listener);
  let shutUntil: ReturnType<typeof setTimeout> | undefined;
  async function accept(from: Deno.TcpListener): Promise<void> {
    for await (const connection of from) void attend(createWire(connection));
  }
  async function attend(client: Wire): Promise<void> {
    open.add(client);
    // Where either side goes away, the connection ends, and that is all.
    await serve(client).catch(() => {});
    open.delete(client);
    client.close();
  }
  function closeAll(): void {
    if (shutUntil === undefined) listener.close();
    for (const wire of open) wire.close();
  }
  return {
    port,
    shut(forMs: number) {
      closeAll();
      clearTimeout(shutUntil);
      shutUntil = setTimeout(() => {
        shutUntil = undefined;
        listener = Deno.listen({ hostname: "127.0.0.1", port });
        accepting = accept(listener);
      }, forMs);
    },
    async close() {
      closeAll();
      clearTimeout(shutUntil);
      await accepting;
    },
  };
}

type Exchange = {
  readonly client: Wire;
  readonly server: Wire;
  readonly head: Head;
  readonly request: Request;
  readonly options: ProxyOptions;
};

/** True when the connection to the client can go on. */
async function pass(exchange: Exchange, fault: Fault | undefined): Promise<boolean> {
  const { client, server, head } = exchange;
  switch (fault?.kind) {
    case "reset_request":
      return await swallow(exchange, fault.afterBytes);
    case "silence":
      await swallow(exchange, Infinity);
      return await client.head() !== undefined; // until the client has had enough
    case "error":
      await swallow(exchange, Infinity);
      await client.write(refusal(fault.status, fault.code, exchange.request.method, fault.retryAfter));
      return true;
    case "clock":
      if (fault.refuse !== true) break;
      await swallow(exchange, Infinity);
      await client.write(refusal(403, "RequestTimeTooSkewed", exchange.request.method, undefined, fault.byMs));
      return true;
    case "unconditional":
    case "unencrypted":
      await withoutHeaders(exchange.options.credentials, client, server, head, unseen[fault.kind]);
      return await copyAnswer(exchange, encryptedAsAsked(head, await answerTo(server, client)), undefined);
  }
  await server.write(head.bytes);
  // Both ways at once: a server may answer before it has read all of a body, and asks for large ones.
  const sending = sendBody(exchange).then(() => true, () => false);
  const answer = await answerTo(server, client);
  const goesOn = await copyAnswer(exchange, answer, fault);
  return goesOn && await sending;
}

async function sendBody({ client, server, head }: Exchange): Promise<void> {
  for await (const piece of client.raw(requestFraming(head))) await server.write(piece);
}

/** Reads so much of a request and passes nothing on. Never lets the connection go on when it did not read all. */
async function swallow({ client, head }: Exchange, bytes: number): Promise<false> {
  if (head.headers.get("expect") === "100-continue") {
    await client.write(new TextEncoder().encode("HTTP/1.1 100 Continue\r\n\r\n"));
  }
  let read = 0;
  if (bytes === 0) return false;
  for await (const piece of client.raw(requestFraming(head))) {
    read += piece.length;
    if (read >= bytes) break;
  }
  return false;
}

async function copyAnswer(exchange: Exchange, head: Head, fault: Fault | undefined): Promise<boolean> {
  const { client, server, request } = exchange;
  const framing = answerFraming(head, request.method);
  const answer: Answer = { head, framing, pieces: server.raw(framing) };
  const changed = await changedAnswer(answer, request, fault);
  if (changed !== undefined) {
    await client.write(changed);
    return true;
  }
  if (fault?.kind === "lost_answer") {
    for await (const _ of answer.pieces) { /* the server has done it all */ }
    return false;
  }
  return await copyBody(client, answer, fault) && framing !== "close";
}

async function copyBody(client: Wire, { head, pieces }: Answer, fault: Fault | undefined): Promise<boolean> {
  if (fault?.kind === "reset_answer" && fault.afterBytes < 0) {
    await client.write(head.bytes.subarray(0, 20));
    return false;
  }
  await client.write(head.bytes);
  let left = fault?.kind === "reset_answer" ? fault.afterBytes : Infinity;
  for await (const piece of pieces) {
    if (fault?.kind === "slow") await drip(client, piece, fault.bytes, fault.pauseMs);
    else await client.write(piece.subarray(0, Math.min(left, piece.length)));
    left -= piece.length;
    if (left <= 0) return false;
  }
  return fault?.kind !== "reset_answer";
}

async function drip(client: Wire, piece: Uint8Array, bytes: number, pauseMs: number): Promise<void> {
  for (let at = 0; at < piece.length; at += bytes) {
    await client.write(piece.subarray(at, at + bytes));
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
