// Settles what a request, a card, a file's metadata and its shapes leave open about a model. Pure.
import type { DetectorRequest, Preprocess } from "../contract/detection.ts";
import type { Card } from "./card.ts";
import type { Graph, Port } from "./graph.ts";
import { layoutDefinitions } from "./layouts/layouts.ts";
import type { Surface } from "./layouts/layout.ts";
import { metadataOf } from "./metadata.ts";
import type { Feeding, Form, ModelSpec } from "./model_spec.ts";
import { preprocessNote } from "./preprocess_note.ts";
import { refused, settleInput } from "./settle_input.ts";
import { type SettledLayout, settleLayout } from "./settle_layout.ts";

export type ModelQuestion = {
  /** How messages and the spec call the model. */
  readonly name: string;
  readonly graph: Graph;
  readonly card?: Card | undefined;
  readonly request: Pick<DetectorRequest, "size" | "layout" | "labels" | "preprocess">;
  /** Outputs of a run with `emptyFeeds()`, shapes as they came out. */
  readonly trial?: { readonly outputs: readonly Port[] } | undefined;
};

/** `needs_trial`: the shapes of the graph do not say enough; ask again with the outputs of a run of `feeding`. Never the
 *  answer to a question with a trial. */
export type ModelAnswer =
  | { readonly kind: "settled"; readonly spec: ModelSpec; readonly notes: readonly string[] }
  | { readonly kind: "needs_trial"; readonly feeding: Feeding; readonly why: string };

/** What a request says goes before what the card says, then metadata, shapes, and what is usual for the layout. Throws
 *  `InputError` for what is no detector, for what would be a guess, and for what does not fit together. */
export function settleModel(question: ModelQuestion): ModelAnswer {
  const { name, graph, card, request, trial } = question;
  const layout = request.layout ?? card?.output.layout;
  if (layout === "classes") {
    throw refused(name, "its card says that it names whole images: it is for the step `predict`");
  }
  const metadata = metadataOf(graph);
  const input = settleInput({ name, graph, metadata, asked: request.size, card: card?.size });
  const outputs = trial?.outputs ?? graph.outputs;
  const open = outputs.filter(isOpen);
  if (open.length > 0 && trial === undefined && !haveTellingNames(outputs)) {
    const why = `the model leaves the shape of "${open[0]?.name}" open`;
    return { kind: "needs_trial", feeding: input.feeding, why };
  }
  const [labels, from] = request.labels !== undefined
    ? [request.labels, "as asked"]
    : card?.labels !== undefined
    ? [card.labels, "from its card"]
    : [metadata.labels, "from its metadata"];
  const surface = surfaceOf(question, outputs, input.feeding, layout !== undefined);
  const settled = settleLayout({ name, surface, layout, labels: labels?.length, task: metadata.task });
  const names = labels ?? numberedLabels(settled);
  const spec = specOf(question, input.feeding, settled, names);
  const notes = [
    ...input.notes,
    `layout ${settled.layout}: ${settled.reading.why}`,
    labelNote(names, labels === undefined ? undefined : from),
    preprocessNote(spec.preprocess),
  ];
  return { kind: "settled", spec, notes };
}

/** The length of the batch may be open, and how many rows there are where the columns tell enough. */
function isOpen({ shape }: Port): boolean {
  if (shape.length === 0) return true;
  return !(shape.length === 2 && shape[1] === 7) && shape.slice(1).some((length) => typeof length === "string");
}

/** Outputs of these names are read by their names, whatever their shapes. */
function haveTellingNames(outputs: readonly Port[]): boolean {
  const names = outputs.map(({ name }) => name.toLowerCase().replace(/:\d+$/, ""));
  return ["boxes", "scores"].every((word) =>
    names.some((name) => name === word || name.endsWith(`detection_${word}`))
  ) &&
    names.some((name) => name === "labels" || name.endsWith("detection_classes"));
}

function surfaceOf(
  { graph, card }: ModelQuestion,
  outputs: readonly Port[],
  feeding: Feeding,
  given: boolean,
): Surface {
  const { tails, operators } = graph;
  const strides = card?.output.strides;
  return { outputs, tails, operators, size: feeding.size, strides, sized: feeding.sizes !== undefined, given };
}

function specOf(
  { name, card, request }: ModelQuestion,
  feeding: Feeding,
  { layout, reading }: SettledLayout,
  labels: readonly string[],
): ModelSpec {
  const { usual, defaults } = layoutDefinitions[layout];
  // Models that take bytes take them as they are.
  const plain: Partial<Preprocess> = feeding.input.type === "uint8"
    ? { scale: 1, mean: [0, 0, 0], std: [1, 1, 1] }
    : {};
  return {
    ...feeding,
    name,
    layout,
    labels,
    preprocess: { ...usual, ...plain, ...card?.preprocess, ...request.preprocess },
    outputs: reading.outputs,
    form: formOf(name, layout, reading.form, card),
    defaults: { minScore: card?.minScore ?? defaults.minScore, iou: card?.iou ?? defaults.iou },
  };
}

function formOf(name: string, layout: string, form: Partial<Form>, card: Card | undefined): Form {
  const boxes = card?.output.boxes ?? form.boxes;
  if (layout === "detr" && boxes === undefined) {
    throw refused(
      name,
      "its boxes may be in pixels or in shares of the input: say which with `output.boxes` in a card",
    );
  }
  return {
    strides: form.strides ?? [],
    rows: form.rows ?? "places",
    firstClass: card?.output.firstClass ?? form.firstClass ?? 0,
    boxes: boxes ?? "pixels",
    center: form.center ?? 0,
  };
}

function numberedLabels({ reading }: SettledLayout): readonly string[] {
  return Array.from({ length: reading.classes ?? 0 }, (_, index) => `class ${index}`);
}

function labelNote(labels: readonly string[], from: string | undefined): string {
  if (from !== undefined) return `labels: ${labels.length}, ${from}`;
  return labels.length === 0
    ? "labels: neither their names nor their number are known, they are called `class 0` and so on"
    : `labels: ${labels.length}, without names: they are called \`class 0\` and so on`;
}
