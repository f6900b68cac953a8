// Plans and opens detectors: from what a manifest asks for to sessions that find objects in images.
import type { Detector, DetectorPlan, DetectorRequest, Detectors } from "../contract/detection.ts";
import { runtimeOf } from "./backends/runtime_files.ts";
import { type BackendChoice, chooseBackend } from "./choose_backend.ts";
import { findModel, type FoundModel } from "./find_model.ts";
import type { ModelSpec } from "./model_spec.ts";
import {
  graphOf,
  type ModelsDeps,
  openPool,
  sessionsFor,
  settledOnce,
  settledSpec,
  shownOf,
  workOf,
} from "./opening.ts";
import { settleModel } from "./settle_model.ts";

type Settled = { readonly plan: DetectorPlan; readonly spec: ModelSpec };

/** Each request is planned once. */
export function createDetectors(deps: ModelsDeps): Detectors {
  const settled = settledOnce((request: DetectorRequest, signal) => settle(request, deps, signal));
  return {
    plan: async (request, signal) => (await settled(request, signal)).plan,
    open: async (request, signal) => await open(request, await settled(request, signal), deps, signal),
  };
}

async function settle(request: DetectorRequest, deps: ModelsDeps, signal: AbortSignal): Promise<Settled> {
  const found = await findModel(request, deps, signal);
  const choice = await chooseBackend(request.backend, deps.machine, signal);
  const { name, card } = found;
  const question = { name, graph: graphOf(found), card, request };
  const { spec, notes } = await settledSpec(
    found,
    (trial) => settleModel({ ...question, trial }),
    choice.backend,
    deps.spawn,
    signal,
  );
  return { spec, plan: planOf(request, found, spec, choice, notes, deps.cores) };
}

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
    sessions: sessionsFor(request.sessions, backend, cores),
    defaults,
    card: shownOf(card),
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

async function open(
  request: DetectorRequest,
  { plan, spec }: Settled,
  deps: ModelsDeps,
  signal: AbortSignal,
): Promise<Detector> {
  const pool = await openPool({ request, plan, spec, floor: request.floor }, deps, signal);
  return {
    plan,
    find: async (image, signal) => await pool.find(await workOf(image, spec, deps), signal),
    close: () => Promise.resolve(pool.close()),
  };
}
