// From the names in a manifest to plugins with parsed options.
import { z } from "zod";
import { InputError, messageOf, type Problem } from "../contract/errors.ts";
import type { Json } from "../contract/json.ts";
import type { Plugin, PluginKind } from "../contract/plugin.ts";
import { issueProblems } from "./issues.ts";
import type { Locator } from "./locator.ts";
import { didYouMean } from "./nearest.ts";
import type { Node } from "./tree.ts";
import type { Section, Use } from "./uses.ts";
import { isObject } from "./wording.ts";

export type PluginFolder = "source" | "plugin";

/** How plugins are found. */
export type PluginDoor = {
  readonly load: (folder: PluginFolder, name: string) => Promise<Plugin>;
  readonly names: (folder: PluginFolder) => readonly string[];
};

export type PluginsInput = PluginDoor & {
  readonly locator: Locator;
  readonly failed: ReadonlySet<Node>;
  readonly report: (problem: Problem) => void;
};

const sectionOfKind: { readonly [kind in PluginKind]: Section } = {
  source: "source",
  item: "steps",
  dataset: "steps",
  export: "exports",
  sink: "sinks",
};

const wordOfSection: { readonly [section in Section]: string } = {
  source: "a source",
  steps: "a step",
  exports: "an export",
  sinks: "a sink",
};

/** The plugin of every use; `undefined` where there is none, which is reported. */
export async function loadPlugins(uses: readonly Use[], input: PluginsInput): Promise<(Plugin | undefined)[]> {
  return await Promise.all(uses.map((use) => loadPlugin(use, input)));
}

async function loadPlugin(use: Use, input: PluginsInput): Promise<Plugin | undefined> {
  const { name } = use;
  if (name === undefined || name === "") return undefined;
  const [folder, other]: readonly PluginFolder[] = use.section === "source"
    ? ["source", "plugin"]
    : ["plugin", "source"];
  const here = folder !== undefined && input.names(folder).includes(name);
  const there = other !== undefined && input.names(other).includes(name);
  if (!here && !there) return void reportUnknown(use, name, input);
  const plugin = await loadFrom(here ? folder : other, name, use, input);
  if (plugin === undefined || sectionOfKind[plugin.kind] === use.section) return plugin;
  const section = sectionOfKind[plugin.kind];
  const message = `\`${name}\` is ${wordOfSection[section]}; use it under \`${section}:\``;
  input.report(input.locator.problem(use.namePlace, message));
}

async function loadFrom(
  folder: PluginFolder | undefined,
  name: string,
  use: Use,
  { load, locator, report }: PluginsInput,
): Promise<Plugin | undefined> {
  try {
    return await load(folder ?? "plugin", name);
  } catch (thrown) {
    const file = `${folder === "source" ? "sources" : "plugins"}/${name}.ts`;
    const reason = thrown instanceof InputError
      ? thrown.message
      : `Cannot load the plugin "${file}": ${messageOf(thrown)}`;
    report(locator.problem(use.namePlace, reason.length > 500 ? `${reason.slice(0, 499)}…` : reason));
  }
}

function reportUnknown({ section, namePlace }: Use, name: string, { names, locator, report }: PluginsInput): void {
  const known = names(section === "source" ? "source" : "plugin");
  const hint = didYouMean(name, known) ?? didYouMean(name, names(section === "source" ? "plugin" : "source")) ??
    "`deno task fw plugins` lists all plugins";
  report(locator.problem(namePlace, `Unknown plugin \`${name}\``, hint));
}

/** Options as a plugin gets them. `undefined` when they are wrong, which is reported. */
export function parseOptions(use: Use, plugin: Plugin, input: PluginsInput): { readonly options: unknown } | undefined {
  const { value, shown } = use.options;
  if (!isObject(value)) return undefined;
  const parsed = safely(() => plugin.options.safeParse(value, { jitless: true }), use, plugin, input);
  if (parsed === undefined) return undefined;
  if (parsed.success) return { options: parsed.data };
  issueProblems(parsed.error.issues, {
    locator: input.locator,
    node: use.withNode,
    fallback: use.namePlace,
    value,
    shown,
    failed: input.failed,
    schema: () => optionsSchema(plugin),
    plugin: plugin.name,
  }).forEach(input.report);
}

/** What `call` returns; `undefined` after a report when the plugin's own code threw. */
export function safely<T>(call: () => T, use: Use, plugin: Plugin, { locator, report }: PluginsInput): T | undefined {
  try {
    return call();
  } catch (thrown) {
    const message = `Plugin \`${plugin.name}\` fails on these options: ${messageOf(thrown)}`;
    report(locator.problem(use.namePlace, message));
  }
}

/** JSON Schema of a plugin's options as a manifest writes them. What JSON Schema cannot say is left open. */
export function optionsSchema(plugin: Plugin): Json {
  const { $schema: _, ...schema } = z.toJSONSchema(plugin.options, { io: "input", unrepresentable: "any" });
  // Through text, so that what is no JSON (a default that is a date or a function) cannot get on.
  const plain: Json = JSON.parse(JSON.stringify(schema));
  return plain;
}
