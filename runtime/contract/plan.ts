// What steps settle before a run, because it decides results beside their options.
import type { Classifiers } from "./classification.ts";
import type { Detectors } from "./detection.ts";
import type { Digest, Json } from "./json.ts";
import type { ModelNote } from "./version.ts";

/** The digest of a file's bytes; `undefined` where there is no such file. Paths are looked up from the folder of the
 *  command line. */
export type DigestOfFile = (path: string) => Promise<Digest | undefined>;

export type StepPlan = {
  /** Enters the key of the step, and provenance: digests of files by their paths. */
  readonly key: Json;
};

export type RawPlan = {
  /** All that decides the raw result: the options that enter it, digests of models, what computes them. */
  readonly key: Json;
  /** What was chosen and why, a sentence each. */
  readonly notes: readonly string[];
  readonly model?: ModelNote;
};

export interface PlanHost {
  readonly detectors: Pick<Detectors, "plan">;
  readonly classifiers: Pick<Classifiers, "plan">;
  readonly digestOfFile: DigestOfFile;
  log(text: string): void;
}
