import assert from "node:assert/strict";
import { edgeText, type Graph, type GraphEdge, type GraphNode, nodeLines } from "../../runtime/report/graph.ts";
import { mermaidText } from "../../runtime/report/graph_mermaid.ts";
import { graphSvg } from "../../runtime/report/graph_svg.ts";

function dataset(name: string, number?: number, items = 0, models: readonly string[] = []): GraphNode {
  return { kind: "dataset", id: `dataset ${name}`, name, models, ...(number === undefined ? {} : { number, items }) };
}

function arrow(from: string, to: string, more: Partial<GraphEdge> = {}): GraphEdge {
  return { from: `dataset ${from}`, to: `dataset ${to}`, stale: false, pinned: false, ...more };
}

const source: GraphNode = { kind: "source", id: "source motogp", uses: "motogp", place: "examples/motogp" };

const hostile = [
  "</text><script>alert(1)</script>",
  "\"quoted\" & 'single' <b>",
  "two\nlines\u0000and\u001bescapes",
  "turned \u202e round \u{1f3cd} \ud800 日本語",
  '"]:::none; click n1 call evil() %%',
  "end",
  "a".repeat(5000),
];

/** Elements closed in their order, attributes in quotes, and no mark of XML in the text. */
function checkXml(xml: string): void {
  const open: string[] = [];
  // deno-lint-ignore no-control-regex
  assert.ok(!/[\u0000-\u0008\u000b-\u001f]|\p{Cs}/u.test(xml), "a character that XML does not have");
  const rest = xml.replaceAll(/<(\/?)([a-z]+)((?: [\w:-]+="[^"<]*")*)(\/?)>/gi, (_, end, name, _attributes, empty) => {
    if (end === "/") assert.equal(open.pop(), name);
    else if (empty === "") open.push(name);
    return "";
  });
  assert.deepEqual(open, []);
  assert.ok(!/[<>]/.test(rest.replace(/@media.*/g, "")), rest);
  assert.ok(!/&(?!(?:amp|lt|gt|quot|#\d+);)/.test(xml), "an entity that XML does not know");
}

Deno.test("mermaidText() draws sources, datasets and what was read", () => {
  const graph: Graph = {
    nodes: [source, dataset("motogp", 12, 1234567, ["demo"]), dataset("highlights", 2, 1), dataset("later")],
    edges: [
      { from: source.id, to: "dataset motogp", stale: false, pinned: false },
      arrow("motogp", "highlights", { read: 10, newest: 12, stale: true }),
      arrow("highlights", "later"),
    ],
  };
  const lines = mermaidText(graph).split("\n").map((line) => line.trim());
  assert.deepEqual(lines.slice(0, 8), [
    "flowchart LR",
    'n1[/"<b>motogp</b><br>examples/motogp"/]:::source',
    'n2["<b>motogp</b><br>v12, 1,234,567 images<br>demo"]:::dataset',
    'n3["<b>highlights</b><br>v2, 1 image"]:::dataset',
    'n4["<b>later</b><br>no version yet"]:::none',
    "n1 --> n2",
    'n2 -.->|"v10, now v12"| n3',
    "n3 --> n4",
  ]);
  assert.ok(lines.includes("linkStyle 1 stroke:#c4770a,color:#a8610d,stroke-width:2px"));
});

Deno.test("mermaidText() lets no name out of its quotes", () => {
  const text = mermaidText({ nodes: hostile.map((name) => dataset(name, 1, 1, [name])), edges: [] });
  const lines = text.split("\n").filter((line) => line.includes("["));
  assert.equal(lines.length, hostile.length);
  for (const line of lines) {
    const [, inside = ""] = /^ {2}n\d+\["(.*)"\]:::dataset$/.exec(line) ?? assert.fail(line);
    assert.match(inside.replaceAll(/<\/?b>|<br>/g, ""), /^(?:[\p{L}\p{M}\p{N} .,_/…-]|#\d+;)*$/u);
    assert.ok(inside.length < 600, line);
  }
});

Deno.test("edgeText() tells old versions from those that were asked for", () => {
  assert.equal(edgeText(arrow("a", "b")), "");
  assert.equal(edgeText(arrow("a", "b", { read: 3, newest: 3 })), "v3");
  assert.equal(edgeText(arrow("a", "b", { read: 3, newest: 5 })), "v3", "newer, with the same images");
  assert.equal(edgeText(arrow("a", "b", { read: 3, newest: 5, stale: true })), "v3, now v5");
  assert.equal(edgeText(arrow("a", "b", { read: 3, newest: 5, pinned: true })), "v3, as asked");
  assert.deepEqual(nodeLines({ ...source, place: "" } as GraphNode), []);
});

Deno.test("graphSvg() draws what a strict reader of SVG takes, whatever names say", () => {
  const nodes = [source, ...hostile.map((name) => dataset(name, 1, 1, [name])), dataset("later")];
  const edges = nodes.slice(1).map(({ id }, at) => ({
    from: nodes[at]?.id ?? "",
    to: id,
    read: at,
    newest: 9,
    stale: at % 2 === 0,
    pinned: false,
  }));
  const svg = graphSvg({ nodes, edges });
  checkXml(svg);
  const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? [];
  assert.ok(Number(width) > 1000 && Number(height) > 60, `${width} x ${height}`);
  assert.ok(
    !/<script|javascript:|on\w+=|href|url\(|@import/i.test(svg.replaceAll("&lt;", "")),
    "something runs or loads",
  );
  assert.match(svg, /class="edge stale"/);
});

Deno.test("graphSvg() marks a circle, also that of a dataset with itself", () => {
  const nodes = ["a", "b", "c"].map((name) => dataset(name, 1, 1));
  const svg = graphSvg({ nodes, edges: [arrow("a", "b"), arrow("b", "a"), arrow("c", "c")] });
  assert.equal(svg.match(/closes a circle/g)?.length, 2);
  checkXml(svg);
  assert.ok(!/NaN|undefined|Infinity/.test(svg), svg);
});

Deno.test("graphSvg() draws an empty store", () => {
  checkXml(graphSvg({ nodes: [], edges: [] }));
});
