// An inspected model as text for people. Pure.
import { layouts } from "../contract/detection.ts";
import type { Graph, Port } from "../detect/graph.ts";
import type { TriedPort } from "../detect/sessions/session_messages.ts";
import { backendText, countedFrom, type Inspection, type Trial } from "./inspection.ts";
import type { Paint } from "./paint.ts";
import { hasNames } from "./templates/model_card.ts";
import { table } from "./table.ts";
import { bytes, count, fitted, plain, plural, wrapped } from "./text.ts";

/** Texts to paste, made by somebody else. */
export type Snippets = { readonly manifest: string | undefined; readonly card: string | undefined };

/** What there is to know of a model, each line at most `width` columns wide but for what is to be pasted. */
export function inspectionLines(inspection: Inspection, snippets: Snippets, width: number, paint: Paint): string[] {
  const { found, graph, settled, trial } = inspection;
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ["", paint.bold(title), ...lines];
  return [
    `${paint.bold(plain(found.name))}  ${bytes(found.bytes.length)}`,
    ...factLines(inspection, width),
    ...section("Inputs", portLines(graph.inputs, paint)),
    ...section("Outputs", portLines(graph.outputs, paint)),
    ...section("Metadata", metadataLines(graph, width)),
    ...section("How it would be read", settled.kind === "settled" ? noteLines(settled.notes, width) : []),
    ...section("Why it is refused", settled.kind === "refused" ? refusedLines(settled.why, width, paint) : []),
    ...section("Trial", trial === undefined ? [] : trialLines(trial, width, paint)),
    ...section("In a manifest", pasteLines(snippets.manifest)),
    ...section("A card to start from", pasteLines(snippets.card)),
  ];
}

function factLines({ found, graph, settled }: Inspection, width: number): string[] {
  const custom = graph.operators.filter((operator) => operator.includes(":"));
  const labels = settled.kind === "settled" ? settled.spec.labels : [];
  const row = (title: string, text: string | undefined) => text === undefined ? [] : rowLines(title, text, width);
  return [
    ...row("file", found.path),
    ...row("sha256", found.digest),
    ...row("made by", `${graph.producer || "nobody says"}, opset ${graph.opset}`),
    ...row("operators", `${plural(graph.operators.length, "kind")}${custom.length === 0 ? ", all of plain ONNX" : ""}`),
    ...row("not ONNX", custom.length === 0 ? undefined : custom.join(", ")),
    ...row("card", found.card === undefined ? "none knows this file" : `${found.card.name}: ${found.card.summary}`),
    ...row("licence", found.card?.licence ?? "not known: ask whoever gave you the file"),
    ...row("labels", hasNames(labels) ? `${labels.length}: ${shortList(labels)}` : undefined),
  ];
}

const mostLabels = 20;

function shortList(labels: readonly string[]): string {
  return labels.slice(0, mostLabels).join(", ") + (labels.length > mostLabels ? ", …" : "");
}

const titleWidth = "operators".length;

function rowLines(title: string, text: string, width: number): string[] {
  return wrapped(plain(text), width - titleWidth - 4)
    .map((line, at) => `  ${(at === 0 ? title : "").padEnd(titleWidth)}  ${line}`);
}

function portLines(ports: readonly Port[], paint: Paint): string[] {
  return table(ports, [
    { title: "name", of: ({ name }) => plain(name), most: 40 },
    { title: "type", of: ({ type }) => type },
    { title: "shape", of: shapeText },
  ], paint);
}

function shapeText({ shape }: Port): string {
  return plain(`[${shape.join(", ")}]`);
}

function metadataLines({ metadata }: Graph, width: number): string[] {
  return Object.entries(metadata).map(([name, value]) => fitted(`  ${plain(name)}  ${plain(value)}`, width));
}

function noteLines(notes: readonly string[], width: number): string[] {
  return notes.flatMap((note) =>
    wrapped(plain(note), width - 4).map((line, at) => `${at === 0 ? "  " : "    "}${line}`)
  );
}

/** What in the options of the step and in a card can settle a refusal, by the word in its text. */
const settlers: readonly (readonly [word: RegExp, option: string, card: string, what: string])[] = [
  [/layout/, "layout", "output.layout", `how it writes its answer: ${layouts.join(", ")}`],
  [/labels|classes/, "class_names", "labels", "what its classes are called, in its order"],
  [/output\.boxes/, "", "output.boxes", "what its boxes count: pixels or shares"],
  [/size|multiple/, "size", "input.size", "width and height of its input"],
];

function refusedLines(why: string, width: number, paint: Paint): string[] {
  const fitting = settlers.filter(([word]) => word.test(why));
  const rows = table(fitting, [
    { title: "option", of: ([, option]) => option },
    { title: "in a card", of: ([, , card]) => card },
    { title: "says", of: ([, , , what]) => what, most: width - 32 },
  ], paint);
  return [
    ...wrapped(plain(why), width - 2).map((line) => `  ${paint.red(line)}`),
    ...(rows.length === 0 ? [] : ["", "  What can settle it:", ...rows]),
  ];
}

function trialLines(trial: Trial, width: number, paint: Paint): string[] {
  const { runtime, failure, outputs = [], onGrey, openMs = 0, firstMs = 0, nextMs = 0 } = trial;
  const backend = noteLines([`${runtime}, ${backendText(trial)}`], width);
  if (failure !== undefined) {
    const text = `It does not run: ${failure}`;
    return [...backend, ...wrapped(plain(text), width - 2).map((line) => `  ${paint.red(line)}`)];
  }
  return [
    ...backend,
    `  opened in ${ms(openMs)}, first run ${ms(firstMs)}, next runs ${ms(nextMs)} on one thread`,
    ...table(outputs, [
      { title: "output", of: ({ name }) => plain(name), most: 40 },
      { title: "shape", of: shapeText },
      { title: "numbers, on zeros", of: rangeText },
    ], paint),
    ...(onGrey === undefined ? [] : noteLines([greyText(onGrey)], width)),
  ];
}

function ms(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}

function rangeText({ least, most, others }: TriedPort): string {
  const range = least === undefined || most === undefined ? "none" : `${short(least)} to ${short(most)}`;
  return others === 0 ? range : `${range}, and ${count(others)} that are not finite`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** From so many on, a model that should find nothing is probably read wrongly. */
const tooMany = 20;

function greyText(onGrey: NonNullable<Trial["onGrey"]>): string {
  if ("failure" in onGrey) return `on an even grey: ${onGrey.failure}`;
  const { candidates, best } = onGrey;
  const found = `on an even grey: ${plural(candidates, "candidate")} at a score of ${countedFrom} or more`;
  if (candidates === 0) return found;
  const doubt = candidates < tooMany ? "" : ". Nothing is there to be found: is the layout right?";
  return `${found}, the best ${best.toFixed(2)}${doubt}`;
}

function pasteLines(text: string | undefined): string[] {
  return text === undefined ? [] : text.trimEnd().split("\n").map((line) => `  ${line}`);
}
