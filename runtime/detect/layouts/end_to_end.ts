// Models that choose their boxes themselves and give a row for each: left, top, right, bottom, score, class as [1, rows, 6]
// (YOLOv10, YOLO26, exports with NMS), or image, left, top, right, bottom, class, score as [rows, 7] (YOLOv7).
import { badOutput, createGathering, type Found, gather, gathered } from "../found.ts";
import type { ModelSpec } from "../model_spec.ts";
import type { Tensors } from "../tensor.ts";
import {
  choosesItself,
  hasLengths,
  type LayoutDefinition,
  mainOutput,
  type Reading,
  shownPort,
  stridesFor,
  type Surface,
  usualOfUltralytics,
} from "./layout.ts";
import { tableOf } from "./numbers.ts";

export const endToEnd: LayoutDefinition = {
  layout: "end_to_end",
  summary: "[1, rows, 6] or [rows, 7], chosen boxes as corners, with score and class",
  usual: usualOfUltralytics,
  defaults: { minScore: 0.25, iou: 1 },
  readings,
  decode,
};

/** Where in a row things are, by the number of columns. */
const columnsOf = new Map([
  [6, { corners: 0, score: 4, index: 5 }],
  [7, { corners: 1, score: 6, index: 5 }],
]);

function readings(surface: Surface): readonly Reading[] {
  const [port, ...others] = surface.outputs;
  if (port === undefined || others.length > 0 || !hasLengths(port)) return [];
  if (port.shape.length === 2 && port.shape[1] === 7) {
    return [readingOf(port.name, `${shownPort(port)}: image, corners, class and score in a row`, 1)];
  }
  const [, places = 0, columns = 0] = mainOutput(surface)?.shape ?? [];
  const isGrid = [places, places / 3].some((each) => stridesFor(each, surface) !== undefined);
  if (columns !== 6 || (isGrid && !surface.given)) return [];
  const why = `${shownPort(port)}: corners, score and class in a row`;
  return [readingOf(port.name, why, choosesItself(surface) ? 1 : 0)];
}

function readingOf(output: string, why: string, strength: 0 | 1): Reading {
  return { outputs: { all: output }, form: {}, why, strength };
}

function decode(outputs: Tensors, spec: ModelSpec, floor: number): Found {
  const { data, rows, columns } = tableOf(outputs, spec, "all");
  const place = columnsOf.get(columns);
  if (place === undefined) throw badOutput(spec.name, `it gave rows of ${columns} numbers`);
  const { width, height } = spec.form.boxes === "shares" ? spec.size : { width: 1, height: 1 };
  const found = createGathering(spec.name, floor);
  for (let row = 0, at = 0; row < rows; row++, at += columns) {
    const score = data[at + place.score] ?? 0;
    const isOtherImage = columns === 7 && data[at] !== 0;
    if (score < found.floor || isOtherImage) continue;
    const from = at + place.corners;
    gather(
      found,
      Math.round(data[at + place.index] ?? NaN) - spec.form.firstClass,
      score,
      (data[from] ?? NaN) * width,
      (data[from + 1] ?? NaN) * height,
      (data[from + 2] ?? NaN) * width,
      (data[from + 3] ?? NaN) * height,
    );
  }
  return gathered(found);
}
