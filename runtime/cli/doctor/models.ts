// The weights of models: where they are kept, and which are there.
import { openCards, openWeightsCache } from "../../detect/open_detectors.ts";
import { modelsFolderOf } from "../../detect/models_folder.ts";
import type { Context } from "../context.ts";
import { weightsState } from "../model_weights.ts";
import { type Finding, ok, warning } from "./finding.ts";

/** Reads and checks the weights that are there. */
export async function checkModels({ root, env }: Context): Promise<Finding[]> {
  const folder = modelsFolderOf(env, Deno.build.os);
  const cards = openCards(root);
  const known = await Promise.all(
    (await cards.all()).map(async (card) => ({
      name: card.name,
      state: (await weightsState(card, cards.folder, openWeightsCache(env))).state,
    })),
  );
  const named = (...states: readonly string[]) =>
    known.filter(({ state }) => states.includes(state)).map(({ name }) => name).join(", ");
  const absent = named("to fetch", "to get");
  const toFetch = absent === "" ? [] : [ok("not here", `${absent}; fetched when a run first needs them`)];
  return [folderFinding(folder), ok("weights", named("built in", "here") || "none"), ...toFetch];
}

function folderFinding(folder: string): Finding {
  try {
    return Deno.statSync(folder).isDirectory
      ? ok("folder", folder)
      : warning("folder", `"${folder}" is a file`, "Set FRAMEWRIGHT_MODELS to a folder");
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound) return ok("folder", `${folder}, made when weights are fetched`);
    return warning("folder", `"${folder}" cannot be read`, "Change its permissions, or set FRAMEWRIGHT_MODELS");
  }
}
