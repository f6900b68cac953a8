// Looks up how datasets are made from one another: in a store by what was read, in manifests by what they say.
import { basename } from "node:path";
import type { Json } from "../contract/json.ts";
import type { Pipeline } from "../contract/manifest.ts";
import type { BoundPlugin, InputVersion, Version } from "../contract/version.ts";
import { openInputVersion, unlessGone } from "../engine/lineage.ts";
import { type DatasetReader, openDataset } from "../engine/reader.ts";
import { haveSameItems } from "../engine/same_items.ts";
import type { DatasetNode, Graph, GraphEdge, GraphNode, SourceNode } from "../report/graph.ts";
import type { DatasetStorage } from "../store/open.ts";

/** What is drawn: datasets with all that they are made from, and pipelines whether they ran or not. */
export type GraphWish = { readonly datasets: readonly string[]; readonly pipelines: readonly Pipeline[] };

type Found = { readonly nodes: Map<string, GraphNode>; readonly edges: GraphEdge[] };

export async function surveyGraph(storage: DatasetStorage | undefined, wish: GraphWish): Promise<Graph> {
  const found: Found = { nodes: new Map(), edges: [] };
  const heads = createHeads(storage);
  const planned = new Map(wish.pipelines.map((pipeline) => [pipeline.dataset, pipeline]));
  const open = [...planned.keys(), ...wish.datasets];
  for (let dataset = open.shift(); dataset !== undefined; dataset = open.shift()) {
    if (found.nodes.has(idOf(dataset))) continue;
    const head = await heads(dataset);
    found.nodes.set(idOf(dataset), datasetNode(dataset, head, planned.get(dataset)));
    const pipeline = planned.get(dataset);
    const names = pipeline === undefined
      ? await addMade(storage, found, dataset, head, heads)
      : await addPlanned(storage, found, pipeline, head, heads);
    open.push(...names);
  }
  return { nodes: [...found.nodes.values()], edges: found.edges };
}

type Heads = (dataset: string) => Promise<DatasetReader | undefined>;

/** The newest version of each dataset, opened once. */
function createHeads(storage: DatasetStorage | undefined): Heads {
  const opened = new Map<string, Promise<DatasetReader | undefined>>();
  return (dataset) => {
    const known = opened.get(dataset);
    if (known !== undefined || storage === undefined) return known ?? Promise.resolve(undefined);
    const head = unlessGone(() => openDataset(storage, dataset));
    opened.set(dataset, head);
    return head;
  };
}

function idOf(dataset: string): string {
  return `dataset ${dataset}`;
}

function datasetNode(name: string, head: DatasetReader | undefined, pipeline: Pipeline | undefined): DatasetNode {
  const node = { kind: "dataset", id: idOf(name), name } as const;
  if (head === undefined) return { ...node, models: (pipeline?.steps ?? []).flatMap(modelAsked) };
  const { counts: { items }, provenance: { steps } } = head.version;
  return { ...node, number: head.number, items, models: steps.flatMap(({ model }) => model?.name ?? []) };
}

function modelAsked({ written }: Pipeline["steps"][number]): string[] {
  const model = optionOf(written, "model");
  return typeof model === "string" ? [shortPlace(model)] : [];
}

/** A dataset as its newest version tells. Gives the names of the datasets that it was made from. */
async function addMade(
  storage: DatasetStorage | undefined,
  found: Found,
  dataset: string,
  head: DatasetReader | undefined,
  heads: Heads,
): Promise<string[]> {
  if (head === undefined || storage === undefined) return [];
  const { source, inputs = [] } = head.version.provenance;
  if (inputs.length === 0) addSource(found, source.uses, source.options, dataset);
  for (const input of inputs) {
    found.edges.push(await edgeRead(storage, input, dataset, isAsked(head.version, input), heads));
  }
  return inputs.map((input) => input.dataset);
}

/** A dataset as its manifest tells, and which versions were read where it has run. */
async function addPlanned(
  storage: DatasetStorage | undefined,
  found: Found,
  { dataset, source }: Pipeline,
  head: DatasetReader | undefined,
  heads: Heads,
): Promise<string[]> {
  const { definition, written } = source;
  const asked = definition.name === "dataset" ? namesIn(optionOf(written, "datasets")) : [];
  if (asked.length === 0) addSource(found, definition.name, written, dataset);
  const inputs = head?.version.provenance.inputs ?? [];
  for (const name of asked) {
    const [bare = "", which] = name.split("@");
    const input = inputs.find((one) => one.dataset === bare);
    const pinned = which !== undefined && which !== "latest";
    found.edges.push(
      input === undefined || storage === undefined
        ? { from: idOf(bare), to: idOf(dataset), stale: false, pinned }
        : await edgeRead(storage, input, dataset, pinned, heads),
    );
  }
  return asked.map((name) => name.split("@")[0] ?? name);
}

function addSource({ nodes, edges }: Found, uses: string, options: Json, dataset: string): void {
  const place = placeIn(options);
  const id = `source ${uses} ${place}`;
  const node: SourceNode = { kind: "source", id, uses, place: shortPlace(place) };
  nodes.set(id, node);
  edges.push({ from: id, to: idOf(dataset), stale: false, pinned: false });
}

async function edgeRead(
  storage: DatasetStorage,
  input: InputVersion,
  dataset: string,
  pinned: boolean,
  heads: Heads,
): Promise<GraphEdge> {
  const head = await heads(input.dataset);
  const edge = { from: idOf(input.dataset), to: idOf(dataset), read: input.number, pinned };
  if (head === undefined) return { ...edge, stale: false };
  const stale = !pinned && head.ref.version !== input.version && await isNews(storage, input, head);
  return { ...edge, newest: head.number, stale };
}

/** What is gone cannot be compared, and counts as different. */
async function isNews(storage: DatasetStorage, input: InputVersion, head: DatasetReader): Promise<boolean> {
  const same = await unlessGone(async () => {
    const read = await openInputVersion(storage, input);
    return read === undefined ? undefined : await haveSameItems(storage, read, head);
  });
  return same !== true;
}

/** True when the version that was read is one that was asked for by number or tag. */
function isAsked({ provenance: { source } }: Version, { dataset }: InputVersion): boolean {
  const names = namesIn(optionOf(source.options, "datasets"));
  return names.some((name) => name.startsWith(`${dataset}@`) && name !== `${dataset}@latest`);
}

function namesIn(option: Json | undefined): string[] {
  if (typeof option === "string") return [option];
  return Array.isArray(option) ? option.filter((one) => typeof one === "string") : [];
}

function optionOf(options: BoundPlugin["options"], name: string): Json | undefined {
  if (typeof options !== "object" || options === null || Array.isArray(options)) return undefined;
  return Object.entries(options).find(([one]) => one === name)?.[1];
}

/** What a source reads: what usual names of options say, else the first text among its options. */
function placeIn(options: Json): string {
  const usual = ["path", "url", "address", "bucket"].map((name) => optionOf(options, name));
  const others = typeof options === "object" && options !== null ? Object.values(options) : [];
  return [...usual, ...others].find((value) => typeof value === "string") ?? "";
}

/** Without what stands behind a question mark; of a long path the end. */
function shortPlace(place: string): string {
  const [bare = ""] = place.split("?");
  if (bare.length <= 32 || bare.includes("://")) return bare;
  return `…/${basename(bare)}`;
}
