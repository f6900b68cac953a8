// A bound pipeline: a manifest with its parameters filled in, its plugins loaded and their options parsed.
import type { Json, JsonObject } from "./json.ts";
import type { ExportDefinition, SinkDefinition, SourceDefinition, StepPlugin } from "./plugin.ts";

/** A plugin at its place in a pipeline. `id` is unique within it: `id:` of the manifest, else `uses`, else `uses-2`. */
export type Bound<D> = {
  readonly id: string;
  readonly definition: D;
  /** As parsed by the plugin's schema, defaults filled in. */
  readonly options: unknown;
  /** As written, templates filled in, secrets left out: what goes into keys and provenance. */
  readonly written: Json;
  readonly keep: boolean;
  /** True for a sink that may be left out when what it needs is missing. */
  readonly optional?: true;
  /** Shards of this step's stage at once; the limit of the pipeline when absent. */
  readonly concurrency?: number;
};

export type Limits = {
  /** Items at work at once. */
  readonly concurrency: number;
  /** Share (0 to 1) or number of rejected records above which nothing is published. */
  readonly maxRejected: { readonly share: number } | { readonly count: number };
  /** Pixels (width x height x pages) above which an image is rejected before it is decoded. */
  readonly maxPixels: number;
  /** Bytes above which a file is rejected before it is read. */
  readonly maxBytes: number;
  /** Seconds that one call of a plugin may take. */
  readonly itemTimeout: number;
  /** Tries of a call that failed for a passing reason. */
  readonly retries: number;
};

export type Pipeline = {
  readonly name: string;
  /** `name`, or `name~1a2b3c4d` when parameters differ from their defaults. */
  readonly dataset: string;
  readonly description?: string;
  /** Parameters with their values. */
  readonly params: JsonObject;
  readonly seed: number;
  readonly source: Bound<SourceDefinition>;
  readonly steps: readonly Bound<StepPlugin>[];
  readonly exports: readonly Bound<ExportDefinition>[];
  readonly sinks: readonly Bound<SinkDefinition>[];
  readonly limits: Limits;
  /** Which files of a version get plain names: `files` is all but the pictures. What suits the store when absent. */
  readonly publish?: "all" | "files" | "none";
  /** Where the manifest wants the dataset to live. */
  readonly store?: string;
  /** At most this many records, for a taste. */
  readonly limit?: number;
  /** Values that must never be shown. */
  readonly secrets: readonly string[];
  /** What was left out and why, in sentences for the log: an optional sink whose secret is not set. */
  readonly notes?: readonly string[];
};
