// NanoDet: for each place how sure it is of each class, and four distributions over 0 to 7 cells for the distances to the
// sides of the box. Two outputs for each grid, or all in one. Source: github.com/RangiLyu/nanodet, gfl_head.py.
import { badOutput, createGathering, type Found, gather, gathered, type Gathering } from "../found.ts";
import type { Port } from "../graph.ts";
import type { ModelSpec } from "../model_spec.ts";
import type { Tensors } from "../tensor.ts";
import {
  cellsOf,
  hasLengths,
  isComputed,
  type LayoutDefinition,
  mainOutput,
  type Reading,
  shownPort,
  stridesFor,
  type Surface,
} from "./layout.ts";
import { indexOfBest, type Table, tableOf } from "./numbers.ts";

export const nanodet: LayoutDefinition = {
  layout: "nanodet",
  summary: "[1, places, classes] and [1, places, 32] for each grid, or [1, places, classes + 32]",
  usual: {
    color: "bgr",
    scale: 1,
    mean: [103.53, 116.28, 123.675],
    std: [57.375, 57.12, 58.395],
    fit: "stretch",
    anchor: "top_left",
    pad: 0,
    filter: "linear",
  },
  defaults: { minScore: 0.35, iou: 0.5 },
  readings,
  decode,
};

/** Steps of a distribution, and numbers that a box takes. */
const bins = 8;
const sides = 4 * bins;

function readings(surface: Surface): readonly Reading[] {
  const reading = mainOutput(surface) === undefined ? gridReading(surface) : singleReading(surface);
  return reading === undefined ? [] : [reading];
}

/** NanoDet-Plus has a fourth grid, and its places are the corners of cells. */
function singleReading(surface: Surface): Reading | undefined {
  const port = mainOutput(surface);
  const [, places = 0, columns = 0] = port?.shape ?? [];
  const strides = stridesFor(places, surface);
  if (port === undefined || columns <= sides || strides === undefined) return undefined;
  if (!surface.given && isComputed(surface, port.name)) return undefined;
  const classes = columns - sides;
  return {
    outputs: { all: port.name },
    classes,
    form: { strides, center: strides.length > 3 ? 0 : 0.5 },
    why: `${shownPort(port)}, which is ${classes} classes + 4 x ${bins} in the ${places} places of grids of ` +
      `${strides.join(", ")} pixels`,
    strength: 1,
  };
}

function gridReading(surface: Surface): Reading | undefined {
  const ports = surface.outputs.filter(({ shape }) => shape.length === 3).filter(hasLengths);
  const isSides = ({ name, shape }: Port) => shape[2] === sides && !/cls|class|score/i.test(name);
  const boxes = ports.filter(isSides);
  const scores = ports.filter((port) => !isSides(port));
  const classes = Number(scores[0]?.shape[2] ?? 0);
  if (boxes.length === 0 || boxes.length !== scores.length || ports.length !== surface.outputs.length) return undefined;
  const strides = (surface.strides ?? [8, 16, 32, 64]).slice(0, boxes.length);
  const outputs: Record<string, string> = {};
  for (const stride of strides) {
    const here = ({ shape }: Port) => shape[1] === cellsOf(surface.size, [stride]);
    const [cls, dis] = [scores.find(here), boxes.find(here)];
    if (cls === undefined || dis === undefined || cls.shape[2] !== classes) return undefined;
    outputs[`scores ${stride}`] = cls.name;
    outputs[`boxes ${stride}`] = dis.name;
  }
  return {
    outputs,
    classes,
    form: { strides, center: 0.5 },
    why: `its outputs are ${classes} classes and 4 x ${bins} for each place of grids of ${strides.join(", ")} pixels`,
    strength: 1,
  };
}

function decode(outputs: Tensors, spec: ModelSpec, floor: number): Found {
  const found = createGathering(spec.name, floor);
  const all = spec.outputs.all === undefined ? undefined : tableOf(outputs, spec, "all");
  const { strides } = spec.form;
  if (all !== undefined && all.rows !== cellsOf(spec.size, strides)) {
    throw badOutput(spec.name, `it gave ${all.rows} places`);
  }
  let row = 0;
  for (const stride of strides) {
    const scores = all ?? tableOf(outputs, spec, `scores ${stride}`);
    const boxes = all ?? tableOf(outputs, spec, `boxes ${stride}`, sides);
    const classes = all === undefined ? scores.columns : all.columns - sides;
    decodeGrid(found, { scores, boxes, classes, stride, first: all === undefined ? 0 : row }, spec);
    row += cellsOf(spec.size, [stride]);
  }
  return gathered(found);
}

type Grid = {
  readonly scores: Table;
  readonly boxes: Table;
  readonly classes: number;
  readonly stride: number;
  /** Row of its first place. */
  readonly first: number;
};

function decodeGrid(found: Gathering, { scores, boxes, classes, stride, first }: Grid, spec: ModelSpec): void {
  const across = Math.ceil(spec.size.width / stride);
  const places = cellsOf(spec.size, [stride]);
  for (let place = 0; place < places; place++) {
    const at = (first + place) * scores.columns;
    const best = indexOfBest(scores.data, at, at + classes);
    const score = scores.data[best] ?? NaN;
    if (score < found.floor) continue;
    const from = (first + place + 1) * boxes.columns - sides;
    const x = (place % across + spec.form.center) * stride;
    const y = (Math.floor(place / across) + spec.form.center) * stride;
    const reach = (side: number) => expected(boxes.data, from + side * bins) * stride;
    gather(found, best - at, score, x - reach(0), y - reach(1), x + reach(2), y + reach(3));
  }
}

/** The mean of a distribution that is given by the logarithms of its weights. */
function expected(data: Float32Array, from: number): number {
  const highest = data[indexOfBest(data, from, from + bins)] ?? NaN;
  let sum = 0;
  let total = 0;
  for (let bin = 0; bin < bins; bin++) {
    const weight = Math.exp((data[from + bin] ?? 0) - highest);
    sum += weight;
    total += weight * bin;
  }
  return total / sum;
}
