// What a JSON Schema asks for, and what a value is, in the words of messages.
import type { Json, JsonObject } from "../contract/json.ts";

/** "a number from 0 to 1", "`jpeg` or `png`", "a list of whole numbers", from a JSON Schema node. */
export function expectationOf(schema: Json | undefined): string {
  if (!isObject(schema)) return "another value";
  if (typeof schema.title === "string") return schema.title;
  const branches = branchesOf(schema);
  if (branches.length > 0) return either(branches.map(expectationOf));
  if (schema.const !== undefined) return quoted(schema.const);
  if (isList(schema.enum)) return either(schema.enum.map(quoted));
  switch (schema.type) {
    case "number":
      return `a number${rangeOf(schema)}`;
    case "integer":
      return `a whole number${rangeOf(schema)}`;
    case "string":
      return textExpectation(schema);
    case "boolean":
      return "true or false";
    case "array":
      return listExpectation(schema);
    case "object":
      return "a map";
    case "null":
      return "nothing";
    default:
      return "another value";
  }
}

/** The schemas of which a value may meet any. */
export function branchesOf(schema: JsonObject): readonly Json[] {
  const branches = schema.anyOf ?? schema.oneOf;
  if (isList(branches)) return branches;
  return isList(schema.type) ? schema.type.map((type) => ({ ...schema, type })) : [];
}

function rangeOf(schema: JsonObject): string {
  const low = bound(schema.minimum);
  const high = bound(schema.maximum);
  const above = bound(schema.exclusiveMinimum);
  const below = bound(schema.exclusiveMaximum);
  const multiple = bound(schema.multipleOf);
  if (low !== undefined && high !== undefined) return ` from ${low} to ${high}`;
  const parts: string[] = [];
  if (low !== undefined) parts.push(`from ${low} up`);
  if (above !== undefined) parts.push(`above ${above}`);
  if (high !== undefined) parts.push(`up to ${high}`);
  if (below !== undefined) parts.push(`below ${below}`);
  if (multiple !== undefined) parts.push(`that is a multiple of ${multiple}`);
  return parts.length === 0 ? "" : ` ${parts.join(" and ")}`;
}

/** A limit that says something: the schema of every whole number has those of what a double can hold. */
function bound(value: Json | undefined): number | undefined {
  return typeof value === "number" && Math.abs(value) < Number.MAX_SAFE_INTEGER ? value : undefined;
}

function textExpectation(schema: JsonObject): string {
  if (typeof schema.pattern === "string") return "a text of a certain form";
  if (typeof schema.format === "string") return `a text in the form of ${schema.format}`;
  const least = bound(schema.minLength) ?? 0;
  const most = bound(schema.maxLength);
  if (most !== undefined) return `a text of ${least} to ${most} characters`;
  if (least === 1) return "a text that is not empty";
  return least > 1 ? `a text of at least ${least} characters` : "a text";
}

function listExpectation(schema: JsonObject): string {
  const each = isList(schema.prefixItems) ? schema.prefixItems.map(expectationOf) : [];
  if (each.length > 0) {
    const [first = ""] = each;
    const all = each.every((item) => item === first) ? `each ${first}` : each.join(", ");
    return `a list of ${each.length} values: ${all}`;
  }
  const least = bound(schema.minItems) ?? 0;
  const most = bound(schema.maxItems);
  const amount = least === 1 && most === undefined
    ? "that is not empty"
    : most === undefined
    ? least === 0 ? "" : `of at least ${least} values`
    : `of ${least === most ? most : `${least} to ${most}`} values`;
  const item = isObject(schema.items) && expectationOf(schema.items) !== "another value"
    ? `, each ${expectationOf(schema.items)}`
    : "";
  return `a list${amount === "" ? "" : ` ${amount}`}${item}`;
}

function either(parts: readonly string[]): string {
  const different = [...new Set(parts)];
  const last = different.pop() ?? "another value";
  return different.length === 0 ? last : `${different.join(", ")} or ${last}`;
}

function quoted(value: Json): string {
  return `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}

/** `the text "high"`, "the number 5", "nothing", "a list of 3 values". */
export function descriptionOf(value: Json | undefined): string {
  if (value === undefined || value === null) return "nothing";
  if (typeof value === "string") {
    return `the text ${JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}…` : value)}`;
  }
  if (typeof value === "number") return `the number ${value}`;
  if (typeof value === "boolean") return `${value}`;
  if (!isList(value)) return "a map";
  return value.length === 0 ? "an empty list" : `a list of ${value.length} ${value.length === 1 ? "value" : "values"}`;
}

/** True for a map; lists and texts are none. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** True for a list. */
export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
