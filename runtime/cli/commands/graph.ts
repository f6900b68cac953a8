// `graph`: datasets and how they are made from one another, as Mermaid text, an SVG picture or JSON.
import { existsSync } from "node:fs";
import { InputError, messageOf } from "../../contract/errors.ts";
import { exitCodes } from "../../contract/exit_codes.ts";
import type { Pipeline } from "../../contract/manifest.ts";
import { createLoader } from "../../host/loader.ts";
import { bindPipeline } from "../../manifest/bind.ts";
import type { Graph } from "../../report/graph.ts";
import { isRemote } from "../../store/open.ts";
import type { DatasetStorage } from "../../store/open.ts";
import { type Context, pathOf, storeSpec, styleFor, writeLines } from "../context.ts";
import { writeTextFile } from "../files.ts";
import { surveyGraph } from "../graph_survey.ts";
import { checkDataset, datasetNames, openForReading } from "../reading.ts";
import { plain } from "../text.ts";

export const graphFormats = ["mermaid", "svg", "json"] as const;
export type GraphFormat = typeof graphFormats[number];

export type GraphOptions = {
  readonly store?: string;
  readonly format?: GraphFormat;
  readonly json?: boolean;
  readonly out?: string;
  readonly color: boolean;
};

/** Draws the datasets of a store, or those that are named; returns the exit code. */
export async function drawGraph(
  names: readonly string[],
  options: GraphOptions,
  context: Context,
): Promise<number> {
  const pipelines = await Promise.all(names.filter(isManifest).map((file) => readPipeline(file, context)));
  const storage = await storeFor(pipelines, options, context);
  const asked = names.filter((name) => !isManifest(name));
  if (storage !== undefined) { for (const dataset of asked) await checkDataset(storage, dataset); }
  const datasets = names.length === 0 && storage !== undefined ? await datasetNames(storage) : asked;
  const graph = await surveyGraph(storage, { datasets, pipelines });
  if (graph.nodes.length === 0) writeLines(context.terminal.err, ["No datasets yet: run a pipeline first"]);
  await writeGraph(graph, options, context);
  return exitCodes.ok;
}

function isManifest(name: string): boolean {
  return /\.ya?ml$/.test(name);
}

/** Manifests can be drawn before there is a store. */
async function storeFor(
  pipelines: readonly Pipeline[],
  { store }: GraphOptions,
  context: Context,
): Promise<DatasetStorage | undefined> {
  const spec = storeSpec(store, context);
  const isThere = isRemote(spec) || existsSync(spec);
  return isThere || pipelines.length === 0 ? await openForReading(store, context) : undefined;
}

async function readPipeline(manifest: string, context: Context): Promise<Pipeline> {
  const file = pathOf(manifest, context);
  const text = await Deno.readTextFile(file).catch((cause) => {
    const what = cause instanceof Deno.errors.NotFound ? "there is no such file" : messageOf(cause);
    throw new InputError(`Cannot read the manifest "${file}": ${what}`, [], { cause, code: "manifest" });
  });
  return await bindPipeline({ text, file, set: {}, env: context.env, ...createLoader(context.root) });
}

async function writeGraph(graph: Graph, options: GraphOptions, context: Context): Promise<void> {
  const { terminal } = context;
  const { out, color } = options;
  const text = await drawn(graph, formatOf(options));
  if (out === undefined) return terminal.out.write(text);
  const path = pathOf(out, context);
  await writeTextFile(path, text, { replace: true });
  writeLines(terminal.err, [`Wrote ${plain(styleFor(terminal.err, context, color).shown(path))}`]);
}

/** As asked, else as the name of the file says. */
function formatOf({ format, json, out = "" }: GraphOptions): GraphFormat {
  if (json) return "json";
  if (format !== undefined) return format;
  return out.endsWith(".svg") ? "svg" : out.endsWith(".json") ? "json" : "mermaid";
}

async function drawn(graph: Graph, format: GraphFormat): Promise<string> {
  if (format === "json") return `${JSON.stringify(graph)}\n`;
  if (format === "svg") return (await import("../../report/graph_svg.ts")).graphSvg(graph);
  return (await import("../../report/graph_mermaid.ts")).mermaidText(graph);
}
