// What Zod found wrong, as problems at their lines.
import type { z } from "zod";
import type { Problem } from "../contract/errors.ts";
import type { Json } from "../contract/json.ts";
import type { Locator, Place } from "./locator.ts";
import { didYouMean } from "./nearest.ts";
import { hasTemplate } from "./template.ts";
import { childOf, type MapNode, type Node } from "./tree.ts";
import { branchesOf, descriptionOf, expectationOf, isList, isObject } from "./wording.ts";

export type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

export type Checked = {
  readonly locator: Locator;
  /** What was checked; absent when the manifest does not have it. */
  readonly node: Node | undefined;
  /** Where to point when `node` is absent. */
  readonly fallback: Place;
  /** The value of `node` with its templates filled in. */
  readonly value: Json;
  /** The same with secrets left as templates: what messages show. */
  readonly shown: Json;
  /** Nodes whose templates could not be filled in: what is said of them would be noise. */
  readonly failed: ReadonlySet<Node>;
  /** The JSON Schema of the value. Asked for only when something is wrong. */
  readonly schema: () => Json;
  /** The plugin whose options these are; absent for the manifest's own keys. */
  readonly plugin?: string;
  /** Where an unknown key of a map belongs, in a sentence, when that is known. */
  readonly belongs?: (map: Node, key: string) => string | undefined;
};

/** The problems of a value that a Zod schema refused. */
export function issueProblems(issues: readonly Issue[], checked: Checked): Problem[] {
  const schema = checked.schema();
  return issues.flatMap((issue) => deepened(issue)).flatMap((issue) => problemsOf(issue, checked, schema));
}

/** A union's issue, replaced by those of the branch that the value comes nearest to, when one is near. */
function deepened(issue: Issue): Issue[] {
  if (issue.code !== "invalid_union") return [issue];
  const near = issue.errors.filter((branch) => branch.every(({ path, code }) => path.length > 0 || isAboutKeys(code)))
    .sort((left, right) => left.length - right.length)[0];
  if (near === undefined) return [issue];
  return near.flatMap((inner) => deepened({ ...inner, path: [...issue.path, ...inner.path] }));
}

function isAboutKeys(code: string): boolean {
  return code === "unrecognized_keys" || code === "custom";
}

function problemsOf(issue: Issue, checked: Checked, schema: Json): Problem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => unknownKey(key, issue.path, checked, schema));
  }
  if (issue.code === "invalid_key") return [wrongKey(issue.path, checked, schema)];
  const value = valueAt(checked.value, issue.path);
  const found = nodeAt(checked.node, issue.path);
  if (value === undefined && issue.path.length > 0 && issue.code !== "custom") {
    return [missing(issue.path, checked, schema)];
  }
  if (found !== undefined && isTainted(found, checked.failed)) return [];
  const schemas = schemasAt(schema, issue.path);
  const text = ownWording(issue) ??
    `expected ${expectationOf({ anyOf: schemas })}, got ${descriptionOf(valueAt(checked.shown, issue.path))}`;
  const hint = hintFor(value, schemas, found, checked.locator);
  return [checked.locator.problem(found ?? checked.fallback, `${labelOf(issue.path, checked)}: ${text}`, hint)];
}

/** The words of the plugin's author, when the schema brings its own. */
function ownWording({ message, code }: Issue): string | undefined {
  if (message === "Invalid input") return code === "custom" ? "this value is not allowed" : undefined;
  return /^(Invalid|Too (small|big)|Unrecognized)\b/.test(message) ? undefined : message;
}

function unknownKey(key: string, path: Path, checked: Checked, schema: Json): Problem {
  const { locator, plugin, fallback, belongs } = checked;
  const map = nodeAt(checked.node, path);
  const place = map?.kind === "map" ? map.entries.get(key)?.keyPlace : undefined;
  const known = schemasAt(schema, path).flatMap(propertiesOf);
  const kind = plugin === undefined ? "key" : "option";
  const valid = known.length === 0
    ? `No ${kind} goes here`
    : `Valid here: ${known.map((name) => `\`${name}\``).join(", ")}`;
  const hint = (map === undefined ? undefined : belongs?.(map, key)) ?? didYouMean(key, known) ?? valid;
  return locator.problem(place ?? fallback, `Unknown ${kind} \`${key}\`${ofPlugin(checked)}`, hint);
}

function ofPlugin({ plugin }: Checked): string {
  return plugin === undefined ? "" : ` of \`${plugin}\``;
}

function wrongKey(path: Path, { locator, node, fallback }: Checked, schema: Json): Problem {
  const key = String(path.at(-1));
  const map = nodeAt(node, path.slice(0, -1));
  const place = map?.kind === "map" ? map.entries.get(key)?.keyPlace : undefined;
  const rules = schemasAt(schema, path.slice(0, -1)).map((each) => isObject(each) ? each.propertyNames : undefined);
  return locator.problem(place ?? fallback, `Cannot use the name \`${key}\`: expected ${expectationOf(rules[0])}`);
}

