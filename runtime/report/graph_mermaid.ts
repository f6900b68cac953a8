// A graph as Mermaid text, which many pages that show Markdown draw. Pure.
import { edgeText, type Graph, type GraphEdge, type GraphNode, nodeLines, nodeTitle } from "./graph.ts";
import { visible } from "./text.ts";

/** Characters of a line in a node. */
const longest = 40;

const styles = [
  "classDef source fill:#eceff3,stroke:#8b96a5,color:#16202e",
  "classDef dataset fill:#ffffff,stroke:#4c6fdc,color:#16202e",
  "classDef none fill:#ffffff,stroke:#8b96a5,color:#66717f,stroke-dasharray:4 3",
];

export function mermaidText({ nodes, edges }: Graph): string {
  const names = new Map(nodes.map(({ id }, at) => [id, `n${at + 1}`]));
  const name = (id: string) => names.get(id) ?? "n0";
  const stale = edges.flatMap(({ stale }, at) => stale ? [at] : []);
  const lines = [
    "flowchart LR",
    ...nodes.map((node) => `  ${nodeText(node, name(node.id))}`),
    ...edges.map((edge) => `  ${arrowText(edge, name)}`),
    ...styles.map((style) => `  ${style}`),
    ...(stale.length === 0 ? [] : [`  linkStyle ${stale.join(",")} stroke:#c4770a,color:#a8610d,stroke-width:2px`]),
  ];
  return `${lines.join("\n")}\n`;
}

function nodeText(node: GraphNode, name: string): string {
  const text = [`<b>${quoted(nodeTitle(node))}</b>`, ...nodeLines(node).map(quoted)].join("<br>");
  if (node.kind === "source") return `${name}[/"${text}"/]:::source`;
  return `${name}["${text}"]:::${node.number === undefined ? "none" : "dataset"}`;
}

function arrowText(edge: GraphEdge, name: (id: string) => string): string {
  const text = edgeText(edge);
  const arrow = edge.stale ? "-.->" : "-->";
  return `${name(edge.from)} ${arrow}${text === "" ? "" : `|"${quoted(text)}"|`} ${name(edge.to)}`;
}

/** Letters, digits and harmless marks stay; all else becomes a numbered entity, which Mermaid shows as the character. */
function quoted(text: string): string {
  return visible(text, longest).replace(/[^\p{L}\p{M}\p{N} .,_/…-]/gu, (found) => `#${found.codePointAt(0)};`);
}
