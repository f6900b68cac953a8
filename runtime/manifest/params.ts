// Parameters: what a manifest declares, what `--set` says, and the values that follow.
import type { Problem } from "../contract/errors.ts";
import { canonicalJson, type Json, type JsonObject } from "../contract/json.ts";
import { createLocator, type Locator, type Place, visible } from "./locator.ts";
import { didYouMean } from "./nearest.ts";
import { type Declared, type Resolved, resolvedTo, type Scope } from "./scope.ts";
import { hasTemplate } from "./template.ts";
import { childOf, type Node, plainOf, readTree } from "./tree.ts";
import { descriptionOf, expectationOf, isList, isObject } from "./wording.ts";

export const paramTypes = ["string", "number", "integer", "boolean", "array", "object"] as const;
export type ParamType = typeof paramTypes[number];

/** A parameter as declared. `broken`: its declaration is wrong, which the check of the manifest's shape reports. */
export type Param = {
  readonly name: string;
  readonly place: Place;
  readonly type?: ParamType;
  readonly default?: Node;
  readonly choices?: readonly Json[];
  readonly broken: boolean;
};

/** The parameters that the `params:` of a manifest declares. */
export function declareParams(section: Node | undefined): Map<string, Param> {
  if (section?.kind !== "map") return new Map();
  return new Map(
    [...section.entries.values()].map(({ key, keyPlace, value }) => [key, declare(key, keyPlace, value)]),
  );
}

function declare(name: string, place: Place, node: Node): Param {
  if (node.kind === "scalar" && node.value !== null) {
    return { name, place, default: node, broken: false };
  }
  if (node.kind !== "map") return { name, place, broken: true };
  const typeNode = childOf(node, "type");
  const type = paramTypes.find((candidate) => typeNode?.kind === "scalar" && typeNode.value === candidate);
  const preset = childOf(node, "default");
  const choices = childOf(node, "enum");
  return {
    name,
    place,
    broken: typeNode !== undefined && type === undefined || choices !== undefined && choices.kind !== "list",
    ...type === undefined ? {} : { type },
    ...preset === undefined ? {} : { default: preset },
    ...choices?.kind !== "list" ? {} : { choices: choices.items.map(plainOf) },
  };
}

export type ParamsInput = {
  readonly locator: Locator;
  readonly params: ReadonlyMap<string, Param>;
  /** Values as written on the command line, by name. */
  readonly set: Readonly<Record<string, string>>;
  readonly report: (problem: Problem) => void;
};

/** How each parameter gets its value when it is looked up. */
export function paramValues(input: ParamsInput): Map<string, Declared> {
  return new Map([...input.params].map(([name, param]) => {
    const setting = Object.hasOwn(input.set, name) ? input.set[name] : undefined;
    const resolve = (scope: Scope) =>
      setting === undefined ? presetValue(input, param, scope) : settingValue(input, param, setting);
    return [name, { resolve }];
  }));
}

function settingValue({ report }: ParamsInput, param: Param, setting: string): Resolved | undefined {
  if (param.broken) return undefined;
  const value = parseSetting(typeOf(param), setting);
  const expected = value === undefined ? expectationOf(schemaOf(typeOf(param))) : unlistedChoice(param, value);
  if (expected === undefined) return resolvedTo(value ?? null);
  const flag = `--set ${param.name}=${setting.length > 60 ? `${setting.slice(0, 57)}…` : setting}`;
  report({ message: visible(`\`${flag}\`: expected ${expected}, got ${descriptionOf(setting)}`) });
}

function presetValue({ locator, report }: ParamsInput, param: Param, scope: Scope): Resolved | undefined {
  if (param.broken) return undefined;
  if (param.default === undefined) {
    const message = `Parameter \`${param.name}\` has no value`;
    return void report(locator.problem(param.place, message, `Give it with \`--set ${param.name}=…\`, or a default`));
  }
  const filled = scope.fill(param.default, { report });
  if (scope.failed.has(param.default)) return undefined;
  const resolved = converted(param, filled);
  const expected = matches(param.type, resolved.value)
    ? unlistedChoice(param, resolved.value)
    : expectationOf(schemaOf(param.type));
  if (expected === undefined) return resolved;
  const message = `Default of \`${param.name}\`: expected ${expected}, got ${descriptionOf(resolved.shown)}`;
  report(locator.problem(param.default, message));
}

