// `plugins`: what can stand behind `uses:`, from the plugins' own declarations.
import { stringify } from "yaml";
import { InputError } from "../../contract/errors.ts";
import { exitCodes } from "../../contract/exit_codes.ts";
import type { Plugin, PluginKind } from "../../contract/plugin.ts";
import { didYouMean } from "../../manifest/nearest.ts";
import { type OptionReference, type PluginReference, pluginReference } from "../../manifest/reference.ts";
import { type Catalogue, loadCatalogue } from "../catalogue.ts";
import { type Context, styleFor, writeLines } from "../context.ts";
import type { Paint } from "../paint.ts";
import { table } from "../table.ts";
import { plain, wrapped } from "../text.ts";

export type PluginsOptions = { readonly json: boolean; readonly color: boolean };

/** Lists all plugins, or shows one; returns the exit code. */
export async function showPlugins(
  name: string | undefined,
  { json, color }: PluginsOptions,
  context: Context,
): Promise<number> {
  const { out, err } = context.terminal;
  const catalogue = await loadCatalogue(context.root);
  const { paint } = styleFor(out, context, color);
  if (name !== undefined) {
    const reference = pluginReference(pluginNamed(name, catalogue));
    writeLines(
      out,
      json
        ? [JSON.stringify(reference)]
        : pluginLines(reference, Math.min(100, context.terminal.size().columns), paint),
    );
    return exitCodes.ok;
  }
  const references = catalogue.plugins.map(pluginReference);
  writeLines(out, json ? references.map((reference) => JSON.stringify(reference)) : listLines(references, paint));
  writeLines(err, catalogue.broken.map(({ message }) => `${paint.red("error:")} ${plain(message)}`));
  return catalogue.broken.length > 0 ? exitCodes.plugin : exitCodes.ok;
}

function pluginNamed(name: string, { plugins, broken }: Catalogue): Plugin {
  const found = plugins.find((plugin) => plugin.name === name);
  if (found !== undefined) return found;
  const failed = broken.find((plugin) => plugin.name === name);
  if (failed !== undefined) throw new InputError(failed.message);
  const hint = didYouMean(name, plugins.map((plugin) => plugin.name)) ?? "`deno task fw plugins` lists them all";
  throw new InputError(`Cannot show the plugin "${plain(name)}": there is none of that name. ${hint}`);
}

const sections: readonly { readonly kind: PluginKind; readonly title: string }[] = [
  { kind: "source", title: "Sources" },
  { kind: "item", title: "Steps on every item" },
  { kind: "dataset", title: "Steps on the whole dataset" },
  { kind: "export", title: "Exports" },
  { kind: "sink", title: "Sinks" },
];

function listLines(references: readonly PluginReference[], paint: Paint): string[] {
  const width = Math.max(0, ...references.map(({ name }) => name.length));
  const lines = sections.flatMap(({ kind, title }) => {
    const those = references.filter((reference) => reference.kind === kind);
    const rows = those.map(({ name, summary }) =>
      `  ${paint.cyan(name)}${" ".repeat(width - name.length)}  ${summary}`
    );
    return rows.length === 0 ? [] : [paint.bold(title), ...rows, ""];
  });
  return [...lines, paint.dim("deno task fw plugins <name> shows one with its options and examples")];
}

function pluginLines(reference: PluginReference, width: number, paint: Paint): string[] {
  const { name, kind, version, summary, needs, gives, options } = reference;
  return [
    `${paint.bold(name)}  ${paint.dim(`${kindWord(kind)}, version ${version}`)}`,
    summary,
    ...factLines("needs", needs),
    ...factLines("gives", gives),
    "",
    ...(options.length === 0 ? ["No options"] : [paint.bold("Options"), ...optionLines(options, width, paint)]),
    "",
    paint.bold("Example"),
    ...exampleText(reference).trimEnd().split("\n").map((line) => `  ${line}`),
  ];
}

function kindWord(kind: PluginKind): string {
  return kind === "item" || kind === "dataset" ? "step" : kind;
}

function factLines(word: string, names: readonly string[] | undefined): string[] {
  if (names === undefined) return [`${word} facts that its options name`];
  return names.length === 0 ? [] : [`${word} ${names.map((name) => `\`${name}\``).join(", ")}`];
}

function optionLines(options: readonly OptionReference[], width: number, paint: Paint): string[] {
  const rows = table(options, [
    { title: "", of: ({ name }) => name },
    { title: "", of: ({ type }) => type, most: 60 },
    { title: "", of: defaultText, most: 40 },
  ], paint);
  return rows.flatMap((row, at) => {
    const description = options[at]?.description;
    return [row, ...wrapped(description ?? "", width - 6).map((line) => `      ${paint.dim(line)}`.trimEnd())]
      .filter((line) => line !== "");
  });
}

function defaultText(option: OptionReference): string {
  if (option.default !== undefined) return `default ${JSON.stringify(option.default)}`;
  return option.required ? "required" : "";
}

const sectionOf: Readonly<Record<PluginKind, string>> = {
  source: "source",
  item: "steps",
  dataset: "steps",
  export: "exports",
  sink: "sinks",
};

/** The plugin's own examples as a part of a manifest; without examples, its required options with a value to fill in. */
function exampleText({ name, kind, options, examples }: PluginReference): string {
  const required = options.filter((option) => option.required).map((option) => [option.name, `<${option.type}>`]);
  const given = examples.length === 0 ? [{ title: "", with: Object.fromEntries(required) }] : examples;
  const uses = given.map((example) =>
    Object.keys(example.with).length === 0 ? { uses: name } : { uses: name, with: example.with }
  );
  const texts = uses.map((use, at) => {
    const title = given[at]?.title ?? "";
    const listed = kind === "source" ? stringify({ source: use }) : stringify([use]).replaceAll(/^/gm, "  ").trimEnd();
    return `${title === "" ? "" : `  # ${title}\n`}${listed.trimEnd()}\n`;
  });
  return kind === "source" ? texts.join("") : `${sectionOf[kind]}:\n${texts.join("")}`;
}
