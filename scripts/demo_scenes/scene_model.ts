// The demo classifier as ONNX: convolutions with ReLU, means over squares, one layer over all of it.
import { floats, onnxFile, type OnnxNode } from "../../tests/detect/onnx_writer.ts";
import type { Tensor } from "../../runtime/detect/tensor.ts";

export type Architecture = {
  /** Kernel, stride, channels of each convolution. */
  readonly layers: readonly (readonly [number, number, number])[];
  /** Side of the squares that are averaged behind them. */
  readonly pool: number;
  /** Of each matrix and each bias in `weights`, one behind the other. */
  readonly shapes: readonly (readonly number[])[];
};

const side = 64;

/** Weights lie as NumPy had them, places and channels of a window as rows. The answer is shares of 1. */
export function sceneModel(labels: readonly string[], { layers, pool, shapes }: Architecture, weights: Float32Array) {
  const tensors = cut(weights, shapes);
  const initializers: Record<string, Tensor> = {};
  let channels = 3;
  let from = "images";
  const nodes = layers.flatMap(([kernel, stride, outputs], at): OnnxNode[] => {
    initializers[`w${at}`] = kernelOf(tensors[2 * at], kernel, channels, outputs);
    initializers[`b${at}`] = floats([outputs], tensors[2 * at + 1] ?? []);
    const half = Math.floor(kernel / 2);
    const attributes = {
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
      pads: [half, half, half, half],
    };
    const inputs = [from, `w${at}`, `b${at}`];
    channels = outputs;
    from = `relu${at}`;
    return [
      { operator: "Conv", inputs, outputs: [`conv${at}`], attributes },
      { operator: "Relu", inputs: [`conv${at}`], outputs: [from] },
    ];
  });
  const cells = side / layers.reduce((product, [, stride]) => product * stride, 1) / pool;
  initializers["w"] = lastOf(tensors.at(-2), cells, channels, labels.length);
  initializers["b"] = floats([labels.length], tensors.at(-1) ?? []);
  const pooling = { kernel_shape: [pool, pool], strides: [pool, pool] };
  return onnxFile({
    inputs: [{ name: "images", shape: ["n", 3, side, side] }],
    outputs: [{ name: "scores", shape: ["n", labels.length] }],
    nodes: [
      ...nodes,
      { operator: "AveragePool", inputs: [from], outputs: ["means"], attributes: pooling },
      { operator: "Flatten", inputs: ["means"], outputs: ["flat"], attributes: { axis: 1 } },
      { operator: "Gemm", inputs: ["flat", "w", "b"], outputs: ["logits"], attributes: { transB: 1 } },
      { operator: "Softmax", inputs: ["logits"], outputs: ["scores"], attributes: { axis: 1 } },
    ],
    initializers,
    producer: "framewright",
    metadata: { names: `[${labels.map((label) => `'${label}'`).join(", ")}]`, task: "classify" },
  });
}

function cut(weights: Float32Array, shapes: Architecture["shapes"]): Float32Array[] {
  let at = 0;
  return shapes.map((shape) => {
    const length = shape.reduce((product, each) => product * each, 1);
    return weights.slice(at, at += length);
  });
}

/** [row, column, input, output] to [output, input, row, column]. */
function kernelOf(rows: Float32Array | undefined, kernel: number, inputs: number, outputs: number): Tensor {
  const numbers = new Float32Array(kernel * kernel * inputs * outputs);
  let at = 0;
  for (let output = 0; output < outputs; output++) {
    for (let input = 0; input < inputs; input++) {
      for (let place = 0; place < kernel * kernel; place++) {
        numbers[at++] = rows?.[(place * inputs + input) * outputs + output] ?? NaN;
      }
    }
  }
  return floats([outputs, inputs, kernel, kernel], numbers);
}

/** [cell, channel, label] to [label, channel, cell], as other readers of ONNX expect it. */
function lastOf(rows: Float32Array | undefined, cells: number, channels: number, labels: number): Tensor {
  const numbers = new Float32Array(labels * channels * cells * cells);
  let at = 0;
  for (let label = 0; label < labels; label++) {
    for (let channel = 0; channel < channels; channel++) {
      for (let cell = 0; cell < cells * cells; cell++) {
        numbers[at++] = rows?.[(cell * channels + channel) * labels + label] ?? NaN;
      }
    }
  }
  return floats([labels, channels * cells * cells], numbers);
}
