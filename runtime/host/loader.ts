// Finds and loads plugins. The folder is the registry: `plugins/resize.ts` is what `uses: resize` means.
import { readdirSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { InputError, messageOf } from "../contract/errors.ts";
import type { Plugin } from "../contract/plugin.ts";

/** `source`: a file of `sources/`. `plugin`: a file of `plugins/` (steps, exports, sinks). */
export type PluginFolder = "source" | "plugin";

export interface PluginLoader {
  /** Throws `InputError` naming the file when it cannot be loaded or its default export is no plugin. */
  load(folder: PluginFolder, name: string): Promise<Plugin>;
  /** Names of all plugins of a folder, sorted. */
  names(folder: PluginFolder): readonly string[];
}

const folders = { source: "sources", plugin: "plugins" } as const;
const kinds = new Set(["source", "item", "dataset", "export", "sink"]);

/** Plugins below `root`, the folder that holds `plugins/` and `sources/`. */
export function createLoader(root: string): PluginLoader {
  return {
    async load(folder, name) {
      const file = `${folders[folder]}/${name}.ts`;
      const loaded: { readonly default?: unknown } = await importFile(root, file);
      return checked(file, name, loaded.default);
    },
    names: (folder) => filesOf(`${root}/${folders[folder]}`),
  };
}

async function importFile(root: string, file: string) {
  try {
    return await import(pathToFileURL(`${root}/${file}`).href);
  } catch (cause) {
    throw new InputError(`Cannot load the plugin "${file}": ${messageOf(cause)}`, [], { cause });
  }
}

function filesOf(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith(".ts"));
    return names.map((name) => name.slice(0, -".ts".length)).sort();
  } catch (cause) {
    throw new InputError(`Cannot list the plugins in "${folder}": ${messageOf(cause)}`, [], { cause });
  }
}

function checked(file: string, name: string, value: unknown): Plugin {
  if (typeof value !== "object" || value === null || !("kind" in value) || !("name" in value)) {
    throw new InputError(`Cannot load the plugin "${file}": its default export is not a plugin`);
  }
  const { kind } = value;
  if (typeof kind !== "string" || !kinds.has(kind) || (kind === "source") !== file.startsWith(folders.source)) {
    throw new InputError(`Cannot load the plugin "${file}": a plugin of kind "${kind}" does not belong in this folder`);
  }
  if (value.name !== name) {
    throw new InputError(`Cannot load the plugin "${file}": it calls itself "${value.name}", not "${name}"`);
  }
  return value as Plugin; // the kit's define functions made it; its type cannot be known before it is loaded
}
