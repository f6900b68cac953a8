// Models of TensorFlow's object detection API, with suppression inside: boxes as top, left, bottom, right in shares of the
// input, classes from 1, scores, and how many of the rows count. Source: github.com/tensorflow/models, exporter.py.
import { badOutput, createGathering, type Found, gather, gathered } from "../found.ts";
import type { ModelSpec } from "../model_spec.ts";
import type { Tensors } from "../tensor.ts";
import type { LayoutDefinition, Reading, Surface } from "./layout.ts";
import { tableOf } from "./numbers.ts";

export const ssd: LayoutDefinition = {
  layout: "ssd",
  summary: "detection_boxes, detection_classes, detection_scores: chosen boxes in shares of the input",
  usual: {
    color: "rgb",
    scale: 1,
    mean: [0, 0, 0],
    std: [1, 1, 1],
    fit: "stretch",
    anchor: "top_left",
    pad: 0,
    filter: "linear",
  },
  defaults: { minScore: 0.3, iou: 1 },
  readings,
  decode,
};

function readings({ outputs }: Surface): readonly Reading[] {
  const named = (name: string) => outputs.find((port) => port.name.replace(/:\d+$/, "").endsWith(name))?.name;
  const boxes = named("detection_boxes");
  const classes = named("detection_classes");
  const scores = named("detection_scores");
  const amount = named("num_detections");
  if (boxes === undefined || classes === undefined || scores === undefined) return [];
  return [{
    outputs: { boxes, classes, scores, ...(amount === undefined ? {} : { amount }) },
    form: { firstClass: 1, boxes: "shares" },
    why: `its outputs are called "${boxes}", "${classes}" and "${scores}"`,
    strength: 1,
  }];
}

function decode(outputs: Tensors, spec: ModelSpec, floor: number): Found {
  const boxes = tableOf(outputs, spec, "boxes", 4);
  const classes = tableOf(outputs, spec, "classes", 1);
  const scores = tableOf(outputs, spec, "scores", 1);
  const amount = spec.outputs.amount === undefined ? Infinity : tableOf(outputs, spec, "amount", 1).data[0] ?? 0;
  if (!(amount >= 0)) throw badOutput(spec.name, `it counts ${amount} boxes`);
  const rows = Math.min(boxes.rows, classes.rows, scores.rows, amount);
  const { width, height } = spec.form.boxes === "shares" ? spec.size : { width: 1, height: 1 };
  const found = createGathering(spec.name, floor);
  for (let row = 0; row < rows; row++) {
    const score = scores.data[row] ?? 0;
    if (score < found.floor) continue;
    gather(
      found,
      Math.round(classes.data[row] ?? NaN) - spec.form.firstClass,
      score,
      (boxes.data[4 * row + 1] ?? NaN) * width,
      (boxes.data[4 * row] ?? NaN) * height,
      (boxes.data[4 * row + 3] ?? NaN) * width,
      (boxes.data[4 * row + 2] ?? NaN) * height,
    );
  }
  return gathered(found);
}
