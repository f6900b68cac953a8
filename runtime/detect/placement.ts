// Where an image lies in the input of a model. Pure.
import type { Size } from "../contract/image.ts";
import type { ModelSpec } from "./model_spec.ts";

/** The image is resized to `width` x `height` and put at `left`, `top` of the input; all in whole pixels. */
export type Placement = Size & { readonly left: number; readonly top: number };

export function placementOf(image: Size, { size, preprocess }: Pick<ModelSpec, "size" | "preprocess">): Placement {
  if (preprocess.fit === "stretch") return { ...size, left: 0, top: 0 };
  const scale = Math.min(size.width / image.width, size.height / image.height);
  const width = Math.min(Math.max(Math.round(image.width * scale), 1), size.width);
  const height = Math.min(Math.max(Math.round(image.height * scale), 1), size.height);
  if (preprocess.anchor === "top_left") return { width, height, left: 0, top: 0 };
  return { width, height, left: Math.floor((size.width - width) / 2), top: Math.floor((size.height - height) / 2) };
}
