// What plugins need and do not find is said before a run starts, all of it at once.
import { InputError } from "../contract/errors.ts";
import type { Bound, Pipeline } from "../contract/manifest.ts";
import type { Missing, Plugin, ReadyHost } from "../contract/plugin.ts";
import type { Call } from "./call.ts";

export type ReadinessDeps = {
  readonly pipeline: Pipeline;
  readonly ready: ReadyHost;
  readonly call: Call;
  readonly warn: (text: string) => void;
};

/** The pipeline without the optional sinks that cannot work here. Throws `InputError` that lists what else is missing. */
export async function readyPipeline(deps: ReadinessDeps, signal: AbortSignal): Promise<Pipeline> {
  const { pipeline } = deps;
  const lacking = (bounds: readonly Bound<Plugin>[]) => Promise.all(bounds.map((one) => missingFor(deps, one, signal)));
  const asked = [pipeline.source, ...pipeline.steps, ...pipeline.exports];
  const needed = [...asked, ...pipeline.sinks.filter(({ optional }) => optional !== true)];
  const missing = (await lacking(needed)).flatMap((found, index) => {
    const id = needed[index]?.id ?? "";
    return found.map((one) => ({ id, ...one }));
  });
  if (missing.length > 0) throw notReady(pipeline.name, missing);
  const left: Pipeline["sinks"][number][] = [];
  for (const sink of pipeline.sinks) {
    const [found] = sink.optional === true ? await missingFor(deps, sink, signal) : [];
    if (found === undefined) left.push(sink);
    else deps.warn(`Sink "${sink.id}" is switched off: ${found.what}; ${found.way}`);
  }
  return { ...pipeline, sinks: left };
}

async function missingFor(
  { ready, call }: ReadinessDeps,
  { id, definition, options }: Bound<Plugin>,
  signal: AbortSignal,
): Promise<readonly Missing[]> {
  if (definition.ready === undefined) return [];
  const asked = { plugin: id, phase: "get ready" };
  return await call(asked, signal, (limit) => definition.ready?.(options, ready, limit) ?? []);
}

function notReady(name: string, missing: readonly (Missing & { readonly id: string })[]): InputError {
  const problems = missing.map(({ id, what, way }) => ({ message: `${id}: ${what}`, hint: way }));
  const count = missing.length === 1 ? "something is" : `${missing.length} things are`;
  return new InputError(`Cannot start "${name}": ${count} missing`, problems);
}
