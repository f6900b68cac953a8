// One request to the web: looked at, sent, followed where it leads, tried again when that may help.
import { ItemError, TransientError } from "../contract/errors.ts";
import type { WebAnswer, WebRequest } from "../contract/world.ts";
import { readBody } from "./body.ts";
import type { Guard } from "./guard.ts";
import type { HostGate } from "./host_gate.ts";
import { type Part, partOf } from "./partial.ts";
import { hopUrl, nextHop, redirectStatuses } from "./redirects.ts";
import type { Exchange, Hop, Reply } from "./reply.ts";
import { longestPauseMs, pauseAfter, retryAfterOf } from "./retry_after.ts";
import { agentName, optedOut } from "./robots.ts";
import { connectionTrouble, cutShort, troubleWith } from "./trouble.ts";

export type SendDeps = {
  readonly guard: Guard;
  readonly gate: HostGate;
  readonly exchange: Exchange;
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  /** From 0 to less than 1. */
  readonly random: () => number;
  /** Milliseconds from any fixed point. */
  readonly now: () => number;
  /** The time of day in milliseconds. */
  readonly today: () => number;
};

/** Requests to one host at once over TLS: as many as servers of HTTP/2 commonly take on one connection. */
const mostOverTls = 100;

/** Statuses that may pass. */
const passing = new Set([408, 425, 429]);

/** Sends a request. Throws `ItemError` for what cannot be had, `TransientError` (with such an error for its cause) when all
 *  tries failed for reasons that may pass. */
export async function send(deps: SendDeps, request: WebRequest, signal: AbortSignal): Promise<WebAnswer> {
  const { tries } = request.policy;
  const url = hopUrl(request.url);
  for (let tried = 1;; tried++) {
    try {
      return await follow(deps, request, url, signal);
    } catch (thrown) {
      signal.throwIfAborted();
      if (!(thrown instanceof TransientError) || tried >= tries) throw thrown;
      if ((thrown.retryAfterMs ?? 0) > longestPauseMs) throw thrown;
      await deps.pause(pauseAfter(tried, thrown.retryAfterMs, deps.random), signal);
    }
  }
}

/** What a hop led to: an answer, or another hop. */
type Step = { readonly answer: WebAnswer } | { readonly next: Omit<Hop, "address"> };

/** A part that was asked for and came otherwise than asked is asked for again, as a whole. */
async function follow(deps: SendDeps, request: WebRequest, url: URL, signal: AbortSignal): Promise<WebAnswer> {
  const budget = { leftMs: request.policy.timeoutMs };
  let ranged = request.head !== undefined && request.head > 0;
  let hop: Omit<Hop, "address"> = firstHop(request, url);
  for (let redirects = 0;;) {
    const step = await deps.gate.enter(
      hop.url.hostname,
      atOnce(request, hop.url),
      signal,
      () => inTime(deps, request, budget, signal, (limit) => take(deps, request, hop, ranged, limit)),
    );
    if (step === "whole") {
      ranged = false;
    } else if ("answer" in step) {
      return step.answer;
    } else if (++redirects > request.policy.redirects) {
      const what = `it leads on more than ${request.policy.redirects} times`;
      throw troubleWith(request.url, { code: "too_many_redirects", what });
    } else {
      hop = step.next;
    }
  }
}

function atOnce({ policy: { perHost } }: WebRequest, { protocol }: URL): number {
  return protocol === "https:" ? Math.min(perHost, mostOverTls) : perHost;
}

function firstHop({ method = "GET", headers = {}, unless = {}, body }: WebRequest, url: URL): Omit<Hop, "address"> {
  const named = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const defaults = { accept: "*/*", "accept-encoding": "identity", "user-agent": agentName };
  const conditions = {
    ...(unless.etag === undefined ? {} : { "if-none-match": unless.etag }),
    ...(unless.lastModified === undefined ? {} : { "if-modified-since": unless.lastModified }),
  };
  return { url, method, headers: { ...defaults, ...named, ...conditions }, body };
}