function missing(path: Path, checked: Checked, schema: Json): Problem {
  const parent = nodeAt(checked.node, path.slice(0, -1));
  const place = parent === undefined ? checked.fallback : { at: parent.at, end: parent.at + 1 };
  const expected = expectationOf({ anyOf: schemasAt(schema, path) });
  const hint = descriptionsAt(schema, path)[0];
  return checked.locator.problem(place, `${labelOf(path, checked)} is missing: expected ${expected}`, hint);
}

/** "`min_size` of `validate`", "value 2 of `min_size` of `validate`". */
function labelOf(path: Path, checked: Checked): string {
  const last = path.findLastIndex((key) => typeof key === "string");
  const owner = ofPlugin(checked);
  if (last === -1) return checked.plugin === undefined ? "The manifest" : `Options${owner}`;
  const indexes = path.slice(last + 1).map((index) => `value ${Number(index) + 1} of `).reverse().join("");
  return `${indexes}\`${String(path[last])}\`${owner}`;
}

function nodeAt(node: Node | undefined, path: Path): Node | undefined {
  return path.reduce<Node | undefined>((at, key) => {
    if (at?.kind === "list" && typeof key === "number") return at.items[key];
    return childOf(at, String(key));
  }, node);
}

function valueAt(value: Json, path: Path): Json | undefined {
  return path.reduce<Json | undefined>((at, key) => {
    if (isList(at)) return at[Number(key)];
    return isObject(at) && Object.hasOwn(at, key) ? at[String(key)] : undefined;
  }, value);
}

function isTainted(node: Node, failed: ReadonlySet<Node>): boolean {
  if (failed.size === 0) return false;
  if (failed.has(node)) return true;
  return childrenOf(node).some((child) => isTainted(child, failed));
}

function childrenOf(node: Node): readonly Node[] {
  if (node.kind === "list") return node.items;
  return node.kind === "map" ? entryValues(node) : [];
}

function entryValues(map: MapNode): Node[] {
  return [...map.entries.values()].map(({ value }) => value);
}

/** The schemas that may hold for the value at a path, all branches of unions included. */
function schemasAt(schema: Json, path: Path): Json[] {
  return unionsAt(schema, path).flatMap(branches);
}

function unionsAt(schema: Json, path: Path): Json[] {
  return path.reduce<Json[]>((at, key) => at.flatMap(branches).flatMap((each) => below(each, key)), [schema]);
}

function descriptionsAt(schema: Json, path: Path): string[] {
  const descriptions = unionsAt(schema, path).map((each) => isObject(each) ? each.description : undefined);
  return descriptions.filter((description) => typeof description === "string");
}

function branches(schema: Json): Json[] {
  const found = isObject(schema) && schema.title === undefined ? branchesOf(schema) : [];
  return found.length === 0 ? [schema] : found.flatMap(branches);
}

function below(schema: Json, key: PropertyKey): Json[] {
  if (!isObject(schema)) return [];
  const child = typeof key === "number"
    ? (isList(schema.prefixItems) ? schema.prefixItems[key] : undefined) ?? schema.items
    : (isObject(schema.properties) ? schema.properties[String(key)] : undefined) ?? schema.additionalProperties;
  return isObject(child) ? [child] : [];
}

function propertiesOf(schema: Json): string[] {
  return isObject(schema) && isObject(schema.properties) ? Object.keys(schema.properties) : [];
}

function hintFor(
  value: Json | undefined,
  schemas: readonly Json[],
  node: Node | undefined,
  { text }: Locator,
): string | undefined {
  if (typeof value !== "string") return undefined;
  const objects = schemas.filter(isObject);
  const choices = objects.flatMap((each) => isList(each.enum) ? each.enum : [each.const ?? null])
    .filter((choice) => typeof choice === "string");
  if (choices.length > 0) return didYouMean(value, choices);
  const digits = value.replaceAll("_", "");
  const wantsNumber = objects.some(({ type }) => type === "number" || type === "integer");
  if (!wantsNumber || !/^[+-]?(\d+\.?\d*|\.\d+)$/.test(digits)) return wordHint(value, objects.map(({ type }) => type));
  const written = node === undefined ? "" : text.slice(node.at, node.end);
  if (hasTemplate(written)) return "This value is a text: give it to a parameter with `type: number`, and use that";
  return `Write ${digits}, without ${value.includes("_") ? "`_`" : "quotes"}`;
}

/** YAML takes `yes`, `on` and the like for texts. */
function wordHint(value: string, types: readonly (Json | undefined)[]): string | undefined {
  if (!types.includes("boolean")) return undefined;
  if (/^(yes|on|y|true)$/i.test(value)) return "Write `true`, without quotes";
  return /^(no|off|n|false)$/i.test(value) ? "Write `false`, without quotes" : undefined;
}
