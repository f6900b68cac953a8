// A server of images that can change, and what the source `urls` makes of a list of them, run after run.
import { digestOf } from "../../runtime/contract/json.ts";
import type { EarlierRecord, SourceHost, SourceRecord } from "../../runtime/plugin.ts";
import urls from "../../sources/urls.ts";
import { ItemError } from "../../runtime/contract/errors.ts";
import { openWeb } from "../../runtime/fetch/open_web.ts";
import { serve, type Served } from "../fetch/servers.ts";
import { putFile } from "../temp_folder.ts";
import { createSourceHost } from "./host.ts";

export type ServedImage = { bytes: Uint8Array; headers?: Record<string, string>; status?: number };

export type ImageServer = Served & {
  /** By path. */
  readonly images: Map<string, ServedImage>;
  /** What was asked for since the last call: `GET /a`, `GET /a 0-4095`, `GET /a if "etag"`. */
  asked(): readonly string[];
};

/** `validators`: what tells that an image is as it was. `ranges`: whether parts can be had. */
export function serveImages(
  { validators = "etag", ranges = false }: { validators?: "etag" | "weak" | "date" | "none"; ranges?: boolean } = {},
): ImageServer {
  const images = new Map<string, ServedImage>();
  const asked: string[] = [];
  const server = serve((request) => {
    const path = new URL(request.url).pathname;
    const condition = request.headers.get("if-none-match") ?? request.headers.get("if-modified-since");
    const range = /^bytes=0-(\d+)$/.exec(request.headers.get("range") ?? "")?.[1];
    asked.push(`GET ${path}${range === undefined ? "" : ` 0-${range}`}${condition === null ? "" : ` if ${condition}`}`);
    const found = images.get(path);
    if (found === undefined) return new Response("none", { status: 404 });
    const headers = { "content-type": "image/jpeg", ...validatorOf(found.bytes, validators), ...found.headers };
    if (found.status !== undefined) return new Response(null, { status: found.status, headers });
    if (condition !== null && Object.values(headers).includes(condition)) {
      return new Response(null, { status: 304, headers });
    }
    const { bytes } = found;
    if (!ranges || range === undefined) return new Response(bytes.slice(), { headers });
    const part = bytes.slice(0, Number(range) + 1);
    const contentRange = { "content-range": `bytes 0-${part.length - 1}/${bytes.length}` };
    return new Response(part, { status: 206, headers: { ...headers, ...contentRange } });
  });
  return {
    ...server,
    images,
    asked: () => asked.splice(0).sort(),
  };
}

function validatorOf(bytes: Uint8Array, validators: string): Record<string, string> {
  const digest = digestOf(bytes).slice(0, 8);
  if (validators === "etag") return { etag: `"${digest}"` };
  if (validators === "weak") return { etag: `W/"${digest}"` };
  const seconds = 1_600_000_000 + Number.parseInt(digest.slice(0, 6), 16);
  return validators === "date" ? { "last-modified": new Date(seconds * 1000).toUTCString() } : {};
}

/** What a run found: the listing, and what was read of it, by key. */
export type Found = {
  readonly records: readonly SourceRecord[];
  readonly read: Readonly<Record<string, string>>;
  readonly earlier: readonly EarlierRecord[];
  readonly logs: readonly string[];
};

export type ListOptions = {
  readonly folder: string;
  /** The list, by the name of its file. */
  readonly list: readonly [string, string];
  readonly options?: Readonly<Record<string, unknown>>;
  readonly host?: Partial<SourceHost>;
};

/** One run over a list: as the engine does it, it reads what is new or changed. */
export async function runOver(
  { folder, list: [name, text], options = {}, host = {} }: ListOptions,
  before?: Found,
): Promise<Found> {
  putFile(folder, name, text);
  const logs: string[] = [];
  using web = openWeb({ pause: () => Promise.resolve() });
  const known = before === undefined ? {} : { earlier: () => from(before.earlier) };
  const given = urls.options.parse({ path: `${folder}/${name}`, allow: ["127.0.0.1"], ...options });
  const source = await urls.open(given, { ...createSourceHost({ logs }), web, ...known, ...host });
  const { signal } = new AbortController();
  const listed = await Array.fromAsync(source.records(signal));
  const records = listed.toSorted((left, right) => left.key < right.key ? -1 : 1);
  const kept = new Map(before?.earlier.map((one) => [one.record.key, one]));
  const read: Record<string, string> = {};
  const earlier: EarlierRecord[] = [];
  for (const record of records) {
    const old = kept.get(record.key);
    if (record.broken !== undefined) earlier.push({ record });
    else if (old?.facts !== undefined && JSON.stringify(old.record) === JSON.stringify(record)) earlier.push(old);
    else earlier.push(await readRecord(record));
  }
  return { records, read, earlier, logs };

  async function readRecord(record: SourceRecord): Promise<EarlierRecord> {
    try {
      const image = await source.read(record, signal);
      if (image instanceof Uint8Array) throw new TypeError("bytes without facts");
      read[record.key] = `${image.bytes.length}${image.head === undefined ? "" : ` of ${image.head.size}`}`;
      return { record, facts: { ...record.facts, ...image.facts } };
    } catch (thrown) {
      if (!(thrown instanceof ItemError)) throw thrown;
      read[record.key] = thrown.code;
      return { record };
    }
  }
}

async function* from<T>(values: readonly T[]): AsyncGenerator<T> {
  yield* values;
}
