// Writes one object in parts.
import type { CompletedPart } from "@aws-sdk/client-s3";
import { StoreError } from "../contract/errors.ts";
import type { PutS3Options, S3Stop, S3Upload } from "./client.ts";
import { checkEncrypted } from "./encryption.ts";
import { headObject } from "./reading.ts";
import { refusalOf } from "./refusals.ts";
import type { Wire } from "./wire.ts";

const mostParts = 10_000;

/** Makes one part, and gives its ETag, which some servers leave empty. */
export type MakePart = (upload: string, number: number, at: number, length: number) => Promise<string | undefined>;

export async function uploadParts(wire: Wire, key: string, upload: S3Upload, options: PutS3Options): Promise<void> {
  const { sdk, common } = wire;
  const action = `write "${key}"`;
  await inParts(wire, key, upload.size, options, async (id, number, at, length) => {
    const body = await upload.read(at, length);
    if (body.length !== length) throw new RangeError(`Cannot ${action}: its bytes end at ${at + body.length}`);
    const input = { ...common, Key: key, UploadId: id, PartNumber: number, Body: body };
    const send = () =>
      wire.ask((client, watch) => client.send(new sdk.UploadPartCommand(input), { abortSignal: watch.signal }), {
        signal: options.signal,
        bytes: length,
      });
    return (await wire.retry(action, send, options.signal)).ETag;
  });
}

/** Begins, makes a few parts at a time, and completes; or takes back what it began. */
export async function inParts(
  wire: Wire,
  key: string,
  size: number,
  options: PutS3Options,
  makePart: MakePart,
): Promise<void> {
  const { id, encryption } = await begin(wire, key, options);
  try {
    checkEncrypted(wire.address, `write "${key}"`, encryption);
    const parts = await makeParts(wire, size, id, makePart);
    await complete(wire, key, size, id, parts, options);
  } catch (thrown) {
    await abort(wire, key, id).catch(() => {}); // what led here matters more, and a bucket's rules clean up
    throw thrown;
  }
}

async function begin({ sdk, common, encrypting, ...wire }: Wire, key: string, options: PutS3Options) {
  const type = options.contentType === undefined ? {} : { ContentType: options.contentType };
  const input = { ...common, ...encrypting, ...type, Key: key };
  const { UploadId, ServerSideEncryption } = await wire.retry(`write "${key}"`, () =>
    wire.ask(
      (client, watch) => client.send(new sdk.CreateMultipartUploadCommand(input), { abortSignal: watch.signal }),
      options,
    ), options.signal);
  if (UploadId) return { id: UploadId, encryption: ServerSideEncryption };
  throw new StoreError("unavailable", `Cannot write "${key}": the server begins an upload and does not name it`);
}

async function makeParts({ limits }: Wire, size: number, id: string, makePart: MakePart): Promise<CompletedPart[]> {
  const length = Math.max(limits.partBytes, Math.ceil(size / mostParts));
  const starts = Array.from({ length: Math.max(1, Math.ceil(size / length)) }, (_, part) => part * length);
  const parts: CompletedPart[] = [];
  const left = starts.entries();
  let failed = false;
  const worker = async () => {
    for (const [index, at] of left) {
      if (failed) return;
      const etag = await makePart(id, index + 1, at, Math.min(length, size - at));
      parts[index] = { PartNumber: index + 1, ETag: etag ?? "" };
    }
  };
  const workers = Array.from({ length: Math.min(limits.parts, starts.length) }, () =>
    worker().catch((thrown) => {
      failed = true;
      throw thrown;
    }));
  const ends = await Promise.allSettled(workers); // nothing may be under way when the upload is taken back
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  return parts;
}

/** An answer that was lost makes the next try find no upload: then the object is there. */
async function complete(
  wire: Wire,
  key: string,
  size: number,
  id: string,
  parts: CompletedPart[],
  options: S3Stop,
): Promise<void> {
  const input = { ...wire.common, Key: key, UploadId: id, MultipartUpload: { Parts: parts } };
  let tries = 0;
  await wire.retry(`write "${key}"`, async () => {
    try {
      tries++;
      await wire.ask(
        (client, watch) =>
          client.send(new wire.sdk.CompleteMultipartUploadCommand(input), { abortSignal: watch.signal }),
        options,
      );
    } catch (thrown) {
      const gone = tries > 1 && refusalOf(thrown)?.code === "NoSuchUpload";
      if (!gone || (await headObject(wire, key, options))?.size !== size) throw thrown;
    }
  }, options.signal);
}

/** Also when the run was stopped: what was begun costs money until it is taken back. */
async function abort(wire: Wire, key: string, id: string): Promise<void> {
  const input = { ...wire.common, Key: key, UploadId: id };
  await wire.ask(
    (client, watch) => client.send(new wire.sdk.AbortMultipartUploadCommand(input), { abortSignal: watch.signal }),
    {},
  );
}
