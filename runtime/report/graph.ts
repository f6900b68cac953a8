// Datasets and what they are made from, as nodes and arrows, and the doors to the ways of drawing them.

/** Everything in it may come from outside; whoever draws it escapes it. */
export type Graph = { readonly nodes: readonly GraphNode[]; readonly edges: readonly GraphEdge[] };

export type GraphNode = SourceNode | DatasetNode;

/** Where records come from. `place`: a folder, an address; empty where the source has none. */
export type SourceNode = {
  readonly kind: "source";
  readonly id: string;
  readonly uses: string;
  readonly place: string;
};

/** `number` and `items` are those of the newest version; absent when there is none. */
export type DatasetNode = {
  readonly kind: "dataset";
  readonly id: string;
  readonly name: string;
  readonly number?: number;
  readonly items?: number;
  /** Names of the models that its items went through. */
  readonly models: readonly string[];
};

/** `to` is made from `from`. */
export type GraphEdge = {
  readonly from: string;
  readonly to: string;
  /** The version that was read; absent for sources, and where nothing was read yet. */
  readonly read?: number;
  /** The version that there is by now. */
  readonly newest?: number;
  /** True when the newest version has other items than the one that was read. */
  readonly stale: boolean;
  /** True when the manifest asks for the version that was read. */
  readonly pinned: boolean;
};

/** What stands below a node's title. */
export function nodeLines(node: GraphNode): readonly string[] {
  if (node.kind === "source") return node.place === "" ? [] : [node.place];
  const { number, items = 0, models } = node;
  if (number === undefined) return ["no version yet"];
  const images = `${grouped(items)} ${items === 1 ? "image" : "images"}`;
  return [`v${number}, ${images}`, ...(models.length === 0 ? [] : [models.join(", ")])];
}

export function nodeTitle(node: GraphNode): string {
  return node.kind === "source" ? node.uses : node.name;
}

/** `v3`, and what is to be said about it. */
export function edgeText({ read, newest, stale, pinned }: GraphEdge): string {
  if (read === undefined) return "";
  if (pinned && newest !== undefined && newest > read) return `v${read}, as asked`;
  return stale ? `v${read}, now v${newest}` : `v${read}`;
}

function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}
