// The parts of a manifest without problems, put together.
import { digestOfJson, type JsonObject } from "../contract/json.ts";
import type { Bound, Pipeline } from "../contract/manifest.ts";
import type { ExportDefinition, SinkDefinition, SourceDefinition, StepPlugin } from "../contract/plugin.ts";
import { InputError } from "../contract/errors.ts";
import type { Placed } from "./facts.ts";
import { limitsOf } from "./limits.ts";
import type { Manifest } from "./shape.ts";

export type Parts = {
  readonly manifest: Manifest;
  readonly values: JsonObject;
  /** The parameters whose values are not their defaults. */
  readonly changed: JsonObject;
  readonly placed: readonly Placed[];
  /** One for each of `placed`. */
  readonly ids: readonly string[];
  readonly secrets: readonly string[];
  readonly limit: number | undefined;
  readonly concurrency: number;
};

/** The pipeline of parts that were all checked. */
export function pipelineOf(parts: Parts): Pipeline {
  const { manifest: { name, description, seed, publish, store, limits }, limit } = parts;
  const lacking = parts.placed.flatMap(({ use }, index) =>
    use.off ? [] : use.absent.map((secret) => `Sink "${parts.ids[index]}" is left out: its secret ${secret} is not set`)
  );
  return {
    name,
    dataset: datasetOf(name, parts.changed, limit),
    params: parts.values,
    seed: seed ?? 0,
    ...boundOf(parts),
    limits: limitsOf(limits, parts.concurrency),
    ...(publish === undefined ? {} : { publish }),
    ...(store === undefined ? {} : { store }),
    secrets: parts.secrets,
    ...(description === undefined ? {} : { description }),
    ...(limit === undefined ? {} : { limit }),
    ...(lacking.length === 0 ? {} : { notes: lacking }),
  };
}

function datasetOf(name: string, changed: JsonObject, limit: number | undefined): string {
  if (Object.keys(changed).length === 0 && limit === undefined) return name;
  return `${name}~${digestOfJson({ params: changed, limit }).slice(0, 8)}`;
}

function boundOf({ placed, ids }: Parts): Pick<Pipeline, "source" | "steps" | "exports" | "sinks"> {
  const sources: Bound<SourceDefinition>[] = [];
  const steps: Bound<StepPlugin>[] = [];
  const exports: Bound<ExportDefinition>[] = [];
  const sinks: Bound<SinkDefinition>[] = [];
  for (const [index, place] of placed.entries()) {
    const { plugin, use } = place;
    const id = ids[index] ?? "";
    if (plugin === undefined || use.off || use.absent.length > 0) continue;
    if (plugin.kind === "source") sources.push(bound(id, plugin, place));
    else if (plugin.kind === "export") exports.push(bound(id, plugin, place));
    else if (plugin.kind === "sink") sinks.push(bound(id, plugin, place));
    else steps.push(bound(id, plugin, place));
  }
  const [source] = sources;
  if (source === undefined) throw new InputError("Cannot use the manifest: it has no source", [], { code: "manifest" });
  return { source, steps, exports, sinks };
}

function bound<D>(id: string, definition: D, { use, options }: Placed): Bound<D> {
  return {
    id,
    definition,
    options: options?.options,
    written: use.options.shown,
    keep: use.keep,
    ...(use.optional ? { optional: true } : {}),
    ...(use.concurrency === undefined ? {} : { concurrency: use.concurrency }),
  };
}
