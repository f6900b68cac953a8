// JSON Schema of manifests, for editors: keys, plugin names, and the options of every plugin.
import type { Json, JsonObject } from "../contract/json.ts";
import type { Plugin, PluginKind } from "../contract/plugin.ts";
import { shapeSchema } from "./check_shape.ts";
import { optionsSchema } from "./plugins.ts";
import { branchesOf, isList, isObject } from "./wording.ts";

/** A text that is one template: allowed wherever a value is. */
const template = { type: "string", pattern: "^\\$\\{\\{" };

/** Keys whose values are read as they are written. */
const asWritten = new Set(["name", "description", "on", "params", "env"]);

/** JSON Schema (2020-12) of manifests that may use `plugins`. */
export function manifestSchema(plugins: readonly Plugin[]): JsonObject {
  const shape = objectOf(shapeSchema());
  const properties = mapMembers(
    objectOf(shape.properties),
    (member, key) => asWritten.has(key) ? member : templated(member),
  );
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Framewright manifest",
    ...shape,
    properties: {
      ...properties,
      source: using(objectOf(properties.source), plugins, ["source"]),
      steps: listUsing(objectOf(properties.steps), plugins, ["item", "dataset"]),
      exports: listUsing(objectOf(properties.exports), plugins, ["export"]),
      sinks: listUsing(objectOf(properties.sinks), plugins, ["sink"]),
    },
  };
}

/** The text of the schema's file. */
export function schemaText(plugins: readonly Plugin[]): string {
  return `${JSON.stringify(manifestSchema(plugins), undefined, 2)}\n`;
}

function listUsing(list: JsonObject, plugins: readonly Plugin[], kinds: readonly PluginKind[]): JsonObject {
  return { ...list, items: using(objectOf(list.items), plugins, kinds) };
}

/** A use of one of the plugins: `uses` names it, and decides what `with` holds. */
function using(use: JsonObject, plugins: readonly Plugin[], kinds: readonly PluginKind[]): JsonObject {
  const fitting = plugins.filter(({ kind }) => kinds.includes(kind))
    .sort((left, right) => left.name < right.name ? -1 : 1);
  const names = fitting.map(({ name, summary }) => ({ const: name, description: summary }));
  const properties = objectOf(use.properties);
  const { description } = objectOf(properties.uses);
  const uses: JsonObject = { description, anyOf: [...names, template] };
  // What `with` holds is said below, by plugin: two opinions would make editors show the worse one.
  const options: JsonObject = { description: "Options of the plugin", type: "object" };
  return { ...use, properties: { ...properties, uses, with: options }, ...choices(fitting) };
}

/** An empty `allOf` is no valid schema. */
function choices(plugins: readonly Plugin[]): JsonObject {
  return plugins.length === 0 ? {} : { allOf: plugins.map(choice) };
}

function choice(plugin: Plugin): JsonObject {
  const options = templatedObject(objectOf(optionsSchema(plugin)));
  const needed = isList(options.required) && options.required.length > 0;
  return {
    if: { properties: { uses: { const: plugin.name } }, required: ["uses"] },
    then: {
      properties: { with: { ...options, description: plugin.summary } },
      ...(needed ? { required: ["with"] } : {}),
    },
  };
}

/** The schema with templates allowed in place of every value; lists and maps keep their form. */
function templated(schema: Json | undefined): Json {
  if (!isObject(schema)) return schema ?? {};
  if (isObject(schema.properties)) return templatedObject(schema);
  if (schema.type === "array") return templatedList(schema);
  const { description, default: preset, ...rest } = schema;
  if (Object.keys(rest).length === 0 || isAnyText(rest)) return schema;
  const inner = branchesOf(rest);
  const branches = inner.length === 0 ? [rest] : inner.map((branch) => isObject(branch) ? shaped(branch) : branch);
  return {
    ...(description === undefined ? {} : { description }),
    ...(preset === undefined ? {} : { default: preset }),
    anyOf: [...branches, template],
  };
}

/** A branch of a union: maps and lists let templates in below, the union itself lets one stand for the branch. */
function shaped(schema: JsonObject): JsonObject {
  if (isObject(schema.properties)) return templatedObject(schema);
  return schema.type === "array" ? objectOf(listItems(schema)) : schema;
}

function templatedObject(schema: JsonObject): JsonObject {
  return isObject(schema.properties)
    ? { ...schema, properties: mapMembers(schema.properties, (member) => templated(member)) }
    : schema;
}

function templatedList(schema: JsonObject): JsonObject {
  const { description, default: preset, ...rest } = schema;
  // The lists of steps and exports are written out; only lists of values may come from a parameter.
  if (isObject(rest.items) && isObject(rest.items.properties)) return { ...schema, items: templatedObject(rest.items) };
  return {
    ...(description === undefined ? {} : { description }),
    ...(preset === undefined ? {} : { default: preset }),
    anyOf: [listItems(rest), template],
  };
}

function listItems(schema: JsonObject): JsonObject {
  return {
    ...schema,
    ...(isList(schema.prefixItems) ? { prefixItems: schema.prefixItems.map(templated) } : {}),
    ...(isObject(schema.items) ? { items: templated(schema.items) } : {}),
  };
}

/** A plain text takes a template anyway. */
function isAnyText({ type, pattern, enum: choices, const: only, format }: JsonObject): boolean {
  return type === "string" && [pattern, choices, only, format].every((limit) => limit === undefined);
}

function mapMembers(
  members: JsonObject,
  change: (member: Json | undefined, key: string) => Json | undefined,
): JsonObject {
  return Object.fromEntries(Object.entries(members).map(([key, member]) => [key, change(member, key)]));
}

function objectOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}
