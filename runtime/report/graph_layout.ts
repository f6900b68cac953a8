// Where the nodes of a graph stand: in columns, each right of all that it is made from, with few crossings. Pure.

export type LayoutNode = { readonly id: string; readonly width: number; readonly height: number };
/** `room`: what its text takes before its end. */
export type LayoutEdge = { readonly from: string; readonly to: string; readonly room?: number };

/** Top left corner and size. */
export type Placed = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

export type Layout = {
  readonly width: number;
  readonly height: number;
  readonly nodes: ReadonlyMap<string, Placed>;
  /** For each edge the places it leads past, from its start to its end; none for edges that lead backwards. */
  readonly ways: readonly (readonly Placed[])[];
  /** For each edge whether it closes a circle. */
  readonly backwards: readonly boolean[];
};

export type LayoutGaps = { readonly across: number; readonly down: number };

const sweeps = 8;
const settling = 12;

/** Edges name nodes that exist. Equal input gives an equal layout. */
export function layoutOf(nodes: readonly LayoutNode[], edges: readonly LayoutEdge[], gaps: LayoutGaps): Layout {
  const backwards = backwardEdges(nodes, edges);
  const forward = edges.filter((_, at) => backwards[at] !== true);
  const ranks = ranksOf(nodes, forward);
  const stops = edges.map((edge, at) => backwards[at] === true ? [] : stopsOf(edge, at, ranks));
  const all = [...nodes.map((node) => ({ ...node, rank: ranks.get(node.id) ?? 0 })), ...stops.flat()];
  const links = edges.flatMap((edge, at) => backwards[at] === true ? [] : linksOf(edge, stops[at] ?? []));
  const columns = ordered(columnsOf(all), links);
  const places = placed(columns, links, gaps);
  return {
    width: Math.max(0, ...[...places.values()].map(({ x, width }) => x + width)),
    height: Math.max(0, ...[...places.values()].map(({ y, height }) => y + height)),
    nodes: new Map(nodes.flatMap(({ id }) => entryOf(places, id))),
    ways: stops.map((one) => one.flatMap(({ id }) => places.get(id) ?? [])),
    backwards,
  };
}

function entryOf(places: ReadonlyMap<string, Placed>, id: string): [string, Placed][] {
  const place = places.get(id);
  return place === undefined ? [] : [[id, place]];
}

/** An edge is backwards when it leads to a node from which its start can be reached: without them there is no circle. */
function backwardEdges(nodes: readonly LayoutNode[], edges: readonly LayoutEdge[]): boolean[] {
  const backwards = edges.map(() => false);
  const state = new Map<string, "open" | "done">();
  const leaving = Map.groupBy(edges.keys(), (at) => edges[at]?.from ?? "");
  const visit = (id: string) => {
    state.set(id, "open");
    for (const at of leaving.get(id) ?? []) {
      const to = edges[at]?.to ?? "";
      if (state.get(to) === "open") backwards[at] = true;
      else if (!state.has(to)) visit(to);
    }
    state.set(id, "done");
  };
  for (const { id } of nodes) if (!state.has(id)) visit(id);
  return backwards;
}

/** Columns from 0: one more than the highest of those a node is made from. What is made from nothing stands one before
 *  the first that is made from it. */
function ranksOf(nodes: readonly LayoutNode[], edges: readonly LayoutEdge[]): Map<string, number> {
  const into = Map.groupBy(edges, ({ to }) => to);
  const out = Map.groupBy(edges, ({ from }) => from);
  const ranks = new Map<string, number>();
  const rank = (id: string): number => {
    const known = ranks.get(id);
    if (known !== undefined) return known;
    const found = Math.max(-1, ...(into.get(id) ?? []).map(({ from }) => rank(from))) + 1;
    ranks.set(id, found);
    return found;
  };
  for (const { id } of nodes) rank(id);
  for (const { id } of nodes) {
    const next = (out.get(id) ?? []).map(({ to }) => ranks.get(to) ?? 0);
    if (!into.has(id) && next.length > 0) ranks.set(id, Math.min(...next) - 1);
  }
  return ranks;
}

type Ranked = LayoutNode & { readonly rank: number };

/** A place in each column that an edge leads past. */
function stopsOf({ from, to }: LayoutEdge, at: number, ranks: ReadonlyMap<string, number>): Ranked[] {
  const first = (ranks.get(from) ?? 0) + 1;
  const count = Math.max(0, (ranks.get(to) ?? 0) - first);
  return Array.from({ length: count }, (_, step) => ({
    id: `\u0000${at} ${step}`,
    width: 0,
    height: 8,
    rank: first + step,
  }));
}

function linksOf({ from, to, room = 0 }: LayoutEdge, stops: readonly Ranked[]): LayoutEdge[] {
  const ids = [from, ...stops.map(({ id }) => id), to];
  return ids.slice(1).map((id, at) => ({ from: ids[at] ?? from, to: id, room: id === to ? room : 0 }));
}

