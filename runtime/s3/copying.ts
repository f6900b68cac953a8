// Lets the server copy objects.
import { StoreError } from "../contract/errors.ts";
import type { PutS3Options } from "./client.ts";
import { checkEncrypted } from "./encryption.ts";
import { inParts, uploadParts } from "./multipart.ts";
import { getObject, headObject, readRange } from "./reading.ts";
import { refusalOf } from "./refusals.ts";
import type { Wire } from "./wire.ts";
import { putObject } from "./writing.ts";

export async function copyObject(wire: Wire, from: string, to: string, options: PutS3Options): Promise<void> {
  const head = await headObject(wire, from, options);
  if (head === undefined) {
    throw new StoreError("missing", `Cannot copy "${from}": it is not in "s3://${wire.address.bucket}"`);
  }
  const copy = { from, to, size: head.size };
  try {
    if (head.size > wire.limits.copyBytes) await copyInParts(wire, copy, options);
    else await copyWhole(wire, from, to, options);
  } catch (thrown) {
    if (!isUnsupported(thrown)) throw thrown;
    await copyThrough(wire, copy, options);
  }
}

/** Some servers cannot copy what they have encrypted. */
function isUnsupported(thrown: unknown): boolean {
  return thrown instanceof StoreError && refusalOf(thrown.cause)?.kind === "unsupported";
}

/** Reads the bytes and writes them again. */
async function copyThrough(wire: Wire, { from, to, size }: Copy, options: PutS3Options): Promise<void> {
  const read = (at: number, length: number) => readRange(wire, from, at, length, options);
  if (size > wire.limits.partBytes) return await uploadParts(wire, to, { size, read }, options);
  const object = await getObject(wire, from, options.signal === undefined ? {} : { signal: options.signal });
  if (object === undefined) throw new StoreError("missing", `Cannot copy "${from}": it is gone`);
  await putObject(wire, to, object.bytes, options);
}

async function copyWhole({ sdk, common, encrypting, ...wire }: Wire, from: string, to: string, options: PutS3Options) {
  const { contentType } = options;
  const input = {
    ...common,
    ...encrypting,
    Key: to,
    CopySource: sourceOf(common.Bucket, from),
    ...(contentType === undefined ? {} : { ContentType: contentType, MetadataDirective: "REPLACE" as const }),
  };
  const action = `copy "${from}" to "${to}"`;
  const { ServerSideEncryption } = await wire.retry(action, () =>
    wire.ask(
      (client, watch) => client.send(new sdk.CopyObjectCommand(input), { abortSignal: watch.signal }),
      options,
    ), options.signal);
  checkEncrypted(wire.address, action, ServerSideEncryption);
}

type Copy = { readonly from: string; readonly to: string; readonly size: number };

async function copyInParts(wire: Wire, { from, to, size }: Copy, options: PutS3Options): Promise<void> {
  const { sdk, common } = wire;
  const source = { ...common, Key: to, CopySource: sourceOf(common.Bucket, from) };
  await inParts(wire, to, size, options, async (id, number, at, length) => {
    const input = { ...source, UploadId: id, PartNumber: number, CopySourceRange: `bytes=${at}-${at + length - 1}` };
    const send = () =>
      wire.ask(
        (client, watch) => client.send(new sdk.UploadPartCopyCommand(input), { abortSignal: watch.signal }),
        options,
      );
    return (await wire.retry(`copy "${from}" to "${to}"`, send, options.signal)).CopyPartResult?.ETag;
  });
}

function sourceOf(bucket: string, key: string): string {
  return `${bucket}/${key.split("/").map(encodeURIComponent).join("/")}`;
}
