// How a request that failed is told. What is said must be the same on every machine, since it enters the ledger: no
// address, no time, nothing that only the server knows.
import { ItemError, TransientError } from "../contract/errors.ts";

/** What went wrong with a request. `code` is a snake_case word, `what` a sentence. */
export type Trouble = {
  readonly code: string;
  readonly what: string;
  /** True when another try may help. */
  readonly passing?: boolean;
  /** When the server says that it may be asked again. */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
};

/** An `ItemError`; a `TransientError` with that for its cause when another try may help. */
export function troubleWith(
  url: string,
  { code, what, passing = false, retryAfterMs, cause }: Trouble,
): ItemError | TransientError {
  const error = new ItemError(code, `Cannot read "${shownUrl(url)}": ${what}`, { cause });
  return passing ? new TransientError(error.message, retryAfterMs, { cause: error }) : error;
}

/** The URL without what may be a secret: user, password, and all behind a question mark or a hash. */
export function shownUrl(text: string): string {
  if (!URL.canParse(text)) return text.replace(/[?#].*$/s, "?…").replace(/\/\/[^/]*@/, "//").slice(0, 200);
  const url = new URL(text);
  const query = url.search === "" ? "" : "?…";
  return `${url.protocol}//${url.host}${url.pathname}`.slice(0, 200) + query;
}

/** What an error of a connection means. */
export function connectionTrouble(thrown: unknown): Trouble {
  const code = codeOf(thrown);
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  const known = troubles.find(([pattern]) => pattern.test(code) || pattern.test(text))?.[1];
  return { ...known ?? cutShort, cause: thrown };
}

/** An error of a connection that we ended, as Node would throw it. */
export function wireError(code: string): TypeError {
  return Object.assign(new TypeError(`Cannot go on: ${code}`), { code });
}

export function codeOf(thrown: unknown): string {
  return thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
}

export const cutShort: Trouble = { code: "cut_short", what: "the connection broke off", passing: true };

const troubles: readonly (readonly [RegExp, Trouble])[] = [
  [/ECONNREFUSED|refused/, { code: "unreachable", what: "nobody answers at its address", passing: true }],
  [/EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|unreachable/, {
    code: "unreachable",
    what: "there is no way to its address",
    passing: true,
  }],
  [/NotValidForName|not valid for name|ALTNAME/i, {
    code: "tls",
    what: "the certificate of its server is for another name",
  }],
  [/Expired|NotValidYet|NOT_YET_VALID|UnknownIssuer|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/i, {
    code: "tls",
    what: "the certificate of its server is not valid now, or signed by somebody unknown here",
  }],
  [/certificate|tls|ssl|handshake|alert|EPROTO|InvalidContentType|corrupt message/i, {
    code: "tls",
    what: "its server does not speak TLS as it should",
  }],
  [/HPE_HEADER_OVERFLOW/, { code: "bad_answer", what: "the headers of the answer are too long" }],
  [/^HPE_/, { code: "bad_answer", what: "the answer is no HTTP" }],
];
