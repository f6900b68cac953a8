// Naming whole images: what a classifier is asked for, and what it answers.
import type { DetectorPlan, DetectorRequest } from "./detection.ts";
import type { Image } from "./image.ts";

/** Classes that are kept of an image at most. */
export const mostClassScores = 50;

/** What a model makes of an image: its best classes, best first, equal ones in the model's order. `classes` index the
 *  model's labels; `scores` in ten-thousandths, so that they are stored small and the same everywhere. */
export type ClassScores = { readonly classes: readonly number[]; readonly scores: readonly number[] };

/** Whether the numbers of a model become shares of 1 by softmax. `auto`: numbers from 0 to 1 that sum to 1 are taken as
 *  they are, so are those behind a Sigmoid; others become shares. */
export type Softmax = boolean | "auto";

/** What is asked for. All but `model` may be left to the model's card. */
export type ClassifierRequest = Omit<DetectorRequest, "layout" | "floor"> & { readonly softmax?: Softmax };

/** A request with everything settled. */
export type ClassifierPlan = Omit<DetectorPlan, "layout" | "defaults"> & { readonly layout: "classes" };

/** Plans and opens classifiers. The same request gives the same plan within a run. */
export interface Classifiers {
  /** Reads the model and settles everything that its graph, its card and the request leave open. Throws `InputError` as
   *  `Detectors.plan` does, and for a model that finds objects. */
  plan(request: ClassifierRequest, signal: AbortSignal): Promise<ClassifierPlan>;
  open(request: ClassifierRequest, signal: AbortSignal): Promise<Classifier>;
}

export interface Classifier {
  readonly plan: ClassifierPlan;
  /** Throws as `Detector.find` does. */
  classify(image: Image, signal: AbortSignal): Promise<ClassScores>;
  close(): Promise<void>;
}
