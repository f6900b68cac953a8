// Models of the DETR family with their post-processing inside (RT-DETR, D-FINE, DEIM): labels, boxes as corners, scores. Most ask
// for the size of the image by a second input, and give boxes in its pixels. Source: github.com/lyuwenyu/RT-DETR.
import { createGathering, type Found, gather, gathered } from "../found.ts";
import type { ModelSpec } from "../model_spec.ts";
import type { Tensors } from "../tensor.ts";
import { type LayoutDefinition, type Reading, type Surface, usualOfUltralytics } from "./layout.ts";
import { tableOf } from "./numbers.ts";

export const detr: LayoutDefinition = {
  layout: "detr",
  summary: "labels, boxes, scores: chosen boxes as corners",
  usual: { ...usualOfUltralytics, fit: "stretch", anchor: "top_left", pad: 0 },
  defaults: { minScore: 0.4, iou: 1 },
  readings,
  decode,
};

function readings({ outputs, sized }: Surface): readonly Reading[] {
  const named = (name: string) => outputs.find((port) => port.name.toLowerCase() === name)?.name;
  const labels = named("labels");
  const boxes = named("boxes");
  const scores = named("scores");
  if (labels === undefined || boxes === undefined || scores === undefined) return [];
  return [{
    outputs: { labels, boxes, scores },
    form: sized ? { boxes: "pixels" } : {},
    why: `its outputs are called "${labels}", "${boxes}" and "${scores}"`,
    strength: 1,
  }];
}

function decode(outputs: Tensors, spec: ModelSpec, floor: number): Found {
  const labels = tableOf(outputs, spec, "labels", 1);
  const boxes = tableOf(outputs, spec, "boxes", 4);
  const scores = tableOf(outputs, spec, "scores", 1);
  const rows = Math.min(labels.rows, boxes.rows, scores.rows);
  const { width, height } = spec.form.boxes === "shares" ? spec.size : { width: 1, height: 1 };
  const found = createGathering(spec.name, floor);
  for (let row = 0; row < rows; row++) {
    const score = scores.data[row] ?? 0;
    if (score < found.floor) continue;
    gather(
      found,
      (labels.data[row] ?? NaN) - spec.form.firstClass,
      score,
      (boxes.data[4 * row] ?? NaN) * width,
      (boxes.data[4 * row + 1] ?? NaN) * height,
      (boxes.data[4 * row + 2] ?? NaN) * width,
      (boxes.data[4 * row + 3] ?? NaN) * height,
    );
  }
  return gathered(found);
}
