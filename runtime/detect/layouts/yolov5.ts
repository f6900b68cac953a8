// YOLOv5 and its kin (YOLOv7, decoded YOLOX, YOLOv6): a row for each place with middle, width and height in pixels of the input,
// how sure it is that something is there, and of each class. Source: github.com/ultralytics/yolov5, models/yolo.py.
import { createGathering, type Found, gather, gathered } from "../found.ts";
import type { ModelSpec } from "../model_spec.ts";
import type { Tensors } from "../tensor.ts";
import {
  cellsOf,
  choosesItself,
  isRaw,
  type LayoutDefinition,
  mainOutput,
  type Reading,
  shownPort,
  stridesFor,
  type Surface,
  usualOfUltralytics,
} from "./layout.ts";
import { indexOfBest, tableOf } from "./numbers.ts";

export const yolov5: LayoutDefinition = {
  layout: "yolov5",
  summary: "[1, places, 5 + classes], boxes as middle and size in pixels",
  usual: usualOfUltralytics,
  defaults: { minScore: 0.25, iou: 0.45 },
  readings,
  decode,
};

/** Boxes of different form at each place. */
const anchors = 3;

function readings(surface: Surface): readonly Reading[] {
  const port = mainOutput(surface);
  if (port === undefined) return [];
  const [, places = 0, columns = 0] = port.shape;
  if (columns < 6 || (!surface.given && (isRaw(surface, port.name) || columns >= places))) return [];
  const anchored = stridesFor(places / anchors, surface) !== undefined;
  const single = stridesFor(places, surface) !== undefined;
  if (!surface.given && !anchored && choosesItself(surface)) return [];
  return [{
    outputs: { all: port.name },
    classes: columns - 5,
    form: {},
    why: `${shownPort(port)}, which is 5 + ${columns - 5} classes in ${places} places` +
      (anchored ? `, ${anchors} for each of ${cellsOf(surface.size, [8, 16, 32])} cells or more` : ""),
    strength: anchored || single ? 1 : 0,
    ...(single ? { doubt: "models with one box a cell differ in the colours that they take (YOLOX, YOLOv6)" } : {}),
  }];
}

function decode(outputs: Tensors, spec: ModelSpec, floor: number): Found {
  const { data, rows, columns } = tableOf(outputs, spec, "all");
  const found = createGathering(spec.name, floor);
  for (let row = 0, at = 0; row < rows; row++, at += columns) {
    const sure = data[at + 4] ?? 0;
    if (sure < found.floor) continue;
    const best = indexOfBest(data, at + 5, at + columns);
    const middle = data[at] ?? 0;
    const center = data[at + 1] ?? 0;
    const halfWidth = (data[at + 2] ?? 0) / 2;
    const halfHeight = (data[at + 3] ?? 0) / 2;
    gather(
      found,
      best - at - 5,
      sure * (data[best] ?? NaN),
      middle - halfWidth,
      center - halfHeight,
      middle + halfWidth,
      center + halfHeight,
    );
  }
  return gathered(found);
}
