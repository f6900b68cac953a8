// The layouts that are known: the one list of them.
import type { Layout } from "../../contract/detection.ts";
import type { Found } from "../found.ts";
import type { ModelSpec } from "../model_spec.ts";
import type { Tensors } from "../tensor.ts";
import { detr } from "./detr.ts";
import { endToEnd } from "./end_to_end.ts";
import type { LayoutDefinition } from "./layout.ts";
import { nanodet } from "./nanodet.ts";
import { ssd } from "./ssd.ts";
import { ultraface } from "./ultraface.ts";
import { yolov5 } from "./yolov5.ts";
import { yolov8 } from "./yolov8.ts";
import { yolox } from "./yolox.ts";

export const layoutDefinitions: Readonly<Record<Layout, LayoutDefinition>> = {
  yolox,
  yolov5,
  yolov8,
  end_to_end: endToEnd,
  ssd,
  detr,
  nanodet,
  ultraface,
};

/** What a model found, of what scores at least `floor` the best 3,000. Throws `ItemError` `bad_output`. */
export function decodeOutputs(outputs: Tensors, spec: ModelSpec, floor: number): Found {
  return layoutDefinitions[spec.layout].decode(outputs, spec, floor);
}
