// Options that decide how a plugin works and never what comes of it enter no key.
import type { Json, JsonObject } from "../contract/json.ts";

/** Options as written, without those that only tune. */
export function withoutTuning(written: Json, tuning: readonly string[] = []): Json {
  if (!isObject(written)) return written;
  return Object.fromEntries(Object.entries(written).filter(([name]) => !tuning.includes(name)));
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
