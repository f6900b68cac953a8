// Answers to a request for the first bytes of a file.
import { encodingOf, lengthOf } from "./body.ts";
import type { Reply } from "./reply.ts";

/** The first bytes of a file of `whole` bytes; `none` when the server sends all of it. */
export type Part = "none" | { readonly length: number; readonly whole: number };

/** What the answer to a request for the first `wanted` bytes holds. `wrong`: something else, which is of no use. */
export function partOf(reply: Reply, wanted: number): Part | "wrong" {
  if (reply.status === 416) return "wrong"; // an empty file, or a server that wants no ranges
  if (reply.status !== 206) return "none";
  const [, first, last, size] =
    /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(reply.headers["content-range"] ?? "") ?? [];
  const whole = Number(size);
  const length = Number(last) + 1;
  const fits = first === "0" && length === Math.min(wanted, whole) && encodingOf(reply) === undefined;
  return fits && (lengthOf(reply) ?? length) === length ? { length, whole } : "wrong";
}
