// Settles what a request, a card, a file's metadata and its shapes leave open about a classifier. Pure.
import type { ClassifierRequest, Softmax } from "../contract/classification.ts";
import type { Preprocess } from "../contract/detection.ts";
import type { Card } from "./card.ts";
import type { Graph, Port } from "./graph.ts";
import { hasLengths, shownPort } from "./layouts/layout.ts";
import { metadataOf } from "./metadata.ts";
import type { ClassifierSpec, Feeding } from "./model_spec.ts";
import { preprocessNote } from "./preprocess_note.ts";
import { refused, settleInput } from "./settle_input.ts";

export type ClassifierQuestion = {
  /** How messages and the spec call the model. */
  readonly name: string;
  readonly graph: Graph;
  readonly card?: Card | undefined;
  readonly request: Pick<ClassifierRequest, "size" | "labels" | "preprocess" | "softmax">;
  /** From a file beside the model. */
  readonly labels?: readonly string[] | undefined;
  /** Outputs of a run with `emptyFeeds()`, shapes as they came out. */
  readonly trial?: { readonly outputs: readonly Port[] } | undefined;
};

/** `needs_trial` as in `settleModel()`. */
export type ClassifierAnswer =
  | { readonly kind: "settled"; readonly spec: ClassifierSpec; readonly notes: readonly string[] }
  | { readonly kind: "needs_trial"; readonly feeding: Feeding; readonly why: string };

/** Pre-processing of most models that were trained on ImageNet. */
const usual: Preprocess = {
  color: "rgb",
  scale: 1 / 255,
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
  fit: "stretch",
  anchor: "center",
  pad: 0,
  filter: "linear",
};
const usualSize = [224, 224] as const;
const mostClasses = 100_000;

/** What a request says goes before what the card says, then a file of labels, metadata, shapes, and what is usual. Throws
 *  `InputError` for what is no classifier and for what does not fit together. */
export function settleClassifier(question: ClassifierQuestion): ClassifierAnswer {
  const { name, graph, card, request, trial } = question;
  const { layout } = card?.output ?? {};
  if (layout !== undefined && layout !== "classes") {
    throw refused(name, `its card says that it finds objects (${layout}): it is for the step \`detect\``);
  }
  const metadata = metadataOf(graph);
  const input = settleInput({ name, graph, metadata, asked: request.size, card: card?.size, usualSize });
  const outputs = trial?.outputs ?? graph.outputs;
  const open = outputs.find((port) => port.shape.length === 0 || !hasLengths(port));
  if (open !== undefined && trial === undefined) {
    return { kind: "needs_trial", feeding: input.feeding, why: `the model leaves the shape of "${open.name}" open` };
  }
  const [labels, from] = labelsFor(question, metadata.labels);
  const output = outputOf(name, outputs, labels?.length);
  const softmax = softmaxFor(question, output);
  const spec: ClassifierSpec = {
    ...input.feeding,
    name,
    layout: "classes",
    classes: output.classes,
    labels: labels === undefined ? numbered(output.classes) : distinct(labels),
    preprocess: preprocessOf(question, input.feeding),
    outputs: { scores: output.name },
    softmax,
  };
  const notes = [
    ...input.notes,
    `layout classes: ${shownPort(output)}, ${softmaxNote(softmax)}`,
    `labels: ${output.classes}, ${from}`,
    preprocessNote(spec.preprocess),
  ];
  return { kind: "settled", spec, notes };
}

function labelsFor({ card, request, labels }: ClassifierQuestion, inFile: readonly string[] | undefined) {
  if (request.labels !== undefined) return [request.labels, "as asked"] as const;
  if (card?.labels !== undefined) return [card.labels, "from its card"] as const;
  if (labels !== undefined) return [labels, "from labels.txt beside it"] as const;
  if (inFile !== undefined) return [inFile, "from its metadata"] as const;
  return [undefined, "without names: they are called `class 0` and so on"] as const;
}

type ScoresPort = Port & { readonly classes: number };

/** The output that holds one number a class: [N, C], or the same with lengths of 1. */
function outputOf(name: string, outputs: readonly Port[], labels: number | undefined): ScoresPort {
  const possible = outputs.flatMap((port): ScoresPort[] => {
    const long = port.shape.slice(1).filter((length) => length !== 1);
    if (port.shape.length < 2 || long.length > 1 || !/^float/.test(port.type)) return [];
    return [{ ...port, classes: Number(long[0] ?? 1) }];
  });
  const shown = outputs.map(shownPort).join(", ") || "it has no output";
  if (possible.length === 0) {
    throw refused(name, `a classifier has an output [images, classes] of floating-point numbers; ${shown}`);
  }
  const fitting = possible.filter(({ classes }) => labels === undefined || classes === labels);
  const [only, ...others] = fitting;
  if (only === undefined) {
    const held = possible.map(({ classes }) => classes).join(" or ");
    throw refused(name, `there are ${labels} labels, and its output holds ${held} classes: give as many of both`);
  }
  if (others.length > 0) throw refused(name, `several of its outputs may be the scores of classes; ${shown}`);
  if (only.classes > mostClasses) throw refused(name, `it has ${only.classes} classes, at most ${mostClasses}`);
  return only;
}

/** Behind a Sigmoid each number stands for itself, and they need not sum to 1. */
function softmaxFor(
  { name, graph, card, request }: ClassifierQuestion,
  { name: output, classes }: ScoresPort,
): Softmax {
  const given = request.softmax ?? card?.output.softmax ?? "auto";
  const tail = graph.tails[output] ?? [];
  const isSigmoid = tail.length > 0 && tail.every((operator) => /Sigmoid$/.test(operator));
  const softmax = given === "auto" && isSigmoid ? false : given;
  if (classes > 1 || softmax === false) return softmax;
  throw refused(name, "it gives one number an image: say `softmax: false` if that is a score from 0 to 1");
}

function softmaxNote(softmax: Softmax): string {
  if (softmax === "auto") return "taken as shares where they sum to 1, else made shares by softmax";
  return softmax ? "made shares by softmax" : "each a score by itself";
}

function preprocessOf({ card, request }: ClassifierQuestion, { input }: Feeding): Preprocess {
  // Models that take bytes take them as they are.
  const plain: Partial<Preprocess> = input.type === "uint8" ? { scale: 1, mean: [0, 0, 0], std: [1, 1, 1] } : {};
  // Whoever names a scale means that scale, not the mean and deviation that go with another.
  const given = { ...card?.preprocess, ...request.preprocess };
  const bare: Partial<Preprocess> = given.scale === undefined ? {} : { mean: [0, 0, 0], std: [1, 1, 1] };
  return { ...usual, ...plain, ...bare, ...given };
}

function numbered(classes: number): readonly string[] {
  return Array.from({ length: classes }, (_, index) => `class ${index}`);
}

/** Lists of labels name some classes alike, those of ImageNet "crane" and "maillot": the later ones get their number. */
function distinct(labels: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return labels.map((label, index) => {
    const name = seen.has(label) ? `${label} (${index})` : label;
    seen.add(label);
    return name;
  });
}
