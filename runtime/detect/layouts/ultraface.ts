// UltraFace and other small SSDs without suppression: for each place how sure it is of "nothing" and of each class, and the
// corners of a box in shares of the input. Source: github.com/Linzaer/Ultra-Light-Fast-Generic-Face-Detector-1MB.
import { createGathering, type Found, gather, gathered } from "../found.ts";
import type { ModelSpec } from "../model_spec.ts";
import type { Tensors } from "../tensor.ts";
import {
  hasLengths,
  isRaw,
  type LayoutDefinition,
  type Reading,
  shownPort,
  stridesFor,
  type Surface,
} from "./layout.ts";
import { indexOfBest, tableOf } from "./numbers.ts";

export const ultraface: LayoutDefinition = {
  layout: "ultraface",
  summary: "[1, places, 1 + classes] and [1, places, 4]: scores with a background, corners in shares of the input",
  usual: {
    color: "rgb",
    scale: 1,
    mean: [127, 127, 127],
    std: [128, 128, 128],
    fit: "stretch",
    anchor: "top_left",
    pad: 0,
    filter: "linear",
  },
  defaults: { minScore: 0.7, iou: 0.3 },
  readings,
  decode,
};

function readings(surface: Surface): readonly Reading[] {
  const ports = surface.outputs.filter(({ shape }) => shape.length === 3).filter(hasLengths);
  if (ports.length !== 2 || surface.outputs.length !== 2) return [];
  const boxes = ports.find(({ shape }) => shape[2] === 4);
  const scores = ports.find((port) => port !== boxes && port.shape[1] === boxes?.shape[1]);
  if (boxes === undefined || scores === undefined) return [];
  const [, places = 0, columns = 0] = scores.shape;
  if (columns < 2 || isRaw(surface, boxes.name)) return [];
  // Two classes in the places of a grid may as well be two classes without a background, with boxes in pixels.
  if (!surface.given && (columns !== 2 || stridesFor(places, surface) !== undefined)) return [];
  return [{
    outputs: { scores: scores.name, boxes: boxes.name },
    classes: columns - 1,
    form: { boxes: "shares" },
    why: `${shownPort(scores)} and ${shownPort(boxes)}, which is background and ${columns - 1} class ` +
      `in ${places} places`,
    strength: 1,
  }];
}

function decode(outputs: Tensors, spec: ModelSpec, floor: number): Found {
  const scores = tableOf(outputs, spec, "scores");
  const boxes = tableOf(outputs, spec, "boxes", 4);
  const { width, height } = spec.form.boxes === "shares" ? spec.size : { width: 1, height: 1 };
  const found = createGathering(spec.name, floor);
  for (let row = 0, at = 0; row < Math.min(scores.rows, boxes.rows); row++, at += scores.columns) {
    const best = indexOfBest(scores.data, at + 1, at + scores.columns);
    const score = scores.data[best] ?? NaN;
    if (score < found.floor) continue;
    gather(
      found,
      best - at - 1,
      score,
      (boxes.data[4 * row] ?? NaN) * width,
      (boxes.data[4 * row + 1] ?? NaN) * height,
      (boxes.data[4 * row + 2] ?? NaN) * width,
      (boxes.data[4 * row + 3] ?? NaN) * height,
    );
  }
  return gathered(found);
}
