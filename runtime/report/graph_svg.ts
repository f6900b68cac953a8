// A graph as an SVG picture that loads nothing and can be read in the light and in the dark. Pure.
import { edgeText, type Graph, type GraphEdge, type GraphNode, nodeLines, nodeTitle } from "./graph.ts";
import { type Layout, layoutOf, type Placed } from "./graph_layout.ts";
import { type Markup, markup, nothing } from "./markup.ts";
import { visible } from "./text.ts";

const margin = 24;
/** `across` comes on top of what the text of an arrow takes. */
const gaps = { across: 56, down: 22 };
const lineHeight = 20;
const titleSize = 15;
const lineSize = 12.5;
const padding = 16;
/** Characters of a line in a node. */
const longest = 34;

const style = `
svg { --paper: #f5f6f8; --card: #ffffff; --ink: #16202e; --quiet: #5b6675; --line: #c9d0d9; --plain: #4c6fdc; --warm: #a8610d;
  --bad: #c23b36; --track: #e9edf2; font-family: system-ui, "Segoe UI", Inter, Helvetica, Arial, sans-serif; }
@media (prefers-color-scheme: dark) {
  svg { --paper: #12161c; --card: #1a2029; --ink: #eef2f7; --quiet: #a3adba; --line: #3a4452; --plain: #7d9bff; --warm: #e5ae4a;
    --bad: #f0807a; --track: #252d38; }
}
.paper { fill: var(--paper); }
.node rect { fill: var(--card); stroke: var(--plain); stroke-width: 1.5; }
.source rect { fill: var(--track); stroke: var(--line); }
.none rect { stroke: var(--quiet); stroke-dasharray: 5 4; }
.title { fill: var(--ink); font-size: ${titleSize}px; font-weight: 600; }
.line { fill: var(--quiet); font-size: ${lineSize}px; }
.edge path { fill: none; stroke: var(--quiet); stroke-width: 1.5; }
.edge .tip { fill: var(--quiet); stroke: none; }
.edge text { fill: var(--quiet); font-size: ${lineSize}px; text-anchor: middle; }
.edge rect { fill: var(--paper); }
.stale path { stroke: var(--warm); stroke-dasharray: 6 4; }
.stale .tip { fill: var(--warm); }
.stale text { fill: var(--warm); font-weight: 600; }
.circle path { stroke: var(--bad); stroke-dasharray: 3 3; }
.circle .tip { fill: var(--bad); }
.circle text { fill: var(--bad); font-weight: 600; }
`;

export function graphSvg(graph: Graph): string {
  const nodes = graph.nodes.map((node) => ({ node, id: node.id, ...sizeOfNode(node) }));
  const edges = graph.edges.map((edge) => ({ ...edge, room: widthOf(edgeText(edge), lineSize) }));
  const layout = layoutOf(nodes, edges, gaps);
  const circles = layout.backwards.some(Boolean) ? 60 : 0;
  const width = Math.ceil(layout.width) + 2 * margin + circles;
  const height = Math.ceil(layout.height) + 2 * margin + circles;
  const from = margin + circles / 2;
  const top = margin + circles;
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Datasets and what they are made from">
<style>${{ html: style }}</style>
<rect class="paper" width="${width}" height="${height}"/>
<g transform="translate(${from} ${top})">
${graph.edges.map((edge, at) => drawnEdge(edge, at, layout))}
${nodes.map(({ node }) => drawnNode(node, layout))}
</g>
</svg>
`.html;
}

function sizeOfNode(node: GraphNode): { readonly width: number; readonly height: number } {
  const lines = nodeLines(node);
  const widest = Math.max(
    widthOf(short(nodeTitle(node)), titleSize * 1.06),
    ...lines.map((line) => widthOf(short(line), lineSize)),
  );
  return { width: Math.ceil(widest) + 2 * padding, height: 2 * padding + titleSize + lines.length * lineHeight - 3 };
}

function short(text: string): string {
  return visible(text, longest);
}

/** At least as wide as any usual font draws the text, in pixels. */
function widthOf(text: string, size: number): number {
  let width = 0;
  for (const character of text) {
    if (/[ijl.,:;'|!ft()[\]/ -]/.test(character)) width += 0.4;
    else if (/[a-z0-9_]/.test(character)) width += /[mw]/.test(character) ? 0.92 : 0.62;
    else width += 1.04;
  }
  return width * size;
}

function drawnNode(node: GraphNode, { nodes }: Layout): Markup {
  const place = nodes.get(node.id);
  if (place === undefined) return nothing;
  const { x, y, width, height } = place;
  const kind = node.kind === "source" ? "source" : node.number === undefined ? "node none" : "node";
  const lines = nodeLines(node).map((line, at) =>
    markup`<text class="line" x="${x + padding}" y="${y + padding + titleSize + 17 + at * lineHeight}">${
      short(line)
    }</text>`
  );
  const full = [nodeTitle(node), ...nodeLines(node)].map((line) => visible(line, 400)).join(" · ");
  return markup`<g class="node ${kind}"><title>${full}</title><rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${
    node.kind === "source" ? 4 : 10
  }"/><text class="title" x="${x + padding}" y="${y + padding + titleSize - 3}">${
    short(nodeTitle(node))
  }</text>${lines}</g>
