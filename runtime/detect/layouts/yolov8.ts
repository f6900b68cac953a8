// YOLOv8, YOLO11 and their kin: middle, width and height in pixels of the input, and how sure it is of each class, for each
// place: [1, 4 + classes, places], or with places as rows. Source: docs.ultralytics.com, export to ONNX.
import { createGathering, type Found, gather, gathered } from "../found.ts";
import type { ModelSpec } from "../model_spec.ts";
import type { Tensors } from "../tensor.ts";
import {
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
import { indexOfBest, type Table, tableOf } from "./numbers.ts";

export const yolov8: LayoutDefinition = {
  layout: "yolov8",
  summary: "[1, 4 + classes, places] or [1, places, 4 + classes], boxes as middle and size in pixels",
  usual: usualOfUltralytics,
  defaults: { minScore: 0.25, iou: 0.45 },
  readings,
  decode,
};

function readings(surface: Surface): readonly Reading[] {
  const port = mainOutput(surface);
  if (port === undefined || (!surface.given && isRaw(surface, port.name))) return [];
  const [, first = 0, second = 0] = port.shape;
  const known = [first, second].map((places) => stridesFor(places, surface) !== undefined);
  // Without a length that is known, the longer side are the places: with equal ones it may be either.
  const sides = known.includes(true) ? known : [first >= second, second >= first];
  const readings: Reading[] = [];
  if (sides[1]) readings.push(...readingOf(surface, port.name, [first, second], "values"));
  if (sides[0]) readings.push(...readingOf(surface, port.name, [second, first], "places"));
  return readings.map((reading) => ({ ...reading, why: `${shownPort(port)}, which is ${reading.why}` }));
}

function readingOf(
  surface: Surface,
  output: string,
  [values, places]: readonly [number, number],
  rows: "values" | "places",
): readonly Reading[] {
  const classes = values - 4;
  const exact = stridesFor(places, surface) !== undefined;
  const anchored = stridesFor(places / 3, surface) !== undefined;
  if (classes < 1 || (!surface.given && rows === "places" && !exact && (anchored || choosesItself(surface)))) return [];
  const doubt = doubtOf(values, exact);
  return [{
    outputs: { all: output },
    classes,
    form: { rows },
    why: `4 + ${classes} classes in ${places} places`,
    strength: exact ? 1 : 0,
    ...(doubt === undefined ? {} : { doubt }),
  }];
}

function doubtOf(values: number, exact: boolean): string | undefined {
  if (values === 56) return "56 values may also be those of a model for poses: 4 + 1 + 17 points of 3 numbers";
  if (values === 6 && !exact) return "6 values may be 4 + 2 classes, or corners, score and class";
  return undefined;
}

function decode(outputs: Tensors, spec: ModelSpec, floor: number): Found {
  const table = tableOf(outputs, spec, "all");
  const found = createGathering(spec.name, floor);
  if (spec.form.rows === "places") decodePlaces(found, table);
  else decodeValues(found, table);
  return gathered(found);
}

type Into = ReturnType<typeof createGathering>;

function decodePlaces(found: Into, { data, rows, columns }: Table): void {
  for (let row = 0, at = 0; row < rows; row++, at += columns) {
    const best = indexOfBest(data, at + 4, at + columns);
    const score = data[best] ?? NaN;
    if (score < found.floor) continue;
    add(found, best - at - 4, score, data[at], data[at + 1], data[at + 2], data[at + 3]);
  }
}

/** Value by value, each for all places, as they lie in memory. */
function decodeValues(found: Into, { data, rows, columns: places }: Table): void {
  const best = new Float32Array(places).fill(-Infinity);
  const classes = new Uint16Array(places);
  for (let row = 4, at = 4 * places; row < rows; row++) {
    for (let place = 0; place < places; place++, at++) {
      const value = data[at] ?? 0;
      if (!(value > (best[place] ?? 0))) continue;
      best[place] = value;
      classes[place] = row - 4;
    }
  }
  for (let place = 0; place < places; place++) {
    const score = numberOf(best[place]);
    if (score < found.floor) continue;
    const at = place + places;
    add(found, classes[place] ?? 0, score, data[place], data[at], data[at + places], data[at + 2 * places]);
  }
}

/** A place of which no value was a number is nonsense, not nothing. */
function numberOf(best: number | undefined): number {
  return best === undefined || best === -Infinity ? NaN : best;
}

function add(
  found: Into,
  index: number,
  score: number,
  middle = NaN,
  center = NaN,
  width = NaN,
  height = NaN,
): void {
  gather(found, index, score, middle - width / 2, center - height / 2, middle + width / 2, center + height / 2);
}
