// What a plugin is and takes, as data for whoever prints or publishes it.
import type { Json } from "../contract/json.ts";
import type { FactNames, OptionsSchema, Plugin, PluginKind } from "../contract/plugin.ts";
import { optionsSchema } from "./plugins.ts";
import { expectationOf, isList, isObject } from "./wording.ts";

export type OptionReference = {
  readonly name: string;
  /** In words, such as "a whole number from 1 up". */
  readonly type: string;
  readonly required: boolean;
  readonly default?: Json;
  readonly description?: string;
};

export type PluginReference = {
  readonly name: string;
  readonly kind: PluginKind;
  readonly version: number;
  readonly summary: string;
  /** Facts by name; `undefined` when they follow from the options. */
  readonly needs: readonly string[] | undefined;
  readonly gives: readonly string[] | undefined;
  readonly options: readonly OptionReference[];
  readonly examples: readonly { readonly title: string; readonly with: Readonly<Record<string, unknown>> }[];
};

/** The reference of one plugin, from its own declarations. */
export function pluginReference(plugin: Plugin): PluginReference {
  const { name, kind, version, summary } = plugin;
  return {
    name,
    kind,
    version,
    summary,
    needs: "needs" in plugin ? fixedNames(plugin.needs) : [],
    gives: "gives" in plugin ? fixedNames(plugin.gives) : [],
    options: optionReferences(optionsSchema(plugin)),
    examples: "examples" in plugin
      ? plugin.examples.map((example) => ({ title: example.title, with: example.with }))
      : [],
  };
}

function fixedNames(names: FactNames<OptionsSchema> | undefined): readonly string[] | undefined {
  return typeof names === "function" ? undefined : names ?? [];
}

function optionReferences(schema: Json): OptionReference[] {
  if (!isObject(schema) || !isObject(schema.properties)) return [];
  const required = isList(schema.required) ? schema.required : [];
  return Object.entries(schema.properties).map(([name, option]) => {
    const { default: preset, description } = isObject(option) ? option : {};
    return {
      name,
      type: expectationOf(option),
      required: required.includes(name),
      ...(preset === undefined ? {} : { default: preset }),
      ...(typeof description === "string" ? { description } : {}),
    };
  });
}