`;
}

function drawnEdge(edge: GraphEdge, at: number, { nodes, ways, backwards }: Layout): Markup {
  const from = nodes.get(edge.from);
  const to = nodes.get(edge.to);
  if (from === undefined || to === undefined) return nothing;
  const isCircle = backwards[at] === true;
  const points = isCircle ? [] : pointsOf(from, ways[at] ?? [], to);
  const { path, middle } = isCircle ? backPath(from, to) : forwardPath(points);
  const text = isCircle ? "closes a circle" : edgeText(edge);
  const kind = isCircle ? "edge circle" : edge.stale ? "edge stale" : "edge";
  const [x, y] = [to.x, to.y + to.height / 2];
  return markup`<g class="${kind}"><path d="${path}"/><path class="tip" d="M ${x} ${y} l -9 -4.5 v 9 z"/>${
    edgeLabel(text, middle)
  }</g>
`;
}

type Point = readonly [number, number];

function pointsOf(from: Placed, way: readonly Placed[], to: Placed): readonly Point[] {
  return [
    [from.x + from.width, from.y + from.height / 2],
    ...way.map(({ x, y, height }): Point => [x, y + height / 2]),
    [to.x - 8, to.y + to.height / 2],
  ];
}

/** `middle`: where the last piece of the arrow is half way. */
function forwardPath(points: readonly Point[]): { readonly path: string; readonly middle: Point } {
  const [start, ...rest] = points;
  if (start === undefined) return { path: "", middle: [0, 0] };
  let last = start;
  let middle = start;
  const pieces = rest.map((point) => {
    const half = (point[0] - last[0]) / 2;
    middle = [(last[0] + point[0]) / 2, (last[1] + point[1]) / 2];
    const piece = `C ${last[0] + half} ${last[1]}, ${point[0] - half} ${point[1]}, ${point[0]} ${point[1]}`;
    last = point;
    return piece;
  });
  return { path: `M ${start[0]} ${start[1]} ${pieces.join(" ")}`, middle };
}

/** Over the top, from the right side of one node to the left of the other. */
function backPath(from: Placed, to: Placed): { readonly path: string; readonly middle: Point } {
  const [x1, y1] = [from.x + from.width, from.y + from.height / 2];
  const [x2, y2] = [to.x - 8, to.y + to.height / 2];
  const over = Math.min(from.y, to.y) - 34;
  const path = `M ${x1} ${y1} C ${x1 + 40} ${y1}, ${x1 + 40} ${over}, ${x1 - 10} ${over} L ${x2 + 10} ${over} ` +
    `C ${x2 - 40} ${over}, ${x2 - 40} ${y2}, ${x2} ${y2}`;
  return { path, middle: [(x1 + x2) / 2, over] };
}

function edgeLabel(text: string, [x, y]: Point): Markup {
  if (text === "") return nothing;
  const width = Math.ceil(widthOf(text, lineSize)) + 10;
  const left = Math.round(x - width / 2);
  return markup`<rect x="${left}" y="${y - 10}" width="${width}" height="20" rx="4"/><text x="${Math.round(x)}" y="${
    y + 4.5
  }">${text}</text>`;
}