/** Ends `body` when the time of this try is used up. */
async function inTime<T>(
  { now }: SendDeps,
  request: WebRequest,
  budget: { leftMs: number },
  signal: AbortSignal,
  body: (limit: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const seconds = request.policy.timeoutMs / 1000;
  const error = troubleWith(request.url, { code: "timeout", what: `it took longer than ${seconds} s`, passing: true });
  const timer = setTimeout(() => late.abort(error), Math.max(0, budget.leftMs));
  const started = now();
  const limit = AbortSignal.any([signal, late.signal]);
  try {
    return await body(limit);
  } catch (thrown) {
    throw limit.aborted ? limit.reason : thrown;
  } finally {
    clearTimeout(timer);
    budget.leftMs -= now() - started;
  }
}

async function take(
  deps: SendDeps,
  request: WebRequest,
  hop: Omit<Hop, "address">,
  ranged: boolean,
  limit: AbortSignal,
): Promise<Step | "whole"> {
  const range = ranged ? { range: `bytes=0-${(request.head ?? 0) - 1}` } : {};
  const reply = await connected(deps, request, { ...hop, headers: { ...hop.headers, ...range } }, limit);
  try {
    if (redirectStatuses.has(reply.status)) return { next: nextHop(request.url, hop, reply) };
    const part = ranged ? partOf(reply, request.head ?? 0) : "none";
    if (part === "wrong") return "whole";
    checkStatus(deps, request, reply, part);
    const word = optedOut(reply.robots, request.policy.robots);
    if (word !== undefined) {
      throw troubleWith(request.url, { code: "opted_out", what: `its server opts out of this use ("${word}")` });
    }
    return { answer: await answerOf(request, hop.url, reply, part, limit) };
  } catch (thrown) {
    if (thrown instanceof ItemError || thrown instanceof TransientError || limit.aborted) throw thrown;
    throw troubleWith(request.url, connectionTrouble(thrown));
  } finally {
    reply.end();
  }
}

/** Tries one address after the other; the last one's trouble is told. */
async function connected(
  { guard, exchange }: SendDeps,
  { url, policy }: WebRequest,
  hop: Omit<Hop, "address">,
  limit: AbortSignal,
): Promise<Reply> {
  const addresses = await unlessAborted(guard(hop.url, policy.allow, url), limit);
  for (const [at, address] of addresses.entries()) {
    try {
      return await exchange({ ...hop, address }, limit);
    } catch (thrown) {
      limit.throwIfAborted();
      const trouble = connectionTrouble(thrown);
      if (trouble.code === "unreachable" && at + 1 < addresses.length) continue;
      throw troubleWith(url, trouble);
    }
  }
  throw troubleWith(url, { code: "dns", what: "its host has no address" });
}

/** Looking up a host cannot be ended, only left alone. */
function unlessAborted<T>(work: Promise<T>, limit: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(limit.reason);
    limit.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => limit.removeEventListener("abort", stop));
  });
}

function checkStatus({ today }: SendDeps, { url, unless }: WebRequest, { status, headers }: Reply, part: Part): void {
  if (status === 304 && unless !== undefined) return;
  if (status >= 200 && status < 300 && (status !== 206 || part !== "none")) return;
  throw troubleWith(url, {
    code: `http_${status}`,
    what: `its server answers ${status}`,
    passing: passing.has(status) || status >= 500,
    retryAfterMs: retryAfterOf(headers["retry-after"], today()),
  });
}

async function answerOf(
  { url: asked, method, head, policy: { maxBytes } }: WebRequest,
  url: URL,
  reply: Reply,
  part: Part,
  signal: AbortSignal,
): Promise<WebAnswer> {
  const { status, headers } = reply;
  const answer = { status, url: url.href, headers };
  if (status === 304 || method === "HEAD") return { ...answer, bytes: new Uint8Array() };
  const { bytes, whole } = await readBody(reply, { url: asked, maxBytes, keep: head, signal });
  if (part !== "none" && bytes.length !== part.length) throw troubleWith(asked, cutShort);
  const size = part === "none" ? whole : part.whole;
  return size === undefined || size === bytes.length ? { ...answer, bytes } : { ...answer, bytes, wholeSize: size };
}
