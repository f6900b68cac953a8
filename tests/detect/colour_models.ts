// Small classifiers whose answers are known: a class for red, green and blue, and how much of it an image shows.
import { floats, onnxFile, type OnnxModel, type OnnxNode } from "./onnx_writer.ts";

export type ColourModel = {
  readonly order?: "nchw" | "nhwc";
  /** Images a run takes; a text leaves it open. */
  readonly batch?: number | string;
  /** An operator of one input behind the means, such as `Softmax`, `Sigmoid`, `Log`. */
  readonly last?: string;
  /** What the means, 0 to 255, are multiplied by. */
  readonly factor?: number;
  readonly more?: Partial<OnnxModel>;
};

/** A model of 8 x 8 pixels with the means of red, green and blue as its answer [batch, 3]. */
export function colourModel({ order = "nchw", batch = 1, last = "Identity", factor = 1, more }: ColourModel = {}) {
  const isFirst = order === "nchw";
  const attributes: OnnxNode["attributes"] = last === "Softmax" ? { axis: 1 } : {};
  return onnxFile({
    inputs: [{ name: "images", shape: isFirst ? [batch, 3, 8, 8] : [batch, 8, 8, 3] }],
    outputs: [{ name: "scores", shape: [batch, 3] }],
    nodes: [
      {
        operator: "ReduceMean",
        inputs: ["images"],
        outputs: ["means"],
        attributes: { axes: isFirst ? [2, 3] : [1, 2], keepdims: 0 },
      },
      { operator: "Mul", inputs: ["means", "factor"], outputs: ["scaled"] },
      { operator: last, inputs: ["scaled"], outputs: ["scores"], attributes },
    ],
    initializers: { factor: floats([1], [factor]) },
    ...more,
  });
}
