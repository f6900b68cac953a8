// JSON values as bytes, and back.
import { canonicalJson, type Json } from "../contract/json.ts";

/** The canonical text of a value, in UTF-8. */
export function jsonBytes(value: Json): Uint8Array {
  return new TextEncoder().encode(canonicalJson(value));
}

/** What these bytes say; `undefined` when they are no JSON, which `null` is. */
export function jsonIn(bytes: Uint8Array): Json | undefined {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/** True for `{…}`. */
export function isObject(value: Json | undefined): value is { readonly [name: string]: Json | undefined } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
