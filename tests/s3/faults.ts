// What can go wrong between a client and an S3 server, as data.
import { numberOf } from "../../runtime/contract/random.ts";

export type Request = {
  readonly method: string;
  /** The path and query as they were asked for. */
  readonly target: string;
  /** Decoded, behind the bucket; empty for the bucket itself. */
  readonly key: string;
  readonly kind: "get" | "head" | "put" | "list" | "copy" | "remove" | "part" | "multipart" | "other";
};

/** A fault and the requests that it befalls. All that is absent fits. */
export type Rule = {
  readonly kind?: Request["kind"] | readonly Request["kind"][];
  readonly key?: RegExp;
  /** Which of the requests that fit and that no rule before has taken, from 1. */
  readonly nth?: number | readonly number[];
  /** The same for this one and all that follow. */
  readonly from?: number;
  /** The first so many requests that fit. */
  readonly times?: number;
  /** The share of the requests that fit. A request that is sent again is another one. */
  readonly chance?: number;
  readonly fault: Fault;
};

export type Fault =
  /** Nobody listens, from this request on. */
  | { readonly kind: "refused"; readonly forMs: number }
  /** The connection ends after so many bytes of the request's body; the server never sees the request. */
  | { readonly kind: "reset_request"; readonly afterBytes: number }
  /** The connection ends after so many bytes of the answer's body; negative: within its head. */
  | { readonly kind: "reset_answer"; readonly afterBytes: number }
  /** The server does as told, and nobody hears of it. */
  | { readonly kind: "lost_answer" }
  /** No answer ever comes. */
  | { readonly kind: "silence" }
  /** The answer comes in pieces of so many bytes, with pauses. */
  | { readonly kind: "slow"; readonly bytes: number; readonly pauseMs: number }
  | { readonly kind: "error"; readonly status: number; readonly code: string; readonly retryAfter?: number }
  | { readonly kind: "wrong_etag" }
  /** The server's clock is elsewhere: answers say so, and with `refuse` requests are refused for it. */
  | { readonly kind: "clock"; readonly byMs: number; readonly refuse?: boolean }
  | { readonly kind: "listing"; readonly how: "cut" | "missing" | "no_token" | "nonsense" }
  /** The proxy writes without the condition, with credentials of its own. */
  | { readonly kind: "unconditional" }
  /** The same for what is asked of encryption, and the answer says that it was done. */
  | { readonly kind: "unencrypted" };

/** Chooses the fault of each request. What chance decides follows from the seed and the request, not from the order
 *  in which different requests come. */
export function createChooser(rules: readonly Rule[], seed: string): (request: Request) => Fault | undefined {
  const counts = rules.map(() => 0);
  const seen = new Map<string, number>();
  return (request) => {
    const name = `${request.method} ${request.target}`;
    const again = (seen.get(name) ?? 0) + 1;
    seen.set(name, again);
    for (const [at, rule] of rules.entries()) {
      if (!fits(rule, request)) continue;
      const count = counts[at] = (counts[at] ?? 0) + 1;
      if (strikes(rule, count, `${seed} ${at} ${name} ${again}`)) return rule.fault;
    }
    return undefined;
  };
}

function fits({ kind, key }: Rule, request: Request): boolean {
  const kinds = typeof kind === "string" ? [kind] : kind;
  return (kinds === undefined || kinds.includes(request.kind)) && (key === undefined || key.test(request.key));
}

function strikes({ nth, from, times, chance }: Rule, count: number, seed: string): boolean {
  const numbers = typeof nth === "number" ? [nth] : nth;
  if (numbers !== undefined && !numbers.includes(count)) return false;
  if (from !== undefined && count < from) return false;
  if (times !== undefined && count > times) return false;
  return chance === undefined || numberOf(seed) < chance;
}

/** What a request asks for, by path-style addressing. */
export function requestOf(line: string, headers: ReadonlyMap<string, string>): Request {
  const [method = "", target = ""] = line.split(" ");
  const url = new URL(target, "http://server");
  const [, , ...parts] = url.pathname.split("/");
  const key = decodeURIComponent(parts.join("/"));
  return { method, target, key, kind: kindOf(method, key, url.searchParams, headers) };
}

function kindOf(
  method: string,
  key: string,
  query: URLSearchParams,
  headers: ReadonlyMap<string, string>,
): Request["kind"] {
  if (query.has("uploadId") || query.has("uploads")) return method === "PUT" ? "part" : "multipart";
  if (query.has("delete") || method === "DELETE") return "remove";
  if (key === "") return method === "GET" && query.has("list-type") ? "list" : "other";
  if (method === "PUT") return headers.has("x-amz-copy-source") ? "copy" : "put";
  return method === "GET" ? "get" : method === "HEAD" ? "head" : "other";
}