function columnsOf(all: readonly Ranked[]): LayoutNode[][] {
  const columns: LayoutNode[][] = [];
  for (const node of all) (columns[node.rank] ??= []).push(node);
  return Array.from(columns, (column) => column ?? []);
}

/** Each column by the mean place of its neighbours, to and fro. */
function ordered(columns: readonly (readonly LayoutNode[])[], links: readonly LayoutEdge[]): LayoutNode[][] {
  const into = neighboursBy(links, "to", "from");
  const out = neighboursBy(links, "from", "to");
  let best = columns.map((column) => [...column]);
  let fewest = crossings(best, out);
  let current = best;
  for (let sweep = 0; sweep < sweeps && fewest > 0; sweep++) {
    current = swept(current, sweep % 2 === 0 ? into : out, sweep % 2 === 0);
    const count = crossings(current, out);
    if (count < fewest) [best, fewest] = [current, count];
  }
  return best;
}

type Neighbours = ReadonlyMap<string, readonly string[]>;

function neighboursBy(links: readonly LayoutEdge[], key: "from" | "to", other: "from" | "to"): Neighbours {
  const grouped = Map.groupBy(links, (link) => link[key]);
  return new Map([...grouped].map(([id, all]) => [id, all.map((link) => link[other])]));
}

function swept(columns: readonly LayoutNode[][], beside: Neighbours, forward: boolean): LayoutNode[][] {
  const result = columns.map((column) => [...column]);
  const order = forward ? [...result.keys()] : [...result.keys()].reverse();
  for (const at of order) {
    const before = result[forward ? at - 1 : at + 1];
    const column = result[at];
    if (before === undefined || column === undefined) continue;
    const place = new Map(before.map(({ id }, index) => [id, index]));
    const wanted = new Map(
      column.map(({ id }, index) => [id, mean((beside.get(id) ?? []).flatMap((one) => place.get(one) ?? [])) ?? index]),
    );
    column.sort((left, right) => (wanted.get(left.id) ?? 0) - (wanted.get(right.id) ?? 0));
  }
  return result;
}

function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function crossings(columns: readonly (readonly LayoutNode[])[], out: Neighbours): number {
  let count = 0;
  for (const [at, column] of columns.entries()) {
    const place = new Map((columns[at + 1] ?? []).map(({ id }, index) => [id, index]));
    const ends = column.flatMap(({ id }, index) =>
      (out.get(id) ?? []).map((to) => [index, place.get(to) ?? 0] as const)
    );
    for (const [i, [a, b]] of ends.entries()) {
      for (const [c, d] of ends.slice(i + 1)) if ((a - c) * (b - d) < 0) count++;
    }
  }
  return count;
}

/** Columns side by side; within one, each node as near to the middle of its neighbours as the others leave room. */
function placed(columns: readonly LayoutNode[][], links: readonly LayoutEdge[], { across, down }: LayoutGaps) {
  const middles = new Map<string, number>();
  for (const column of columns) settle(column, () => undefined, middles, down);
  const beside = [neighboursBy(links, "to", "from"), neighboursBy(links, "from", "to")];
  for (let round = 0; round < settling; round++) {
    for (const column of round % 2 === 0 ? columns : columns.toReversed()) {
      settle(
        column,
        (id) => mean(beside.flatMap((all) => all.get(id) ?? []).flatMap((one) => middles.get(one) ?? [])),
        middles,
        down,
      );
    }
  }
  const top = Math.min(0, ...columns.flat().map(({ id, height }) => (middles.get(id) ?? 0) - height / 2));
  const places = new Map<string, Placed>();
  let x = 0;
  for (const [at, column] of columns.entries()) {
    const width = Math.max(0, ...column.map((node) => node.width));
    const next = new Set(columns[at + 1]?.map(({ id }) => id));
    const room = Math.max(0, ...links.flatMap((link) => next.has(link.to) ? link.room ?? 0 : []));
    for (const node of column) {
      const y = Math.round((middles.get(node.id) ?? 0) - node.height / 2 - top);
      places.set(node.id, { x: node.width === 0 ? x + width / 2 : x, y, width: node.width, height: node.height });
    }
    x += width + across + room;
  }
  return places;
}

/** Puts the nodes of a column where they want to be, in their order and apart from each other. */
function settle(
  column: readonly LayoutNode[],
  wanted: (id: string) => number | undefined,
  middles: Map<string, number>,
  gap: number,
): void {
  const targets = column.map(({ id }) => wanted(id) ?? middles.get(id) ?? 0);
  const down = packed(column, targets, gap);
  const up = packed(column.toReversed(), targets.toReversed().map((target) => -target), gap).reverse();
  for (const [at, { id }] of column.entries()) middles.set(id, ((down[at] ?? 0) - (up[at] ?? 0)) / 2);
}

/** Each at its target, or just below the one before where that is in the way. */
function packed(column: readonly LayoutNode[], targets: readonly number[], gap: number): number[] {
  let free = -Infinity;
  return column.map(({ height }, at) => {
    const middle = Math.max(targets[at] ?? 0, free + height / 2);
    free = middle + height / 2 + gap;
    return middle;
  });
}
