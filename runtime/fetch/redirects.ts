// Where an answer leads on to, and what may not go along.
import type { Hop, Reply } from "./reply.ts";
import { troubleWith } from "./trouble.ts";

export const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Longest URL that is taken. */
const longestUrl = 8192;

/** A URL that may be asked for. Throws `ItemError` with `bad_url` for any other. */
export function hopUrl(text: string, asked = text): URL {
  const bad = (what: string) => troubleWith(asked, { code: "bad_url", what });
  if (text.length > longestUrl) throw bad(`it has more than ${longestUrl} characters`);
  if (!URL.canParse(text)) throw bad("it is no URL");
  const url = new URL(text);
  if (url.protocol !== "http:" && url.protocol !== "https:") throw bad("only http and https are read");
  if (url.username !== "" || url.password !== "") throw bad("it names a user or a password, which would be published");
  url.hash = "";
  return url;
}

/** Throws `ItemError` when it leads nowhere, or from https to http. */
export function nextHop(asked: string, hop: Omit<Hop, "address">, reply: Reply): Omit<Hop, "address"> {
  const { location } = reply.headers;
  const bad = (code: string, what: string) => troubleWith(asked, { code, what });
  if (location === undefined || !URL.canParse(location, hop.url)) {
    throw bad("bad_redirect", `its server answers ${reply.status} and does not say where to`);
  }
  const target = new URL(location, hop.url);
  if (target.protocol !== "http:" && target.protocol !== "https:") {
    throw bad("bad_redirect", "it leads on to something that is neither http nor https");
  }
  if (hop.url.protocol === "https:" && target.protocol === "http:") {
    throw bad("insecure_redirect", "it leads on from https to http");
  }
  const url = hopUrl(target.href, asked);
  const becomesGet = reply.status === 303 || (reply.status <= 302 && hop.method === "POST");
  const headers = url.origin === hop.url.origin ? hop.headers : withoutSecrets(hop.headers);
  return becomesGet && hop.method !== "HEAD"
    ? { url, method: "GET", headers, body: undefined }
    : { ...hop, url, headers };
}

/** Headers that are meant for the first server alone. */
function withoutSecrets(headers: Hop["headers"]): Hop["headers"] {
  const harmless = new Set(["accept", "accept-encoding", "accept-language", "content-type", "user-agent", "range"]);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => harmless.has(name) || name.startsWith("if-")));
}
