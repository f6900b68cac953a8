// Writes objects, over what is there or only where nothing is.
import { TransientError } from "../contract/errors.ts";
import type { PutS3Options } from "./client.ts";
import { checkEncrypted } from "./encryption.ts";
import { headObject } from "./reading.ts";
import { refusalOf } from "./refusals.ts";
import type { Watch } from "./watch.ts";
import type { Wire } from "./wire.ts";

/** Metadata by which a writer knows what it wrote itself. */
const nonceName = "framewright-nonce";

type Put = PutS3Options & { readonly key: string; readonly body: Uint8Array };

export async function putObject(wire: Wire, key: string, body: Uint8Array, options: PutS3Options): Promise<void> {
  const put = { ...options, key, body };
  const limits = { signal: options.signal, bytes: body.length };
  await wire.retry(`write "${key}"`, () => wire.ask((_, watch) => send(wire, put, watch, {}), limits), options.signal);
}

/** A write whose answer was lost is tried again and then refused, so what is there says who wrote it. */
export async function putNewObject(
  wire: Wire,
  key: string,
  body: Uint8Array,
  options: PutS3Options,
): Promise<boolean> {
  const nonce = wire.unique();
  const put = { ...options, key, body };
  const limits = { signal: options.signal, bytes: body.length };
  return await wire.retry(`write "${key}"`, async () => {
    try {
      await wire.ask(
        (_, watch) => send(wire, put, watch, { IfNoneMatch: "*", Metadata: { [nonceName]: nonce } }),
        limits,
      );
      return true;
    } catch (thrown) {
      if (refusalOf(thrown)?.kind !== "condition") throw thrown;
      return await isOurs(wire, key, nonce, options);
    }
  }, options.signal);
}

async function isOurs(wire: Wire, key: string, nonce: string, options: PutS3Options): Promise<boolean> {
  const head = await headObject(wire, key, options);
  if (head !== undefined) return head.metadata[nonceName] === nonce;
  throw new TransientError(`Cannot write "${key}": the server says it is there, and then that it is not`);
}

/** The signature covers the SHA-256 of the body, which the server compares: a digest more would only take time. */
async function send(
  { sdk, client, common, encrypting, address }: Wire,
  { key, body, contentType }: Put,
  watch: Watch,
  more: { readonly IfNoneMatch?: string; readonly Metadata?: Record<string, string> },
): Promise<void> {
  const command = new sdk.PutObjectCommand({
    ...common,
    ...encrypting,
    ...more,
    Key: key,
    Body: body,
    ...(contentType === undefined ? {} : { ContentType: contentType }),
  });
  const { ServerSideEncryption } = await client.send(command, { abortSignal: watch.signal });
  checkEncrypted(address, `write "${key}"`, ServerSideEncryption);
}
