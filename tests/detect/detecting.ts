// Detectors over files, with the real renderer in front of real sessions.
import type { Classifiers } from "../../runtime/contract/classification.ts";
import type { Detectors } from "../../runtime/contract/detection.ts";
import type { Image } from "../../runtime/contract/image.ts";
import { createCards } from "../../runtime/detect/cards.ts";
import { createClassifiers } from "../../runtime/detect/classifiers.ts";
import { createDetectors } from "../../runtime/detect/detectors.ts";
import { createSessions } from "../../runtime/detect/sessions/spawn.ts";
import { createMachine } from "../../runtime/detect/this_machine.ts";
import { createWeightsCache } from "../../runtime/detect/weights_cache.ts";
import { openNativeCodec } from "../../runtime/image/native.ts";
import { createRenderer } from "../../runtime/image/render.ts";
import { imageOf } from "../image/pictures.ts";

export type Detecting = {
  readonly detectors: Detectors;
  readonly classifiers: Classifiers;
  /** An image of these bytes, which the detectors can read from then on. */
  imageOf(bytes: Uint8Array): Image;
  /** What was logged. */
  readonly logged: readonly string[];
};

export type DetectingSettings = {
  /** Of built-in cards; the project's own when absent. */
  readonly cards?: string;
  /** Of weights that were fetched. */
  readonly weights: string;
  readonly cores?: number;
};

export const ownCards = new URL("../../runtime/detect/models", import.meta.url).pathname;

/** Without a network. All sessions have ended behind `body`. */
export async function withDetectors(
  { cards = ownCards, weights, cores = 2 }: DetectingSettings,
  body: (detecting: Detecting) => Promise<void>,
): Promise<void> {
  const sessions = createSessions();
  const renderer = createRenderer(await openNativeCodec(), { maxPixels: 100_000_000 });
  const files = new Map<string, Uint8Array>();
  const logged: string[] = [];
  const deps = {
    cards: createCards(cards),
    weights: createWeightsCache({ folder: weights, unique: () => crypto.randomUUID() }),
    resolvePath: (path: string) => path,
    log: (text: string) => void logged.push(text),
    raster: (image: Image) => renderer.raster(files.get(image.blob.digest) ?? new Uint8Array(), image, "model"),
    spawn: sessions.spawn,
    machine: createMachine(sessions.spawn),
    cores,
  };
  const registered = (bytes: Uint8Array): Image => {
    const image = imageOf(bytes);
    files.set(image.blob.digest, bytes);
    return image;
  };
  try {
    const [detectors, classifiers] = [createDetectors(deps), createClassifiers(deps)];
    await body({ detectors, classifiers, imageOf: registered, logged });
  } finally {
    await sessions.endAll();
  }
}
