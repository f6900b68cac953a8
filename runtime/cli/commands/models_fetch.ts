// `models fetch`: brings the weights of a model to this machine, and checks that they are the right ones.
import { InputError } from "../../contract/errors.ts";
import { exitCodes } from "../../contract/exit_codes.ts";
import type { Card } from "../../detect/card.ts";
import { openCards, openWeightsCache } from "../../detect/open_detectors.ts";
import type { CheckedWeights } from "../../detect/weights_cache.ts";
import { type Context, pathOf, styleFor, writeLines } from "../context.ts";
import { wantedWeights, weightsState } from "../model_weights.ts";
import { onStopSignal } from "../signals.ts";
import { bytes, duration, plain } from "../text.ts";
import { trackTransfer } from "../transfer.ts";
import { cardNamed } from "./models.ts";

export type FetchOptions = {
  /** A file or a URL; the URL of the card when absent. */
  readonly from?: string;
  readonly color: boolean;
};

/** Fetches the weights of a card unless they are here; returns the exit code. Throws `InputError`, which says what else
 *  can be done. */
export async function fetchModel(name: string, options: FetchOptions, context: Context): Promise<number> {
  const { terminal: { out }, now } = context;
  const { paint, shown } = styleFor(out, context, options.color);
  const cards = openCards(context.root);
  const card = await cardNamed(name, cards);
  const state = await weightsState(card, cards.folder, openWeightsCache(context.env));
  if (state.state === "family") {
    throw refused(name, `its card stands for a family of models; name a file of it as "model"`);
  }
  if (state.state === "built in" || state.state === "here") {
    const where = state.state === "here" ? "is here already" : "is part of the project";
    writeLines(out, [`${paint.green(plain(name))} ${where}: ${paint.cyan(plain(shown(state.path)))}`]);
    return exitCodes.ok;
  }
  const from = options.from ?? (state.state === "to fetch" ? state.url : undefined);
  if (from === undefined) throw refused(name, `it cannot be downloaded. ${howToGet(card)}`);
  const started = now();
  const weights = await weightsFrom(from, card, options, context);
  const took = `${bytes(weights.bytes.length)} in ${duration((now() - started) / 1000)}`;
  writeLines(out, [
    `${paint.green("Fetched")} ${paint.bold(plain(name))}, ${took}; the SHA-256 is as its card says`,
    `  ${paint.cyan(plain(shown(weights.path)))}`,
    `  licence: ${plain(card.licence)}`,
  ]);
  return exitCodes.ok;
}

function refused(name: string, what: string): InputError {
  return new InputError(`Cannot fetch the model "${name}": ${what}`);
}

function howToGet({ name, weights }: Card): string {
  return `${weights?.how ?? "Get the file"}; then run "deno task fw models fetch ${name} --from <file>"`;
}

async function weightsFrom(
  from: string,
  card: Card,
  { color }: FetchOptions,
  context: Context,
): Promise<CheckedWeights> {
  const cache = openWeightsCache(context.env);
  const wanted = wantedWeights(card);
  if (!/^https?:/i.test(from)) return await cache.adopt(wanted, pathOf(from, context));
  const stopped = new AbortController();
  const release = onStopSignal(() => stopped.abort());
  const track = trackTransfer(card.name, color, context);
  try {
    return await cache.download(wanted, from, track.progress, stopped.signal);
  } finally {
    track.close();
    release();
  }
}
