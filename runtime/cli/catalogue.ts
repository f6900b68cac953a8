// All plugins there are: the folders are the registry.
import { messageOf } from "../contract/errors.ts";
import type { Plugin } from "../contract/plugin.ts";
import { createLoader, type PluginFolder } from "../host/loader.ts";

export type Catalogue = {
  /** Sorted by name. */
  readonly plugins: readonly Plugin[];
  /** Files that cannot be loaded, and why. */
  readonly broken: readonly { readonly name: string; readonly message: string }[];
};

const folders: readonly PluginFolder[] = ["source", "plugin"];

/** Loads every plugin below `root`. One that cannot be loaded does not hide the others. */
export async function loadCatalogue(root: string): Promise<Catalogue> {
  const loader = createLoader(root);
  const plugins: Plugin[] = [];
  const broken: { readonly name: string; readonly message: string }[] = [];
  for (const folder of folders) {
    for (const name of loader.names(folder)) {
      try {
        plugins.push(await loader.load(folder, name));
      } catch (thrown) {
        broken.push({ name, message: messageOf(thrown) });
      }
    }
  }
  return { plugins, broken };
}
