// Reads objects and what is known of them.
import type { GetObjectCommandOutput } from "@aws-sdk/client-s3";
import { type Body, cutShort, piecesOf, readBody } from "./body.ts";
import type { GetS3Options, S3Head, S3Object, S3Stop, S3Stream } from "./client.ts";
import { refusalOf } from "./refusals.ts";
import { openWatch, unlessStopped, type Watch } from "./watch.ts";
import type { Wire } from "./wire.ts";

export async function getObject(wire: Wire, key: string, options: GetS3Options): Promise<S3Object | undefined> {
  return await wire.retry(`read "${key}"`, () =>
    wire.ask((_, watch) =>
      orMissing(async () => {
        const output = await send(wire, key, options, watch);
        const bytes = await readBody(bodyOf(output), output.ContentLength, watch);
        return { ...headOf(output), size: bytes.length, bytes };
      }), options), options.signal);
}

/** So many bytes of an object that is there. */
export async function readRange(wire: Wire, key: string, at: number, length: number, options: S3Stop) {
  return await wire.retry(`read "${key}"`, () =>
    wire.ask(async (_, watch) => {
      const output = await send(wire, key, {}, watch, at, at + length - 1);
      return await readBody(bodyOf(output), length, watch);
    }, options), options.signal);
}

/** The first piece is asked for at once. */
export async function openObject(wire: Wire, key: string, options: GetS3Options): Promise<S3Stream | undefined> {
  const open = async (from: number, etag: string | undefined) => {
    const watch = openWatch({ silenceMs: wire.limits.silenceMs, signal: options.signal });
    try {
      const output = await send(wire, key, etag === undefined ? options : { ...options, etag }, watch, from);
      watch.rest();
      return { output, watch };
    } catch (thrown) {
      watch.end();
      throw unlessStopped(watch, thrown);
    }
  };
  const action = `read "${key}"`;
  const first = await wire.retry(action, () => orMissing(() => open(0, undefined)), options.signal);
  if (first === undefined) return undefined;
  const head = headOf(first.output);
  const again = (from: number) => wire.retry(action, () => open(from, head.etag), options.signal);
  return { ...head, pieces: resumed(wire, action, { first, again, size: head.size }) };
}

type Opened = { readonly output: GetObjectCommandOutput; readonly watch: Watch };

type Resumable = {
  readonly first: Opened;
  readonly again: (from: number) => Promise<Opened>;
  readonly size: number;
};

/** Goes on where a body broke off, as long as each try brings something. */
async function* resumed(wire: Wire, action: string, { first, again, size }: Resumable): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (let opened = first;; opened = await again(at)) {
    const from = at;
    try {
      opened.watch.heard();
      for await (const piece of piecesOf(bodyOf(opened.output), opened.watch)) {
        at += piece.length;
        yield piece;
      }
      if (at === size) return;
      throw cutShort(at, size);
    } catch (thrown) {
      if (at > size || (at === from && from > 0) || refusalOf(thrown)?.passing !== true) {
        await wire.retry(action, () => Promise.reject(thrown));
      }
    } finally {
      opened.watch.end();
    }
  }
}

export async function headObject(wire: Wire, key: string, options: S3Stop): Promise<S3Head | undefined> {
  const { sdk, common } = wire;
  return await wire.retry(`look for "${key}"`, () =>
    wire.ask((client, watch) =>
      orMissing(async () => {
        try {
          const command = new sdk.HeadObjectCommand({ ...common, Key: key });
          return headOf(await client.send(command, { abortSignal: watch.signal }));
        } catch (thrown) {
          if (![400, 403].includes(refusalOf(thrown)?.status ?? 0)) throw thrown;
          // An answer without a body does not say why.
          const output = await send(wire, key, options, watch);
          await bodyOf(output).cancel();
          return headOf(output);
        }
      }), options), options.signal);
}

async function send(
  { sdk, client, common }: Wire,
  key: string,
  { etag }: GetS3Options,
  watch: Watch,
  from = 0,
  to?: number,
) {
  const command = new sdk.GetObjectCommand({
    ...common,
    Key: key,
    ...(etag === undefined ? {} : { IfMatch: etag }),
    ...(from === 0 && to === undefined ? {} : { Range: `bytes=${from}-${to ?? ""}` }),
  });
  return await client.send(command, { abortSignal: watch.signal });
}

async function orMissing<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (thrown) {
    if (refusalOf(thrown)?.kind === "missing") return undefined;
    throw thrown;
  }
}

/** The transport gives a stream, or, where there is nothing in it, no bytes. */
function bodyOf({ Body }: GetObjectCommandOutput): Body {
  const body: unknown = Body;
  if (body instanceof ReadableStream) return body;
  return new Blob([]).stream();
}

type Known = Pick<GetObjectCommandOutput, "ContentLength" | "ETag" | "LastModified" | "Metadata">;

function headOf({ ContentLength, ETag, LastModified, Metadata }: Known): S3Head {
  return {
    size: ContentLength ?? 0,
    etag: withoutQuotes(ETag),
    modifiedMs: LastModified?.getTime() ?? 0,
    metadata: Metadata ?? {},
  };
}

export function withoutQuotes(etag = ""): string {
  return etag.replace(/^"(.*)"$/, "$1");
}
