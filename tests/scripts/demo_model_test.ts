import assert from "node:assert/strict";
import { parseCard } from "../../runtime/detect/card.ts";
import { readGraph } from "../../runtime/detect/graph.ts";
import { metadataOf } from "../../runtime/detect/metadata.ts";
import { digestOf } from "../../runtime/plugin.ts";

const folder = new URL("../../runtime/detect/models/", import.meta.url);
const card = parseCard(await Deno.readTextFile(new URL("demo.yaml", folder)), "demo.yaml");
const weights = await Deno.readFile(new URL("demo.onnx", folder));

Deno.test("parseCard() knows the size and digest of the demo model when it is committed", () => {
  assert.ok(weights.length < 1_000_000, `${weights.length} bytes are too many for a repository`);
  assert.equal(card.weights?.size, weights.length);
  assert.equal(card.weights?.sha256, digestOf(weights));
});

Deno.test("readGraph() finds in the demo model what its card says when both are committed", () => {
  const graph = readGraph(weights, "demo.onnx");
  const [width, height] = card.size ?? [];
  assert.deepEqual(graph.inputs.map(({ name, shape }) => ({ name, shape })), [
    { name: "images", shape: [1, 3, height, width] },
  ]);
  assert.deepEqual(graph.outputs.map(({ name, shape }) => [name, shape.slice(0, 2)]), [["output0", [1, 11]]]);
  assert.deepEqual(metadataOf(graph).labels, card.labels);
});
