// Plans and opens detectors: from what a manifest asks for to sessions that find objects in images.
import type { Backend, Detector, DetectorPlan, DetectorRequest, Detectors } from "../contract/detection.ts";
import { InputError } from "../contract/errors.ts";
import type { Image, Raster, Size } from "../contract/image.ts";
import { canonicalJson } from "../contract/json.ts";
import { edited, sizeOf } from "../image/edits.ts";
import { readWasm, runtimeOf } from "./backends/runtime_files.ts";
import type { Card } from "./card.ts";
import { type BackendChoice, chooseBackend, type Machine } from "./choose_backend.ts";
import { findModel, type FindModelDeps, type FoundModel } from "./find_model.ts";
import { readGraph } from "./graph.ts";
import type { ModelSpec } from "./model_spec.ts";
import { placementOf } from "./placement.ts";
import { createPool } from "./sessions/pool.ts";
import { settleModel } from "./settle_model.ts";
import type { Spawn } from "./sessions/spawn.ts";
import { tryModel } from "./try_model.ts";

export type DetectorsDeps = FindModelDeps & {
  /** Pixels for a model, with all edits applied. */
  readonly raster: (image: Image) => Promise<Raster>;
  readonly spawn: Spawn;
  readonly machine: Machine;
  readonly cores: number;
};

type Settled = { readonly plan: DetectorPlan; readonly spec: ModelSpec };

/** Each request is planned once. */
export function createDetectors(deps: DetectorsDeps): Detectors {
  const settledOf = new Map<string, Promise<Settled>>();
  const settled = (request: DetectorRequest, signal: AbortSignal) => {
    const key = canonicalJson(request);
    const known = settledOf.get(key) ?? settle(request, deps, signal);
    settledOf.set(key, known);
    known.catch(() => settledOf.delete(key));
    return known;
  };
  return {
    plan: async (request, signal) => (await settled(request, signal)).plan,
    open: async (request, signal) => await open(request, await settled(request, signal), deps, signal),
  };
}

async function settle(request: DetectorRequest, deps: DetectorsDeps, signal: AbortSignal): Promise<Settled> {
  const found = await findModel(request, deps, signal);
  const choice = await chooseBackend(request.backend, deps.machine, signal);
  const { spec, notes } = await settleSpec(found, request, choice.backend, deps.spawn, signal);
  return { spec, plan: planOf(request, found, spec, choice, notes, deps.cores) };
}

async function settleSpec(
  found: FoundModel,
  request: DetectorRequest,
  backend: Backend,
  spawn: Spawn,
  signal: AbortSignal,
): Promise<{ readonly spec: ModelSpec; readonly notes: readonly string[] }> {
  const { name, card, bytes } = found;
  const graph = readGraph(bytes, name);
  if (graph.externalData) {
    throw new InputError(
      `Cannot use the model "${name}": some of its weights lie in another file; save it as one file`,
    );
  }
  const question = { name, graph, card, request };
  const answer = settleModel(question);
  if (answer.kind === "settled") return answer;
  const outputs = await tryModel(found, answer.feeding, backend, spawn, signal);
  const settled = settleModel({ ...question, trial: { outputs } });
  if (settled.kind === "settled") return { ...settled, notes: [`tried once: ${answer.why}`, ...settled.notes] };
  throw new InputError(`Cannot use the model "${name}": ${settled.why}`);
}

/** One that computes, and one that makes the next input meanwhile. */
const sessionsOnGraphics = 2;

function planOf(
  request: DetectorRequest,
  { name, digest, card }: FoundModel,
  spec: ModelSpec,
  { backend, note }: BackendChoice,
  notes: readonly string[],
  cores: number,
): DetectorPlan {
  const { layout, labels, size, preprocess, defaults, input, sizes, outputs, form } = spec;
  const runtime = runtimeOf(backend);
  return {
    name,
    digest,
    layout,
    labels,
    size,
    preprocess,
    backend,
    runtime,
    sessions: request.sessions ?? (backend === "webgpu" ? Math.min(cores, sessionsOnGraphics) : cores),
    defaults,
    card: card === undefined ? {} : shownOf(card),
    key: {
      digest,
      layout,
      size,
      preprocess,
      input,
      sizes,
      outputs,
      form,
      floor: request.floor,
      backend,
      runtime,
    },
    notes: [note, ...notes],
  };
}

function shownOf({ summary, licence, source, trainedOn, limits }: Card): DetectorPlan["card"] {
  return {
    summary,
    licence,
    ...(source === undefined ? {} : { source }),
    ...(trainedOn === undefined ? {} : { trainedOn }),
    ...(limits === undefined ? {} : { limits }),
  };
}

async function open(
  request: DetectorRequest,
  { plan, spec }: Settled,
  deps: DetectorsDeps,
  signal: AbortSignal,
): Promise<Detector> {
  const { bytes, digest } = await findModel(request, deps, signal);
  if (digest !== plan.digest) {
    throw new InputError(`Cannot use the model "${plan.name}": its file changed after the run was planned`);
  }
  const { backend, sessions } = plan;
  const wasm = await readWasm(backend);
  const pool = createPool({ spawn: deps.spawn, backend, model: bytes, wasm, spec, floor: request.floor, sessions });
  return {
    plan,
    async find(image, signal) {
      const size = sizeOf(image);
      const at = placementOf(size, spec);
      const raster = await deps.raster(resized(image, size, at, spec));
      return await pool.find({ raster, at, image: size }, signal);
    },
    close: () => Promise.resolve(pool.close()),
  };
}

function resized(image: Image, size: Size, { width, height }: Size, { preprocess: { filter } }: ModelSpec): Image {
  if (size.width === width && size.height === height) return image;
  return edited(image, { op: "resize", width, height, filter });
}
