// Every file in the plugin folders, found by looking: there is no list to keep.
import assert from "node:assert/strict";
import type { Plugin, PluginKind } from "../../runtime/plugin.ts";
import { testPlugin } from "../suites/plugin_suite.ts";

const kindsIn: Readonly<Record<string, readonly PluginKind[]>> = {
  sources: ["source"],
  plugins: ["item", "dataset", "export", "sink"],
};

for (const [folder, kinds] of Object.entries(kindsIn)) {
  for (const file of filesIn(folder)) {
    const plugin: Plugin = (await import(`../../${folder}/${file}`)).default;
    const name = file.replace(/\.ts$/, "");
    testPlugin(name, plugin);
    Deno.test(`${name} is of a kind that belongs into ${folder}/`, () => assert.ok(kinds.includes(plugin.kind)));
  }
}

function filesIn(folder: string): string[] {
  const names = [...Deno.readDirSync(new URL(`../../${folder}`, import.meta.url))].map(({ name }) => name);
  assert.ok(names.length > 0);
  return names.filter((name) => name.endsWith(".ts")).sort();
}
