// A step with a model, as it stands in provenance.
import type { BoundPlugin, ModelNote } from "../../runtime/contract/version.ts";

export function stepWithModel(labels: readonly string[], more: Partial<ModelNote> = {}): BoundPlugin {
  const model: ModelNote = {
    name: "tiny",
    digest: "0123456789abcdef".repeat(4),
    labels,
    layout: "yolox",
    runtime: "native, onnxruntime-node 1.30.0",
    ...more,
  };
  return { id: "detect", uses: "detect", kind: "item", version: 1, options: {}, model };
}
