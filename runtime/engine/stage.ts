// The stages that work on one record at a time: admission, item steps, rendering. Each maps a line to an entry.
import type { Digest } from "../contract/json.ts";
import type { Entry } from "./entry.ts";
import type { Column } from "../contract/version.ts";

/** One line of a stage's input, ready to be worked on. */
export type Work = {
  readonly key: string;
  /** Digest of the input; equal inputs give equal entries. */
  readonly input: Digest;
  readonly itemsIn: number;
  /** Makes the entry. `prior` is what the same stage made of an earlier state of this record. */
  compute(prior: Entry | undefined, signal: AbortSignal): Promise<Entry>;
};

export interface Stage {
  readonly column: Column;
  /** Ids of the steps in it, for people. */
  readonly steps: readonly string[];
  /** Shards of it at once, where the manifest says so. */
  readonly concurrency?: number | undefined;
  /** Items at work at once, where it is not for the machine to say. */
  readonly atOnce?: number;
  /** The work that a line of its input means; `undefined` when nothing of that record is left. */
  work(line: string): Work | undefined;
}

/** The entry of a piece of work: taken over when the same input gave one before that stands, else made. */
export async function entryFor(
  work: Work,
  prior: Entry | undefined,
  stands: (entry: Entry) => boolean,
  signal: AbortSignal,
) {
  if (prior !== undefined && prior.input === work.input && stands(prior)) return { entry: prior, reused: true };
  return { entry: await work.compute(prior, signal), reused: false };
}
