// Redis: whether one answers where it is configured, or where one usually is. A PING over TCP, with no client.
import { messageOf } from "../../contract/errors.ts";
import { type Finding, ok, warning } from "./finding.ts";

const usual = "redis://127.0.0.1:6379";
const limitMs = 2_000;

/** `url`: what REDIS_URL says. Passwords are never shown. */
export async function checkRedis(url: string | undefined): Promise<Finding> {
  const configured = url !== undefined && url !== "";
  const target = configured ? targetOf(url) : targetOf(usual);
  if (target === undefined) {
    return warning("redis", "REDIS_URL is no address", "Write it as redis://user:password@host:6379");
  }
  try {
    const answer = await withTimeout(ping(target));
    if (/^\+PONG|^-NOAUTH/.test(answer) && !configured) {
      return ok("redis", `answers at ${target.shown}; not configured`);
    }
    if (answer.startsWith("+PONG")) return ok("redis", `answers at ${target.shown}`);
    if (!configured) return ok("redis", "not configured, and not needed");
    return warning(
      "redis",
      `${target.shown} says "${answer.slice(1, 80).trim()}"`,
      "Check user and password in REDIS_URL",
    );
  } catch (thrown) {
    if (!configured) return ok("redis", "not configured, and not needed");
    return warning("redis", `Cannot reach ${target.shown}: ${reasonOf(thrown)}`, "Start it, or mend REDIS_URL");
  }
}

type Target = {
  readonly hostname: string;
  readonly port: number;
  readonly tls: boolean;
  readonly auth: readonly string[];
  /** Without user and password. */
  readonly shown: string;
};

function targetOf(text: string): Target | undefined {
  if (!/^rediss?:\/\//i.test(text) || !URL.canParse(text)) return undefined;
  const { protocol, hostname, port, username, password } = new URL(text);
  return {
    hostname: hostname.replace(/^\[|\]$/g, "") || "127.0.0.1",
    port: Number(port || 6379),
    tls: protocol === "rediss:",
    auth: password === "" ? [] : ["AUTH", ...(username === "" ? [] : [decoded(username)]), decoded(password)],
    shown: `${hostname || "127.0.0.1"}:${port || 6379}`,
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The answer to PING, or the refusal that came before it. */
async function ping({ hostname, port, tls, auth }: Target): Promise<string> {
  using connection = await (tls ? Deno.connectTls({ hostname, port }) : Deno.connect({ hostname, port }));
  const commands = auth.length === 0 ? [["PING"]] : [auth, ["PING"]];
  let answer = "";
  for (const command of commands) {
    answer = await asked(connection, command);
    if (answer.startsWith("-")) break;
  }
  return answer;
}

async function asked(connection: Deno.Conn, words: readonly string[]): Promise<string> {
  const encoder = new TextEncoder();
  const texts = words.map((word) => `$${encoder.encode(word).length}\r\n${word}\r\n`);
  const request = encoder.encode(`*${words.length}\r\n${texts.join("")}`);
  for (let at = 0; at < request.length;) at += await connection.write(request.subarray(at));
  let line = "";
  const piece = new Uint8Array(512);
  while (!line.includes("\r\n") && line.length < 4_096) {
    const count = await connection.read(piece);
    if (count === null) break;
    line += new TextDecoder().decode(piece.subarray(0, count));
  }
  return line;
}

function withTimeout<T>(work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Deno.errors.TimedOut("no answer")), limitMs);
  return Promise.race([work, promise]).finally(() => clearTimeout(timer));
}

function reasonOf(thrown: unknown): string {
  if (thrown instanceof Deno.errors.ConnectionRefused) return "nobody listens there";
  if (thrown instanceof Deno.errors.TimedOut) return `no answer within ${limitMs / 1000} s`;
  if (thrown instanceof Deno.errors.NotCapable) return "Deno was started without --allow-net";
  return messageOf(thrown);
}
