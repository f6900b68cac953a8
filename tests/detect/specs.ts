// Specs of small models for tests.
import type { Layout } from "../../runtime/contract/detection.ts";
import type { Found } from "../../runtime/detect/found.ts";
import { layoutDefinitions } from "../../runtime/detect/layouts/layouts.ts";
import type { Form, ModelSpec } from "../../runtime/detect/model_spec.ts";

export type SpecChanges = Partial<Omit<ModelSpec, "form">> & { readonly form?: Partial<Form> };

/** A spec of a layout with all at its usual values: 64 x 32 pixels, one output `all`. */
export function specFor(layout: Layout, { form, ...changes }: SpecChanges = {}): ModelSpec {
  const { usual, defaults } = layoutDefinitions[layout];
  return {
    name: "test",
    layout,
    labels: [],
    size: { width: 64, height: 32 },
    preprocess: usual,
    input: { name: "images", type: "float32", order: "nchw", batch: 1 },
    outputs: { all: "out" },
    form: { strides: [], rows: "places", firstClass: 0, boxes: "pixels", center: 0, ...form },
    defaults,
    ...changes,
  };
}

/** What was found, a row each: class, score, corners, rounded to thousandths, without negative zeros. */
export function rowsOf({ count, classes, scores, boxes }: Found): number[][] {
  return Array.from({ length: count }, (_, at) => {
    const row = [classes[at] ?? NaN, scores[at] ?? NaN, ...boxes.slice(4 * at, 4 * at + 4)];
    return row.map((value) => Math.round(value * 1000) / 1000 + 0);
  });
}
