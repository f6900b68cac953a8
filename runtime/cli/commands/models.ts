// `models list` and `models show`: what the cards say.
import { InputError } from "../../contract/errors.ts";
import { exitCodes } from "../../contract/exit_codes.ts";
import type { Card } from "../../detect/card.ts";
import type { Cards } from "../../detect/cards.ts";
import { openCards, openWeightsCache } from "../../detect/open_detectors.ts";
import { didYouMean } from "../../manifest/nearest.ts";
import { type Context, styleFor, writeLines } from "../context.ts";
import { type WeightsState, weightsState } from "../model_weights.ts";
import type { Paint } from "../paint.ts";
import { table } from "../table.ts";
import { bytes, count, plain, wrapped } from "../text.ts";

export type ModelsOptions = { readonly json?: boolean; readonly color: boolean };

type Known = { readonly card: Card; readonly weights: WeightsState };

/** Lists all cards; returns the exit code. */
export async function listModels({ json = false, color }: ModelsOptions, context: Context): Promise<number> {
  const { out, size } = context.terminal;
  const cards = openCards(context.root);
  const known = await Promise.all((await cards.all()).map((card) => knownOf(card, cards, context)));
  const { paint } = styleFor(out, context, color);
  writeLines(out, json ? known.map(jsonOf) : listLines(known, Math.min(100, size().columns), paint));
  return exitCodes.ok;
}

/** Shows one card; returns the exit code. Throws `InputError` with the nearest name. */
export async function showModel(
  name: string,
  { json = false, color }: ModelsOptions,
  context: Context,
): Promise<number> {
  const { out, size } = context.terminal;
  const cards = openCards(context.root);
  const known = await knownOf(await cardNamed(name, cards), cards, context);
  const { paint } = styleFor(out, context, color);
  writeLines(out, json ? [jsonOf(known)] : cardLines(known, Math.min(100, size().columns), paint));
  return exitCodes.ok;
}

/** Throws `InputError` with the nearest name when there is none of that name. */
export async function cardNamed(name: string, cards: Cards): Promise<Card> {
  const names = await cards.names();
  if (names.includes(name)) return await cards.read(name);
  const hint = didYouMean(name, names) ?? "`deno task fw models` lists them all";
  throw new InputError(`Cannot find the model "${plain(name)}": there is no card of that name. ${hint}`);
}

async function knownOf(card: Card, { folder }: Cards, { env }: Context): Promise<Known> {
  return { card, weights: await weightsState(card, folder, openWeightsCache(env)) };
}

function jsonOf({ card, weights }: Known): string {
  return JSON.stringify({ ...card, weights: { ...card.weights, ...weights } });
}

function listLines(known: readonly Known[], width: number, paint: Paint): string[] {
  const [head = "", ...rows] = table(known, [
    { title: "model", of: ({ card }) => card.name },
    {
      title: "size",
      of: ({ card: { weights } }) => weights?.size === undefined ? "" : bytes(weights.size),
      right: true,
    },
    { title: "finds", of: ({ card }) => labelsText(card), most: 24 },
    { title: "licence", of: ({ card }) => plain(card.licence), most: 14 },
    { title: "weights", of: ({ weights }) => weights.state },
  ], paint);
  const summaries = known.map(({ card }) => wrapped(plain(card.summary), width - 6));
  return [
    head,
    ...rows.flatMap((row, at) => [row, ...(summaries[at] ?? []).map((line) => `      ${paint.dim(line)}`)]),
    "",
    paint.dim("deno task fw models show <model> shows one, fetch <model> brings its weights"),
  ];
}

/** Up to three names, or how many there are. */
function labelsText({ labels }: Card): string {
  if (labels === undefined) return "what its file says";
  return labels.length <= 3 ? labels.map(plain).join(", ") : `${count(labels.length)} classes`;
}

function cardLines({ card, weights }: Known, width: number, paint: Paint): string[] {
  const { name, summary, licence, source, trainedOn, limits, labels, size, output, minScore, iou } = card;
  const row = (title: string, text: string | undefined) => text === undefined ? [] : rowLines(title, text, width);
  return [
    paint.bold(name),
    ...wrapped(plain(summary), width),
    "",
    ...row("finds", labels === undefined ? "what its file says" : `${labels.length}: ${labels.join(", ")}`),
    ...row("limits", limits),
    ...row("trained on", trainedOn),
    ...row("licence", licence),
    ...row("source", source),
    "",
    ...row("weights", weightsText(weights, name)),
    ...row("size", card.weights?.size === undefined ? undefined : bytes(card.weights.size)),
    ...row("sha256", card.weights?.sha256),
    "",
    ...row("input", size === undefined ? "as its file says" : `${size.join(" x ")} pixels`),
    ...row("pixels", pixelsText(card)),
    ...row("layout", output.layout),
    ...row("min_score", minScore?.toString()),
    ...row("iou", iou?.toString()),
    "",
    paint.bold("In a manifest"),
    "  steps:",
    `    - uses: detect`,
    `      with: { model: ${weights.state === "family" ? "<its file>.onnx" : name} }`,
  ];
}

function pixelsText({ preprocess }: Card): string | undefined {
  const { color, scale, fit, anchor, pad, filter, mean, std } = preprocess;
  const parts = [
    color,
    scale === undefined ? undefined : `times ${Number(scale.toPrecision(6))}`,
    mean === undefined ? undefined : `minus ${mean.join("|")}`,
    std === undefined ? undefined : `by ${std.join("|")}`,
    fit,
    anchor?.replace("_", " "),
    pad === undefined ? undefined : `padded with ${pad}`,
    filter === undefined ? undefined : `resized by ${filter}`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(", ");
}

function weightsText(weights: WeightsState, name: string): string {
  switch (weights.state) {
    case "built in":
      return `part of the project: ${weights.path}`;
    case "here":
      return `here: ${weights.path}`;
    case "to fetch":
      return `not here; "deno task fw models fetch ${name}" or the first use fetches ${weights.url}`;
    case "to get":
      return `not here. ${weights.how}; then "deno task fw models fetch ${name} --from <file>"`;
    case "family":
      return `the card stands for a family of models; name a file of it with "model:"`;
  }
}

const titleWidth = "trained on".length;

/** A title and a text that is broken into lines beside it. */
function rowLines(title: string, text: string, width: number): string[] {
  return wrapped(plain(text), width - titleWidth - 4)
    .map((line, at) => `  ${(at === 0 ? title : "").padEnd(titleWidth)}  ${line}`);
}
