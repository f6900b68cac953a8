import assert from "node:assert/strict";
import { InputError } from "../../runtime/contract/errors.ts";
import { type Graph, readGraph } from "../../runtime/detect/graph.ts";
import { assetPath, assetTest } from "../assets.ts";
import { bytesField, constantModel, floats, joined, onnxFile, textField, varintField } from "./onnx_writer.ts";

const small = onnxFile({
  inputs: [
    { name: "image", type: "float16", shape: ["batch", 3, 416, -1, 0] },
    { name: "anything" },
    { name: "weights", shape: [2] },
  ],
  outputs: [{ name: "out", type: "int64", shape: [1, "rows", 6] }],
  nodes: [
    { operator: "Mul", inputs: ["image", "weights"], outputs: ["scaled"] },
    { operator: "Fancy", domain: "com.example", inputs: ["scaled"], outputs: ["fancy"] },
    { operator: "Sigmoid", inputs: ["image"], outputs: ["sure"] },
    { operator: "Concat", inputs: ["scaled", "sure"], outputs: ["both"], attributes: { axis: 1 } },
    { operator: "Transpose", inputs: ["both"], outputs: ["out"], attributes: { perm: [0, 2, 1] } },
  ],
  initializers: { weights: floats([2], [1, 2]) },
  metadata: { names: "{0: 'cat'}", ["__proto__"]: "kept" },
  producer: "pytorch",
  opset: 17,
  domains: ["com.example"],
});

function refusal(bytes: Uint8Array): string {
  try {
    readGraph(bytes, "x.onnx");
  } catch (error) {
    assert(error instanceof InputError, String(error));
    return error.message;
  }
  return "accepted";
}

Deno.test("readGraph() tells inputs without weights, outputs, metadata, operators and what computes an output", () => {
  const graph = readGraph(small, "small.onnx");
  assert.deepEqual(graph.inputs, [
    { name: "image", type: "float16", shape: ["batch", 3, 416, "?", "?"] },
    { name: "anything", type: "float32", shape: [] },
  ]);
  assert.deepEqual(graph.outputs, [{ name: "out", type: "int64", shape: [1, "rows", 6] }]);
  assert.equal(graph.metadata.names, "{0: 'cat'}");
  assert.equal(Object.getOwnPropertyDescriptor(graph.metadata, "__proto__")?.value, "kept");
  assert.deepEqual(graph.operators, ["Concat", "Mul", "Sigmoid", "Transpose", "com.example:Fancy"]);
  assert.deepEqual(graph.tails, { out: ["Mul", "Sigmoid"] });
  assert.deepEqual([graph.producer, graph.opset, graph.externalData], ["pytorch", 17, false]);
});

Deno.test("readGraph() sees weights in another file", () => {
  const bytes = constantModel([], { out: floats([1], [1]) }, { external: "weights.bin" });
  assert.equal(readGraph(bytes, "x").externalData, true);
});

Deno.test("readGraph() refuses what is no ONNX file, and says so", () => {
  const text = new TextEncoder();
  assert.equal(refusal(new Uint8Array()), 'Cannot read the model "x.onnx": it is empty');
  for (const bytes of [text.encode("<!DOCTYPE html><p>Not found"), text.encode("{}"), new Uint8Array(500)]) {
    assert.equal(refusal(bytes), 'Cannot read the model "x.onnx": it is not an ONNX file');
  }
  assert.match(refusal(small.subarray(0, small.length / 2)), /it ends in the middle \(after \d+ bytes\)/);
  const graph = bytesField(1, Uint8Array.of(0x0a, 200, 1));
  assert.match(refusal(joined([varintField(1, 8), bytesField(7, graph)])), /its graph is damaged/);
});

Deno.test("readGraph() takes no more texts and entries than a model needs", () => {
  const long = bytesField(1, bytesField(4, new Uint8Array(10_000)));
  assert.match(refusal(joined([varintField(1, 8), bytesField(7, long)])), /it has a text of 10000 bytes/);
  const output = bytesField(12, textField(1, "o"));
  const many = joined(Array.from({ length: 1001 }, () => output));
  assert.match(refusal(joined([varintField(1, 8), bytesField(7, many)])), /it has more than 1000 outputs/);
});

/** Reading either succeeds or refuses; anything else is thrown on. */
function isReadOrRefused(bytes: Uint8Array): Graph | undefined {
  try {
    return readGraph(bytes, "damaged.onnx");
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

Deno.test("readGraph() reads or refuses every cut and every flipped byte of a small file", () => {
  for (let length = 0; length < small.length; length++) isReadOrRefused(small.subarray(0, length));
  for (let at = 0; at < small.length; at++) {
    for (const flip of [0x01, 0x80, 0xff]) {
      const bytes = small.slice();
      bytes[at] = (bytes[at] ?? 0) ^ flip;
      isReadOrRefused(bytes);
    }
  }
});

assetTest("readGraph() reads or refuses real models with damage, fast", async () => {
  const whole = await Deno.readFile(assetPath("models/deimv2_atto_coco.onnx"));
  const cuts = Array.from({ length: 40 }, (_, index) => whole.subarray(0, Math.floor(whole.length * index / 40)));
  for (const bytes of cuts) assert.equal(isReadOrRefused(bytes), undefined);
  let seed = 7;
  for (let round = 0; round < 100; round++) {
    const bytes = whole.slice();
    for (let flips = 0; flips < 20; flips++) {
      seed = Math.imul(seed, 1103515245) + 12345 >>> 0;
      bytes[seed % bytes.length] = seed >>> 24;
    }
    isReadOrRefused(bytes);
  }
});
