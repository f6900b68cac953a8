// Texts with gaps, `{{ camera }}`, that are filled in with what came from outside. Values are put into values, never into
// source text, so that no quote or brace in them can become more than text.
import { canonicalJson, type Json } from "../contract/json.ts";

export type Values = { readonly [name: string]: Json };

const gap = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** Names of the gaps in all texts of a value, each once. */
export function gapsIn(value: Json): readonly string[] {
  const names = new Set<string>();
  walk(value, (text) => {
    for (const [, name = ""] of text.matchAll(gap)) names.add(name);
    return text;
  });
  return [...names];
}

/** The value with all gaps filled. A text that is one gap becomes the value itself, be it a list or a number; within a
 *  longer text a value that is no text is written as JSON. `shown` makes texts safe for where they go. */
export function filled(value: Json, values: Values, shown: (text: string) => string = (text) => text): Json {
  return walk(value, (text) => {
    const [, only] = /^\{\{\s*([^{}]*?)\s*\}\}$/.exec(text) ?? [];
    const whole = only === undefined ? undefined : values[only];
    if (whole !== undefined) return typeof whole === "string" ? shown(whole) : whole;
    return text.replaceAll(gap, (_, name: string) => {
      const found = values[name] ?? "";
      return shown(typeof found === "string" ? found : canonicalJson(found));
    });
  });
}

function walk(value: Json, of: (text: string) => Json): Json {
  if (typeof value === "string") return of(value);
  if (typeof value !== "object" || value === null) return value;
  if (isList(value)) return value.map((one) => walk(one, of));
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, one]) => one === undefined ? [] : [[name, walk(one, of)] as const]),
  );
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
