import assert from "node:assert/strict";
import { constantModel, floats, onnxFile } from "./onnx_writer.ts";
import { openModel } from "./ort.ts";

Deno.test("constantModel() writes files that the runtime runs", async () => {
  const outputs = {
    boxes: floats([1, 2], [1.5, 2]),
    labels: { type: "int64", shape: [1], data: BigInt64Array.of(-3n) },
  } as const;
  const images = { name: "images", shape: ["batch", 3, 2, 2] };
  const model = await openModel(constantModel([images], outputs, { computedBy: "Mul", metadata: { task: "detect" } }));
  const found = await model.run({ images: floats([1, 3, 2, 2], new Float32Array(12)) });
  await model.close();
  assert.deepEqual(found.boxes, { type: "float32", shape: [1, 2], data: Float32Array.of(1.5, 2) });
  assert.deepEqual(found.labels?.data, BigInt64Array.of(-3n));
});

Deno.test("onnxFile() writes nodes with attributes", async () => {
  const model = await openModel(onnxFile({
    inputs: [{ name: "x", shape: [2, 3] }],
    outputs: [{ name: "y", shape: [3, 2] }],
    nodes: [
      { operator: "LeakyRelu", inputs: ["x"], outputs: ["r"], attributes: { alpha: 0.5 } },
      { operator: "Transpose", inputs: ["r"], outputs: ["y"], attributes: { perm: [1, 0] } },
    ],
  }));
  const { y } = await model.run({ x: floats([2, 3], [1, 2, 3, -4, -5, -6]) });
  await model.close();
  assert.deepEqual(y?.data, Float32Array.of(1, -2, 2, -2.5, 3, -3));
});
