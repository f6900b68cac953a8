// `models inspect`: what a model file says of itself, how it would be read and why, and what it does when it runs.
import { basename, relative } from "node:path";
import { stringify } from "yaml";
import type { Backend, Layout } from "../../contract/detection.ts";
import { exitCodes } from "../../contract/exit_codes.ts";
import { isModelPath } from "../../detect/find_model.ts";
import { openCards, openWeightsCache } from "../../detect/open_detectors.ts";
import { createSessions } from "../../detect/sessions/spawn.ts";
import type { WeightsCache } from "../../detect/weights_cache.ts";
import { type Context, pathOf, styleFor, writeLines } from "../context.ts";
import { inspect, type Inspection, type InspectRequest } from "../inspection.ts";
import { inspectionLines, type Snippets } from "../inspection_lines.ts";
import { modelCardTemplate } from "../templates/model_card.ts";
import { trackTransfer } from "../transfer.ts";

export type InspectOptions = {
  readonly backend: "auto" | Backend;
  readonly size?: readonly [number, number];
  readonly layout?: Layout;
  readonly sha256?: string;
  readonly trial: boolean;
  readonly json?: boolean;
  readonly color: boolean;
};

/** Shows all there is to know of a model; returns the exit code: that of a wrong manifest when it cannot be used as it
 *  is. Throws `InputError` when there is no such model, and when its file is none. */
export async function inspectModel(model: string, options: InspectOptions, context: Context): Promise<number> {
  const { out, size } = context.terminal;
  const inspection = await look(model, options, context);
  const snippets = snippetsFor(model, options, inspection, context);
  const { paint } = styleFor(out, context, options.color);
  writeLines(
    out,
    options.json === true
      ? [JSON.stringify(jsonOf(inspection, snippets))]
      : inspectionLines(inspection, snippets, Math.min(100, size().columns), paint),
  );
  const isUsable = inspection.settled.kind === "settled" && inspection.trial?.failure === undefined;
  return isUsable ? exitCodes.ok : exitCodes.manifest;
}

async function look(model: string, options: InspectOptions, context: Context): Promise<Inspection> {
  const sessions = createSessions();
  try {
    const deps = {
      cards: openCards(context.root),
      weights: withProgress(openWeightsCache(context.env), options, context),
      resolvePath: (path: string) => pathOf(path, context),
      log: (text: string) => writeLines(context.terminal.err, [text]),
      spawn: sessions.spawn,
      now: context.now,
    };
    return await inspect(requestOf(model, options), deps, new AbortController().signal);
  } finally {
    await sessions.endAll();
  }
}

function requestOf(model: string, { backend, size, layout, sha256, trial }: InspectOptions): InspectRequest {
  return {
    model,
    backend,
    trial,
    ...(size === undefined ? {} : { size }),
    ...(layout === undefined ? {} : { layout }),
    ...(sha256 === undefined ? {} : { sha256 }),
  };
}

function withProgress(cache: WeightsCache, { color }: InspectOptions, context: Context): WeightsCache {
  return {
    ...cache,
    async download(wanted, url, _, signal) {
      const track = trackTransfer(wanted.name, color, context);
      return await cache.download(wanted, url, track.progress, signal).finally(track.close);
    },
  };
}

function snippetsFor(
  model: string,
  { size, layout, sha256 }: InspectOptions,
  { found, settled, trial }: Inspection,
  context: Context,
): Snippets {
  if (settled.kind === "refused" || trial?.failure !== undefined) return { manifest: undefined, card: undefined };
  const { spec } = settled;
  const step = {
    model: isModelPath(model) ? manifestPath(model, context) : model,
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(size === undefined ? {} : { size: [...size] }),
    ...(layout === undefined ? {} : { layout }),
    min_score: spec.defaults.minScore,
  };
  const manifest = stringify({ steps: [{ uses: "detect", with: step }] }, { lineWidth: 0 });
  if (found.card !== undefined) return { manifest, card: undefined };
  const name = basename(found.name);
  const isFile = isModelPath(model);
  const weights = isFile ? { file: basename(found.path) } : { url: model, size: found.bytes.length };
  return { manifest, card: modelCardTemplate({ name, weights, sha256: found.digest, spec }) };
}

/** A path as a manifest names it: from the folder of the project, where runs live. */
function manifestPath(model: string, context: Context): string {
  const path = pathOf(model, context);
  const short = relative(context.root, path);
  return short.startsWith("..") ? path : short;
}

function jsonOf({ found, graph, settled, trial }: Inspection, snippets: Snippets) {
  const { name, path, digest, bytes, card } = found;
  const { tails: _, ...said } = graph;
  return { name, path, sha256: digest, size: bytes.length, card, graph: said, ...settled, trial, snippets };
}
