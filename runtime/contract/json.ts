// JSON values, their one canonical text, digests, and the order of keys.
import { createHash } from "node:crypto";

/** A JSON value. Stored and hashed data is a `type` made of these, so that it needs no conversion. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [name: string]: Json | undefined };

/** A JSON object; members that are `undefined` do not exist. */
export type JsonObject = { readonly [name: string]: Json | undefined };

/** SHA-256 in 64 lower-case hexadecimal digits. */
export type Digest = string;

/** The one text of a value: members sorted by UTF-16 code unit, no white space, `undefined` members left out.
 *  Throws `TypeError` on numbers that are not finite. */
export function canonicalJson(value: Json): string {
  if (typeof value === "string") return quoted(value);
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") return canonicalNumber(value);
  if (isArray(value)) return value.every(Number.isFinite) ? JSON.stringify(value) : listed(value);
  if (typeof value === "object" && isPlain(value)) return `{${members(value)}}`;
  throw new TypeError(`Cannot write ${typeof value} as JSON: it is not plain data`);
}

/** Lists of numbers do not come here: `JSON.stringify` writes them in a seventh of the time. */
function listed(values: readonly Json[]): string {
  return `[${values.map(canonicalJson).join(",")}]`;
}

function members(value: JsonObject): string {
  let text = "";
  for (const name of sortedNames(value)) {
    const member = value[name];
    if (member === undefined) continue;
    if (text !== "") text += ",";
    text += `${quoted(name)}:${canonicalJson(member)}`;
  }
  return text;
}

function sortedNames(value: JsonObject): readonly string[] {
  const names = Object.keys(value);
  return names.every((name, index) => index === 0 || (names[index - 1] ?? "") < name) ? names : names.sort();
}

/** Most texts need no escapes; to see that is several times faster than to have it seen by `JSON.stringify`. */
function quoted(text: string): string {
  return /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/.test(text) ? `"${text}"` : JSON.stringify(text);
}

function canonicalNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`Cannot write ${value} as JSON: the number is not finite`);
  return JSON.stringify(value);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** SHA-256 of bytes, or of the UTF-8 bytes of a text. */
export function digestOf(data: Uint8Array | string): Digest {
  return createHash("sha256").update(data).digest("hex");
}

/** SHA-256 of the canonical text of a value. */
export function digestOfJson(value: Json): Digest {
  return digestOf(canonicalJson(value));
}

/** Compares two texts by their UTF-8 bytes: below, at or above zero. Code units agree with bytes except where a
 *  surrogate (a character beyond U+FFFF) meets U+E000..U+FFFF. */
export function compareUtf8(left: string, right: string): number {
  if (left === right) return 0;
  const shorter = Math.min(left.length, right.length);
  for (let at = 0; at < shorter; at++) {
    const a = left.charCodeAt(at);
    const b = right.charCodeAt(at);
    if (a !== b) return byteRank(a) - byteRank(b);
  }
  return left.length - right.length;
}

function byteRank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit <= 0xdfff ? unit + 0x2000 : unit - 0x800;
}
