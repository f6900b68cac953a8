// `show`: what a version holds and where it comes from.
import { existsSync } from "node:fs";
import { exitCodes } from "../../contract/exit_codes.ts";
import { canonicalJson, type Json } from "../../contract/json.ts";
import type { BoundPlugin, Provenance } from "../../contract/version.ts";
import { readTable } from "../../engine/diff_table.ts";
import { allSourceBytes } from "../../engine/growth.ts";
import { type DatasetReader, openDataset } from "../../engine/reader.ts";
import type { DatasetStorage } from "../../store/open.ts";
import { type Context, styleFor, writeLines } from "../context.ts";
import type { Paint } from "../paint.ts";
import { tagsOf } from "../history.ts";
import { checkDataset, minuteOf, openForReading } from "../reading.ts";
import { lossLines, shortId, type Style } from "../render.ts";
import { stoppable } from "../signals.ts";
import { table } from "../table.ts";
import { bytes, count, plain } from "../text.ts";
import type { DatasetName } from "../values.ts";

export type ShowOptions = {
  readonly store?: string;
  readonly json?: boolean;
  readonly files?: boolean;
  readonly color: boolean;
};

/** Shows a version; returns the exit code. */
export async function showVersion(
  { dataset, which }: DatasetName,
  { store, json = false, files = false, color }: ShowOptions,
  context: Context,
): Promise<number> {
  const { out } = context.terminal;
  const storage = await openForReading(store, context);
  await checkDataset(storage, dataset);
  const reader = await openDataset(storage, dataset, which);
  if (files) {
    await writeFiles(reader, json, context);
    return exitCodes.ok;
  }
  const tags = (await tagsOf(storage, dataset)).get(reader.number) ?? [];
  const [size, folders] = [await sourceBytes(storage, reader), await foldersOf(reader)];
  const folder = `${storage.store.folder}/published/${dataset}/v${reader.number}`;
  const published = existsSync(folder) ? { folder } : {};
  if (json) {
    const { number, ref, version } = reader;
    writeLines(out, [
      JSON.stringify({ number, ref, tags, version, size: { sources: size, files: folders }, ...published }),
    ]);
    return exitCodes.ok;
  }
  const style = styleFor(out, context, color);
  const lines = versionLines(reader, { tags, size, folders }, style);
  writeLines(out, [...lines, ...(existsSync(folder) ? placeLines(folder, style) : [])]);
  return exitCodes.ok;
}

/** Bytes of the raw images, each once. */
async function sourceBytes({ chunks }: DatasetStorage, { version }: DatasetReader): Promise<number> {
  return await stoppable(async (signal) => await allSourceBytes(chunks, await readTable(chunks, version), signal));
}

/** Files of the version, added up by the folders at the top. */
type FolderSum = { readonly name: string; readonly files: number; readonly size: number };

type Extent = { readonly tags: readonly string[]; readonly size: number; readonly folders: readonly FolderSum[] };

function placeLines(folder: string, { paint, shown }: Style): string[] {
  return ["", `  at  ${paint.cyan(plain(shown(folder)))}`];
}

async function writeFiles(reader: DatasetReader, json: boolean, { terminal: { out } }: Context): Promise<void> {
  for await (const entry of reader.files()) {
    if (out.closed) return;
    writeLines(out, [json ? JSON.stringify(entry) : `${bytes(entry.size).padStart(8)}  ${plain(entry.path)}`]);
  }
}

function versionLines(
  { number, ref, version }: DatasetReader,
  { tags, size, folders }: Extent,
  style: Style,
): string[] {
  const { paint } = style;
  const { counts, provenance, columns, parent, dataset } = version;
  const { records, kept, dropped, rejected, items } = counts;
  const head = [
    `${paint.bold(`${plain(dataset)} v${number}`)}  ${paint.dim(ref.version)}`,
    ...(tags.length === 0 ? [] : [`  tags       ${paint.yellow(tags.map(plain).join(", "))}`]),
    ...(ref.rolledBackTo === undefined ? [] : [`  rollback   it is v${ref.rolledBackTo} again`]),
    `  published  ${minuteOf(ref.publishedAt)} UTC by run ${plain(ref.run)}`,
    ...(parent === undefined ? [] : [`  parent     ${shortId(parent)}`]),
    `  records    ${count(records)}: kept ${count(kept)}, dropped ${count(dropped)}, rejected ${count(rejected)}`,
    `  items      ${count(items)}`,
    `  size       ${bytes(size)} of raw images, ${bytes(folders.reduce((sum, one) => sum + one.size, 0))} of files`,
  ];
  return [
    ...head,
    ...titled("Lost on the way", lossLines(counts.losses, style), paint),
    ...titled("Made by", provenanceLines(provenance, paint), paint),
    ...titled("Stages", [
      `  ${columns.map(({ name, key }) => `${plain(name)} ${paint.dim(key.slice(0, 8))}`).join(", ")}`,
    ], paint),
    ...titled("Files", fileLines(folders, paint), paint),
  ];
}

function titled(title: string, lines: readonly string[], paint: Paint): string[] {
  return lines.length === 0 ? [] : ["", paint.bold(title), ...lines];
}

/** The plugins that took part, in order, with their options as written. */
export function provenanceLines(provenance: Provenance, paint: Paint): string[] {
  const { pipeline, params, seed, source, steps, exports, codec, inputs = [] } = provenance;
  const changed = Object.keys(params).length === 0 ? [] : [`  params     ${optionsText(params)}`];
  return [
    `  pipeline   ${plain(pipeline)}, seed ${seed}`,
    ...changed,
    ...inputs.map(({ dataset, number, version }) =>
      `  made from  ${plain(dataset)} v${number}  ${paint.dim(shortId(version))}`
    ),
    ...inputs.map(({ dataset, number, version }) => (
      `  input      ${plain(dataset)} v${number} ${paint.dim(shortId(version))}`
    )),
    ...[source, ...steps, ...exports].map((plugin) => pluginLine(plugin, paint)),
    `  codec      ${plain(codec)}`,
  ];
}

function pluginLine({ id, uses, kind, version, options }: BoundPlugin, paint: Paint): string {
  const word = kind === "item" || kind === "dataset" ? "step" : kind;
  const name = id === uses ? plain(uses) : `${plain(uses)} as ${plain(id)}`;
  return `  ${word.padEnd(9)}  ${name} ${paint.dim(`v${version}`)}  ${optionsText(options)}`.trimEnd();
}

/** Options on one line: `width 480, height 270`. */
export function optionsText(options: Json): string {
  if (typeof options !== "object" || options === null) return canonicalJson(options);
  return plain(Object.entries(options).map(([name, value]) => `${name} ${valueText(value)}`).join(", "));
}

function valueText(value: Json | undefined): string {
  return typeof value === "string" ? value : canonicalJson(value ?? null);
}

async function foldersOf({ files }: DatasetReader): Promise<readonly FolderSum[]> {
  const folders = new Map<string, FolderSum>();
  for await (const { path, size } of files()) {
    const name = path.includes("/") ? `${path.slice(0, path.indexOf("/"))}/` : path;
    const before = folders.get(name) ?? { name, files: 0, size: 0 };
    folders.set(name, { name, files: before.files + 1, size: before.size + size });
  }
  return [...folders.values()];
}

function fileLines(folders: readonly FolderSum[], paint: Paint): string[] {
  return table(folders, [
    { title: "in", of: ({ name }) => plain(name) },
    { title: "files", of: ({ files }) => count(files), right: true },
    { title: "size", of: ({ size }) => bytes(size), right: true },
  ], paint);
}
