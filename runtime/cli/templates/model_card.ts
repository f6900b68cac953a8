// A model card to start from, for a model that has none.
import { Document, isScalar, visit } from "yaml";
import type { ModelSpec } from "../../detect/model_spec.ts";

export type CardPlan = {
  readonly name: string;
  /** Where the card finds the weights: a file beside it, or an address. */
  readonly weights: { readonly file: string } | { readonly url: string; readonly size: number };
  readonly sha256: string;
  readonly spec: ModelSpec;
};

/** The text of the card. What only its author can know is for them to fill in. */
export function modelCardTemplate({ name, weights, sha256, spec }: CardPlan): string {
  const { size, preprocess, layout, form, defaults, labels } = spec;
  const { color, scale, mean, std, fit, anchor, pad, filter } = preprocess;
  const isPlain = mean.every((each) => each === 0) && std.every((each) => each === 1);
  const letterbox = fit === "letterbox" ? { anchor, pad: Math.round(pad) } : {};
  const card = {
    name: cardNameOf(name),
    summary: "What it finds, in a few words",
    weights: { ...weights, sha256 },
    licence: "Under which terms the weights may be used",
    trained_on: "Which images it has seen",
    limits: "What it cannot do",
    input: {
      size: [size.width, size.height],
      color,
      scale,
      ...isPlain ? {} : { mean: [...mean], std: [...std] },
      fit,
      ...letterbox,
      filter,
    },
    output: {
      layout,
      ...form.strides.length === 0 ? {} : { strides: [...form.strides] },
      ...form.firstClass === 0 ? {} : { first_class: form.firstClass },
      ...form.boxes === "shares" ? { boxes: form.boxes } : {},
    },
    min_score: defaults.minScore,
    iou: defaults.iou,
    ...hasNames(labels) ? { labels: [...labels] } : {},
  };
  const document = new Document(card);
  visit(document, {
    Seq: (_key, list) => {
      list.flow = list.items.every((entry) => isScalar(entry) && typeof entry.value === "number");
    },
  });
  const missing = hasNames(labels) ? "" : `# labels: a list of what its classes are called, in its order\n`;
  return document.toString({ lineWidth: 120, flowCollectionPadding: false }) + missing;
}

/** False when the classes are only numbered, or not even counted. */
export function hasNames(labels: readonly string[]): boolean {
  return labels.some((label, at) => label !== `class ${at}`);
}

/** A name as cards have it. */
export function cardNameOf(file: string): string {
  const name = file.replace(/\.onnx$/i, "").toLowerCase().replaceAll(/[^a-z0-9._-]+/g, "-");
  return name.replace(/^[^a-z0-9]+/, "") || "model";
}