/** Values of the environment are texts: a default that is one is read by the parameter's type, as `--set` is. */
function converted(param: Param, filled: Resolved): Resolved {
  const templated = param.default?.kind === "scalar" && typeof param.default.value === "string" &&
    hasTemplate(param.default.value);
  if (!templated || param.type === undefined || typeof filled.value !== "string") return filled;
  const value = parseSetting(param.type, filled.value);
  return value === undefined
    ? filled
    : { ...filled, value, shown: filled.shown === filled.value ? value : filled.shown };
}

function unlistedChoice({ choices }: Param, value: Json): string | undefined {
  if (choices === undefined || choices.some((choice) => canonicalJson(choice) === canonicalJson(value))) {
    return undefined;
  }
  return expectationOf({ enum: choices });
}

/** The declared type, else that of the default. A default that is a template has none of its own. */
function typeOf(param: Param): ParamType {
  if (param.type !== undefined) return param.type;
  const value = param.default === undefined ? null : plainOf(param.default);
  if (isList(value)) return "array";
  if (isObject(value)) return "object";
  return typeof value === "number" ? "number" : typeof value === "boolean" ? "boolean" : "string";
}

function matches(type: ParamType | undefined, value: Json): boolean {
  switch (type) {
    case undefined:
      return true;
    case "array":
      return isList(value);
    case "object":
      return isObject(value);
    case "integer":
      return Number.isSafeInteger(value);
    case "number":
      return typeof value === "number";
    case "boolean":
      return typeof value === "boolean";
    case "string":
      return typeof value === "string";
  }
}

function schemaOf(type: ParamType | undefined): JsonObject {
  return type === undefined ? {} : { type };
}

/** A text from the command line as a value of a type; `undefined` when it is none. Lists are written `[a, b]` or
 *  `a,b`, maps `{ a: 1 }`. */
export function parseSetting(type: ParamType, text: string): Json | undefined {
  const value = type === "string" ? text : type === "array" ? parseList(text) : parseFlow(text);
  return value !== undefined && matches(type, value) ? value : undefined;
}

function parseList(text: string): Json | undefined {
  if (text.trim() === "") return [];
  return text.trimStart().startsWith("[") ? parseFlow(text) : text.split(",").map(parsePart);
}

function parsePart(text: string): Json {
  const value = parseFlow(text);
  return value === undefined || isList(value) || isObject(value) ? text.trim() : value;
}

function parseFlow(text: string): Json | undefined {
  let wrong = false;
  const tree = readTree(createLocator("", text), () => wrong = true);
  return tree === undefined || wrong ? undefined : plainOf(tree);
}

/** The names that `--set` gives and the manifest does not have. */
export function unknownSettings({ params, set }: Pick<ParamsInput, "params" | "set">): Problem[] {
  return Object.keys(set).filter((name) => !params.has(name)).map((name) => {
    const known = [...params.keys()].map((param) => `\`${param}\``).join(", ");
    const hint = didYouMean(name, params.keys()) ??
      (known === "" ? "This manifest has no parameters" : `Parameters are ${known}`);
    return { message: visible(`\`--set ${name}=…\`: the manifest has no parameter \`${name}\``), hint };
  });
}

/** The parameters whose values are not their defaults. To be called when all of `declared` were looked up. */
export function changedParams(input: ParamsInput, scope: Scope, values: JsonObject): JsonObject {
  const quietly = { report: () => {} };
  const changed = [...input.params.values()].filter((param) => {
    if (!Object.hasOwn(input.set, param.name)) return false;
    if (param.default === undefined) return true;
    const preset = converted(param, scope.fill(param.default, quietly));
    return canonicalJson(preset.shown) !== canonicalJson(values[param.name] ?? null);
  });
  return Object.fromEntries(changed.map(({ name }) => [name, values[name]]));
}
