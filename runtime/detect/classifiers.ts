// Plans and opens classifiers: from what a manifest asks for to sessions that name images.
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Classifier, ClassifierPlan, ClassifierRequest, Classifiers } from "../contract/classification.ts";
import { InputError, messageOf } from "../contract/errors.ts";
import { runtimeOf } from "./backends/runtime_files.ts";
import { type BackendChoice, chooseBackend } from "./choose_backend.ts";
import { findModel, type FoundModel, isModelPath } from "./find_model.ts";
import type { ClassifierSpec } from "./model_spec.ts";
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
import { settleClassifier } from "./settle_classes.ts";

type Settled = { readonly plan: ClassifierPlan; readonly spec: ClassifierSpec };

/** Each request is planned once. */
export function createClassifiers(deps: ModelsDeps): Classifiers {
  const settled = settledOnce((request: ClassifierRequest, signal) => settle(request, deps, signal));
  return {
    plan: async (request, signal) => (await settled(request, signal)).plan,
    open: async (request, signal) => await open(request, await settled(request, signal), deps, signal),
  };
}

async function settle(request: ClassifierRequest, deps: ModelsDeps, signal: AbortSignal): Promise<Settled> {
  const found = await findModel(request, deps, signal);
  const choice = await chooseBackend(request.backend, deps.machine, signal);
  const { name, card } = found;
  const question = { name, graph: graphOf(found), card, request, labels: await labelsBeside(request, deps) };
  const { spec, notes } = await settledSpec(
    found,
    (trial) => settleClassifier({ ...question, trial }),
    choice.backend,
    deps.spawn,
    signal,
  );
  return { spec, plan: planOf(request, found, spec, choice, notes, deps.cores) };
}

/** The lines of `labels.txt` in the folder of a card or a model that is named by its path. */
async function labelsBeside({ model, labels }: ClassifierRequest, { resolvePath }: ModelsDeps) {
  if (labels !== undefined || !isModelPath(model)) return undefined;
  const path = join(dirname(resolvePath(model)), "labels.txt");
  try {
    const lines = (await readFile(path, "utf8")).replace(/^\uFEFF/, "").trimEnd().split(/\r?\n/);
    return lines.map((line) => line.trim());
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
    throw new InputError(`Cannot read the labels "${path}": ${messageOf(cause)}`, [], { cause });
  }
}

function planOf(
  request: ClassifierRequest,
  { name, digest, card }: FoundModel,
  spec: ClassifierSpec,
  { backend, note }: BackendChoice,
  notes: readonly string[],
  cores: number,
): ClassifierPlan {
  const { layout, labels, size, preprocess, input, sizes, outputs, softmax } = spec;
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
    card: shownOf(card),
    key: { digest, layout, size, preprocess, input, sizes, outputs, softmax, backend, runtime },
    notes: [note, ...notes],
  };
}

async function open(
  request: ClassifierRequest,
  { plan, spec }: Settled,
  deps: ModelsDeps,
  signal: AbortSignal,
): Promise<Classifier> {
  const pool = await openPool({ request, plan, spec, floor: 0 }, deps, signal);
  return {
    plan,
    async classify(image, signal) {
      const { classes, scores } = await pool.find(await workOf(image, spec, deps), signal);
      return { classes, scores };
    },
    close: () => Promise.resolve(pool.close()),
  };
}
