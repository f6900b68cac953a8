// Downloads a file to a path: whole and measured while it comes, tried again when the network drops.
import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { FramewrightError, InputError, messageOf, TransientError } from "../contract/errors.ts";
import type { Digest } from "../contract/json.ts";

export type Network = {
  readonly fetch: typeof fetch;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Numbers in [0, 1), to spread pauses. */
  readonly random: () => number;
};

/** Told bytes so far and, when the server says so, in all. */
export type Progress = (bytes: number, total: number | undefined) => void;

export type DownloadOptions = {
  readonly url: string;
  /** A file that is written anew at each try. */
  readonly path: string;
  readonly mostBytes: number;
  readonly progress: Progress;
};

export type Downloaded = { readonly digest: Digest; readonly bytes: number };

const mostTries = 4;
const firstPauseMs = 500;
const mostRedirects = 10;
/** Without a byte. */
const silenceMs = 30_000;

/** Throws `InputError` when another try would not help, and after the last one. */
export async function download(
  options: DownloadOptions,
  network: Network,
  signal: AbortSignal,
): Promise<Downloaded> {
  for (let tries = 1;; tries++) {
    try {
      return await once(options, network, signal);
    } catch (thrown) {
      if (!(thrown instanceof TransientError)) throw thrown;
      if (tries === mostTries) throw new InputError(`${thrown.message} (tried ${tries} times)`, [], { cause: thrown });
      const pause = firstPauseMs * 2 ** (tries - 1) * (0.5 + network.random());
      await network.sleep(Math.max(pause, thrown.retryAfterMs ?? 0), signal);
    }
  }
}

function refusal(url: string, what: string, cause?: unknown): InputError {
  return new InputError(`Cannot download "${url}": ${what}`, [], { cause });
}

function dropped(url: string, what: string, retryAfterMs?: number, cause?: unknown): TransientError {
  return new TransientError(`Cannot download "${url}": ${what}`, retryAfterMs, { cause });
}

async function once(options: DownloadOptions, { fetch }: Network, signal: AbortSignal): Promise<Downloaded> {
  const silence = createSilence(silenceMs, dropped(options.url, `nothing came for ${silenceMs / 1000} s`));
  const file = await open(options.path, "w");
  try {
    const response = await follow(options.url, fetch, AbortSignal.any([signal, silence.signal]));
    return await receive(response, file, options, silence.broken);
  } catch (thrown) {
    signal.throwIfAborted();
    throw expected(options.url, thrown);
  } finally {
    silence.end();
    await file.close();
  }
}

/** Aborts when nothing was heard for so long. */
function createSilence(ms: number, reason: Error) {
  const controller = new AbortController();
  const abort = () => controller.abort(reason);
  let timer = setTimeout(abort, ms);
  return {
    signal: controller.signal,
    broken() {
      clearTimeout(timer);
      timer = setTimeout(abort, ms);
    },
    end: () => clearTimeout(timer),
  };
}

/** What came of the network becomes an error with a fate. `TypeError` is what `fetch` throws for all that is not a
 *  missing permission. */
function expected(url: string, thrown: unknown): unknown {
  if (thrown instanceof FramewrightError) return thrown;
  if (thrown instanceof Deno.errors.NotCapable) {
    return refusal(url, "Deno was started without --allow-net for it", thrown);
  }
  if (thrown instanceof TypeError) return dropped(url, messageOf(thrown), undefined, thrown);
  return refusal(url, messageOf(thrown), thrown);
}

async function follow(url: string, get: typeof fetch, signal: AbortSignal): Promise<Response> {
  let from: URL | undefined;
  let at = parsed(url);
  for (let hop = 0; hop <= mostRedirects; hop++) {
    if (!isAllowed(at, from)) throw refusal(url, `"${at.href}" is not an https address`);
    const response = await get(at, { redirect: "manual", signal });
    const location = response.status >= 300 && response.status < 400 ? response.headers.get("location") : null;
    if (location === null) return checked(url, response);
    await response.body?.cancel();
    [from, at] = [at, parsed(location, at)];
  }
  throw refusal(url, `it was redirected more than ${mostRedirects} times`);
}

function parsed(url: string, base?: URL): URL {
  const address = URL.parse(url, base);
  if (address === null) throw refusal(url, "it is not an address");
  return address;
}

/** Nothing but https, and http on this machine, to which https never leads back. */
function isAllowed({ protocol, hostname }: URL, from: URL | undefined): boolean {
  if (protocol === "https:") return true;
  const here = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  return protocol === "http:" && here && from?.protocol !== "https:";
}

function checked(url: string, response: Response): Response {
  const { status, headers, ok } = response;
  if (ok) return response;
  void response.body?.cancel();
  const text = `the server answered ${status}`;
  if (status !== 408 && status !== 429 && status < 500) throw refusal(url, text);
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  throw dropped(url, text, seconds > 0 ? Math.min(seconds, 60) * 1000 : undefined);
}

async function receive(
  { body, headers }: Response,
  file: FileHandle,
  { url, mostBytes, progress }: DownloadOptions,
  heard: () => void,
): Promise<Downloaded> {
  const length = headers.has("content-encoding") ? null : headers.get("content-length");
  const total = length === null ? undefined : Number(length);
  const tooLarge = () => refusal(url, `it has more than ${mostBytes} bytes`);
  if (total !== undefined && total > mostBytes) throw tooLarge();
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const piece of body ?? []) {
    heard();
    bytes += piece.length;
    if (bytes > mostBytes) throw tooLarge();
    hash.update(piece);
    await file.writeFile(piece);
    progress(bytes, total);
  }
  if (total !== undefined && bytes !== total) throw dropped(url, `it ended after ${bytes} of ${total} bytes`);
  return { digest: hash.digest("hex"), bytes };
}
