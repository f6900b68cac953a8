// YOLOX: a grid that is not decoded. Each place has x and y in cells from its own, the logarithm of width and height in cells,
// how sure it is that something is there, and of each class. Source: github.com/Megvii-BaseDetection/YOLOX, demo_utils.py.
import { badOutput, createGathering, type Found, gather, gathered, type Gathering } from "../found.ts";
import type { ModelSpec } from "../model_spec.ts";
import type { Tensors } from "../tensor.ts";
import {
  cellsOf,
  isComputed,
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

export const yolox: LayoutDefinition = {
  layout: "yolox",
  summary: "[1, places, 5 + classes], boxes as offsets on grids",
  usual: { ...usualOfUltralytics, color: "bgr", scale: 1, anchor: "top_left" },
  defaults: { minScore: 0.3, iou: 0.45 },
  readings,
  decode,
};

function readings(surface: Surface): readonly Reading[] {
  const port = mainOutput(surface);
  if (port === undefined) return [];
  const [, places = 0, columns = 0] = port.shape;
  const strides = stridesFor(places, surface, [[8, 16, 32]]);
  if (columns < 6 || strides === undefined) return [];
  if (!surface.given && isComputed(surface, port.name)) return [];
  const how = isRaw(surface, port.name) ? ", not decoded yet" : "";
  return [{
    outputs: { all: port.name },
    classes: columns - 5,
    form: { strides },
    why: `${shownPort(port)}, which is 5 + ${columns - 5} classes in the ${places} places of grids of ` +
      `${strides.join(", ")} pixels${how}`,
    strength: 1,
  }];
}

function decode(outputs: Tensors, spec: ModelSpec, floor: number): Found {
  const table = tableOf(outputs, spec, "all");
  const { strides } = spec.form;
  if (table.rows !== cellsOf(spec.size, strides)) throw badOutput(spec.name, `it gave ${table.rows} places`);
  const found = createGathering(spec.name, floor);
  let row = 0;
  for (const stride of strides) row = decodeGrid(found, table, spec, { stride, row });
  return gathered(found);
}

/** Returns the row behind the grid. */
function decodeGrid(
  found: Gathering,
  { data, columns }: Table,
  { size }: ModelSpec,
  { stride, row }: { readonly stride: number; readonly row: number },
): number {
  const across = Math.ceil(size.width / stride);
  const down = Math.ceil(size.height / stride);
  let at = row * columns;
  for (let y = 0; y < down; y++) {
    for (let x = 0; x < across; x++, at += columns) {
      const sure = data[at + 4] ?? 0;
      if (sure < found.floor) continue;
      const best = indexOfBest(data, at + 5, at + columns);
      const halfWidth = Math.exp(data[at + 2] ?? 0) * stride / 2;
      const halfHeight = Math.exp(data[at + 3] ?? 0) * stride / 2;
      const middle = ((data[at] ?? 0) + x) * stride;
      const center = ((data[at + 1] ?? 0) + y) * stride;
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
  }
  return row + across * down;
}
