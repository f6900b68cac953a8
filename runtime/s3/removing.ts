// Removes objects, a thousand at a time.
import { createHash } from "node:crypto";
import type { DeleteObjectsCommand, DeleteObjectsCommandOutput } from "@aws-sdk/client-s3";
import { TransientError } from "../contract/errors.ts";
import type { S3Stop } from "./client.ts";
import { refusalOf, s3Error } from "./refusals.ts";
import type { Wire } from "./wire.ts";

const atOnce = 1000;

export async function removeObjects(wire: Wire, keys: readonly string[], options: S3Stop): Promise<void> {
  for (let at = 0; at < keys.length; at += atOnce) await removeSome(wire, keys.slice(at, at + atOnce), options);
}

async function removeSome(wire: Wire, keys: readonly string[], options: S3Stop): Promise<void> {
  const action = keys.length === 1 ? `remove "${keys[0]}"` : `remove ${keys.length} objects from "${keys[0]}" on`;
  let left = keys;
  await wire.retry(action, () =>
    wire.ask(async (client, watch) => {
      const command = new wire.sdk.DeleteObjectsCommand({
        ...wire.common,
        Delete: { Quiet: true, Objects: left.map((Key) => ({ Key })) },
      });
      withDigest(command);
      const { Errors = [] } = await client.send(command, { abortSignal: watch.signal });
      left = stillThere(wire, action, Errors);
    }, options), options.signal);
}

/** Which of the objects are to be tried again; throws when that would not help. */
function stillThere(wire: Wire, action: string, errors: NonNullable<DeleteObjectsCommandOutput["Errors"]>) {
  const refused = errors.filter(({ Code }) => Code !== "NoSuchKey");
  for (const { Code = "Unknown", Message = "" } of refused) {
    const cause = Object.assign(new TypeError(Message), { Code, $metadata: { httpStatusCode: statusOf(Code) } });
    const refusal = refusalOf(cause);
    if (refusal !== undefined && !refusal.passing) throw s3Error(action, refusal, wire.address, cause);
  }
  if (refused.length === 0) return [];
  throw new TransientError(`Cannot ${action}: ${refused.length} were not removed (${refused[0]?.Code})`);
}

/** An entry of the answer has no status of its own. */
function statusOf(code: string): number {
  return code === "InternalError" || code === "ServiceUnavailable" ? 503 : 400;
}

/** Some servers want it here, and the SDK has no field for it. */
function withDigest(command: DeleteObjectsCommand): void {
  command.middlewareStack.add((next) => (args) => {
    const request: unknown = args.request;
    if (isRequest(request)) request.headers["content-md5"] = createHash("md5").update(request.body).digest("base64");
    return next(args);
  }, { step: "build", name: "contentDigest" });
}

function isRequest(value: unknown): value is { readonly headers: Record<string, string>; readonly body: string } {
  return typeof value === "object" && value !== null && "headers" in value && "body" in value;
}
