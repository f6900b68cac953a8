// Which file a request means, and what it is known to be.
import { basename, dirname, join } from "node:path";
import type { DetectorRequest } from "../contract/detection.ts";
import { InputError } from "../contract/errors.ts";
import type { Card } from "./card.ts";
import { type Cards, readCard } from "./cards.ts";
import { type CheckedWeights, readModelFile, readWeights, type WeightsCache } from "./weights_cache.ts";

export type FoundModel = CheckedWeights & {
  /** Of the card, or of the file. */
  readonly name: string;
  readonly card?: Card | undefined;
};

export type FindModelDeps = {
  readonly cards: Cards;
  readonly weights: WeightsCache;
  /** A path as the user means it. */
  readonly resolvePath: (path: string) => string;
  readonly log: (text: string) => void;
};

/** Whether `model` is meant as a path; else it is an address or the name of a card. */
export function isModelPath(model: string): boolean {
  return !isAddress(model) && /[\\/]|\.(onnx|ya?ml)$/i.test(model);
}

function isAddress(model: string): boolean {
  return /^https?:/i.test(model);
}

/** Every byte was checked against the digest that the request or the card names. Throws `InputError`. */
export async function findModel(
  { model, sha256 }: Pick<DetectorRequest, "model" | "sha256">,
  deps: FindModelDeps,
  signal: AbortSignal,
): Promise<FoundModel> {
  if (isAddress(model)) return await fromUrl(model, sha256, deps, signal);
  if (!isModelPath(model)) {
    return withDigest(await fromCard(await deps.cards.read(model), deps.cards.folder, deps, signal), sha256);
  }
  const path = deps.resolvePath(model);
  if (!/\.ya?ml$/i.test(model)) return await fromFile(path, sha256, deps);
  return withDigest(await fromCard(await readCard(path), dirname(path), deps, signal), sha256);
}

function withDigest(found: FoundModel, sha256: string | undefined): FoundModel {
  if (sha256 === undefined || sha256 === found.digest) return found;
  throw new InputError(`Cannot use the model "${found.name}": its SHA-256 is ${found.digest}, not ${sha256} as asked`);
}

/** A file that is the one of a built-in card is what that card says. */
async function fromFile(path: string, sha256: string | undefined, { cards }: FindModelDeps): Promise<FoundModel> {
  const name = basename(path);
  const found = sha256 === undefined ? await readModelFile(path) : await readWeights({ name, sha256 }, path);
  return await withKnownCard({ name, ...found }, cards);
}

async function withKnownCard(found: FoundModel, cards: Cards): Promise<FoundModel> {
  const known = await cards.all();
  const card = known.find(({ weights }) => [weights?.sha256, ...weights?.same ?? []].includes(found.digest));
  return card === undefined ? found : { ...found, name: card.name, card };
}

async function fromUrl(
  url: string,
  sha256: string | undefined,
  deps: FindModelDeps,
  signal: AbortSignal,
): Promise<FoundModel> {
  if (sha256 === undefined) {
    throw new InputError(
      `Cannot use the model "${url}": an address needs "sha256", so that nobody can change the file`,
    );
  }
  const name = basename(URL.parse(url)?.pathname ?? "") || "model.onnx";
  return await withKnownCard({ name, ...await cachedOr(url, { name, sha256 }, deps, signal) }, deps.cards);
}

async function fromCard(card: Card, folder: string, deps: FindModelDeps, signal: AbortSignal): Promise<FoundModel> {
  const { name, weights } = card;
  if (weights === undefined) {
    const text = `its card describes a family of models; name a file of it as "model", or in a card of your own`;
    throw new InputError(`Cannot use the model "${name}": ${text}`);
  }
  const { file, url, sha256, how } = weights;
  if (file !== undefined) {
    const path = join(folder, file);
    const found = sha256 === undefined
      ? await readModelFile(path)
      : await readWeights({ ...weights, name, sha256 }, path);
    return { name, card, ...found };
  }
  if (sha256 === undefined) throw new InputError(`Cannot use the model "${name}": its card names no SHA-256`);
  const wanted = { ...weights, name, sha256 };
  if (url !== undefined) return { name, card, ...await cachedOr(url, wanted, deps, signal) };
  const cached = await deps.weights.find(wanted);
  if (cached !== undefined) return { name, card, ...cached };
  const then = `then run "deno task fw models fetch ${name} --from <file>", or name the file as "model"`;
  throw new InputError(`Cannot use the model "${name}": its weights are not here. ${how ?? "Get the file"}; ${then}`);
}

async function cachedOr(
  url: string,
  wanted: Parameters<WeightsCache["find"]>[0],
  { weights, log }: FindModelDeps,
  signal: AbortSignal,
): Promise<CheckedWeights> {
  const cached = await weights.find(wanted);
  if (cached !== undefined) return cached;
  log(`downloading the weights of ${wanted.name} from ${url}`);
  return await weights.download(wanted, url, () => {}, signal);
}
