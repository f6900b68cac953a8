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
  const ordered = inOrder(value);
  // In one piece: a text that is joined from many is several times as much work, also for whoever reads it.
  if (ordered === undefined) throw notPlain(value);
  return ordered === unorderable ? written(value) : JSON.stringify(ordered);
}

/** Stands for a value with members that an object cannot hold in order. */
const unorderable = Symbol("unorderable");

/** The value with all members in order; what is in order already is not copied. */
function inOrder(value: Json | undefined): Json | undefined | typeof unorderable {
  if (typeof value === "object" && value !== null) return isArray(value) ? listInOrder(value) : objectInOrder(value);
  if (typeof value === "number") return finite(value);
  if (value === null || typeof value === "string" || typeof value === "boolean" || value === undefined) return value;
  throw notPlain(value);
}

function listInOrder(values: readonly Json[]): readonly Json[] | typeof unorderable {
  if (values.every(Number.isFinite)) return values;
  let copy: Json[] | undefined;
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    const ordered = inOrder(value);
    if (ordered === unorderable) return unorderable;
    if (ordered === undefined) throw notPlain(value);
    if (ordered !== value) (copy ??= [...values])[at] = ordered;
  }
  return copy ?? values;
}

function objectInOrder(value: JsonObject): JsonObject | typeof unorderable {
  if (!isPlain(value)) throw notPlain(value);
  const names = Object.keys(value);
  const sorted = names.every((name, at) => at === 0 || (names[at - 1] ?? "") < name);
  if (!sorted) names.sort();
  let copy: Record<string, Json | undefined> | undefined = sorted ? undefined : {};
  for (const name of names) {
    const member = value[name];
    const ordered = inOrder(member);
    if (ordered === unorderable || !isOrderable(name)) return unorderable;
    if (ordered !== member) copy ??= { ...value };
    if (copy !== undefined) copy[name] = ordered;
  }
  return copy ?? value;
}

/** False for names that an object puts in an order of its own, and for the one that is no member like others. */
function isOrderable(name: string): boolean {
  const first = name.charCodeAt(0);
  if (first >= 0x30 && first <= 0x39) return !/^[0-9]+$/.test(name);
  return first !== 0x5f || name !== "__proto__";
}

/** The same text, member by member. */
function written(value: Json): string {
  if (typeof value === "number") return JSON.stringify(finite(value));
  if (value === null || typeof value === "string" || typeof value === "boolean") return JSON.stringify(value);
  if (typeof value !== "object") throw notPlain(value);
  if (isArray(value)) return `[${value.map(written).join(",")}]`;
  if (!isPlain(value)) throw notPlain(value);
  const members = Object.keys(value).sort().flatMap((name) => {
    const member = value[name];
    return member === undefined ? [] : [`${JSON.stringify(name)}:${written(member)}`];
  });
  return `{${members.join(",")}}`;
}

function finite(value: number): number {
  if (Number.isFinite(value)) return value;
  throw new TypeError(`Cannot write ${value} as JSON: the number is not finite`);
}

function notPlain(value: unknown): TypeError {
  return new TypeError(`Cannot write ${typeof value} as JSON: it is not plain data`);
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
