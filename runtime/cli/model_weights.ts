// Where the weights of a card are, as commands about models need it.
import { join } from "node:path";
import type { Card } from "../detect/card.ts";
import type { WantedWeights } from "../contract/detection.ts";
import type { WeightsCache } from "../detect/weights_cache.ts";
import { InputError } from "../contract/errors.ts";

/** `family`: the card stands for many files, and names none. */
export type WeightsState =
  | { readonly state: "built in" | "here"; readonly path: string }
  | { readonly state: "to fetch"; readonly url: string }
  | { readonly state: "to get"; readonly how: string }
  | { readonly state: "family" };

/** Reads and checks files that may be the weights. `folder` is that of the cards. */
export async function weightsState(card: Card, folder: string, cache: WeightsCache): Promise<WeightsState> {
  const { weights } = card;
  if (weights === undefined) return { state: "family" };
  if (weights.file !== undefined) return { state: "built in", path: join(folder, weights.file) };
  const found = await cache.find(wantedWeights(card));
  if (found !== undefined) return { state: "here", path: found.path };
  return weights.url === undefined
    ? { state: "to get", how: weights.how ?? "Get the file" }
    : { state: "to fetch", url: weights.url };
}

/** What the file must be. Throws `InputError` for a card that names no digest. */
export function wantedWeights({ name, weights }: Card): WantedWeights {
  if (weights?.sha256 !== undefined) return { ...weights, name, sha256: weights.sha256 };
  throw new InputError(`Cannot fetch the model "${name}": its card names no SHA-256`);
}
