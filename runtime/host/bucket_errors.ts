// What a refusal of the client means for a source. Messages on an object name no server: they enter versions.
import {
  type FramewrightError,
  InputError,
  ItemError,
  messageOf,
  StoreError,
  TransientError,
} from "../contract/errors.ts";
import { type RefusalKind, refusalOf } from "../s3/refusals.ts";

/** Troubles of one object; all others are of the bucket, and end the run. */
const reasons: { readonly [kind in RefusalKind]?: readonly [string, string] } = {
  denied: ["unreadable", "there is no permission to read it"],
  too_large: ["too_large", "it is larger than the server gives"],
  encryption: ["unreadable", "the key that it is encrypted by cannot be used"],
  other: ["unreadable", "the server refuses it"],
  unsupported: ["unreadable", "the server cannot give it"],
  full: ["unreadable", "the server cannot give it"],
};

const archived = [
  "archived",
  "it is in an archive; restore it, or take it out by the source's `exclude`",
] as const;

/** Why an object was not read. */
export function readTrouble(place: string, path: string, thrown: FramewrightError): FramewrightError {
  const refuse = (what: string) => `Cannot read "${path}": ${what}`;
  if (thrown instanceof TransientError) {
    return new TransientError(refuse("the server does not answer"), thrown.retryAfterMs, { cause: thrown });
  }
  if (!(thrown instanceof StoreError)) return thrown;
  const refusal = refusalOf(thrown.cause);
  if (refusal?.kind === "condition") {
    return new TransientError(refuse("it has changed since it was listed"), undefined, { cause: thrown });
  }
  const [reason, what] = refusal?.code === "InvalidObjectState" ? archived : reasons[refusal?.kind ?? "missing"] ?? [];
  if (reason === undefined || what === undefined) return bucketTrouble(place, thrown);
  return new ItemError(reason, refuse(what), { cause: thrown });
}

/** Why a bucket cannot be listed or read at all. */
export function bucketTrouble(place: string, thrown: FramewrightError): FramewrightError {
  if (thrown instanceof InputError) return thrown;
  const what = messageOf(thrown).replace(/^Cannot .*?": /, "");
  return new InputError(`Cannot read the bucket "${place}": ${what}`, [], { code: "source", cause: thrown });
}
