// Models on this machine: the built-in cards, the folder of fetched weights, the network.
import { setTimeout as pause } from "node:timers/promises";
import type { Classifiers } from "../contract/classification.ts";
import type { Detectors } from "../contract/detection.ts";
import type { Image, Raster } from "../contract/image.ts";
import { type Cards, createCards } from "./cards.ts";
import { createClassifiers } from "./classifiers.ts";
import { createDetectors } from "./detectors.ts";
import { modelsFolderOf } from "./models_folder.ts";
import type { ModelsDeps } from "./opening.ts";
import type { Spawn } from "./sessions/spawn.ts";
import { createMachine } from "./this_machine.ts";
import { createWeightsCache, type WeightsCache } from "./weights_cache.ts";

export type OpenModelsInput = {
  /** The folder of the program. */
  readonly root: string;
  readonly weights: WeightsCache;
  readonly spawn: Spawn;
  /** Pixels for a model, with all edits applied. */
  readonly raster: (image: Image) => Promise<Raster>;
  readonly log: (text: string) => void;
};

export type OpenedModels = { readonly detectors: Detectors; readonly classifiers: Classifiers };

/** What models are for: finding objects, naming images. */
export function openModels({ root, weights, spawn, raster, log }: OpenModelsInput): OpenedModels {
  const deps: ModelsDeps = {
    cards: openCards(root),
    weights,
    resolvePath: (path) => path,
    log,
    raster,
    spawn,
    machine: createMachine(spawn),
    cores: navigator.hardwareConcurrency,
  };
  return { detectors: createDetectors(deps), classifiers: createClassifiers(deps) };
}

export function openCards(root: string): Cards {
  return createCards(`${root}/runtime/detect/models`);
}

export function openWeightsCache(env: Readonly<Record<string, string>>): WeightsCache {
  return createWeightsCache({
    folder: modelsFolderOf(env, Deno.build.os),
    network: { fetch, sleep: (ms, signal) => pause(ms, undefined, { signal }), random: Math.random },
    unique: () => crypto.randomUUID(),
  });
}
