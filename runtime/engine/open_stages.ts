// Makes the stages of a pipeline ready to run. Steps open when their first item comes: a run that changes nothing
// opens none.
import type { Bound, Pipeline } from "../contract/manifest.ts";
import type { Json } from "../contract/json.ts";
import type { ItemHost, ItemStepDefinition, PlanHost, RawPlan, Source } from "../contract/plugin.ts";
import type { Column, ModelNote } from "../contract/version.ts";
import { itemRandom } from "../host/random.ts";
import { createTombstones } from "../store/tombstones.ts";
import { createAdmission } from "./admit.ts";
import { type Before, encodingsOf, exportHost, type Notes, type OpenedExport } from "./exporting.ts";
import { imageFile } from "./image_files.ts";
import { createItemStage, type OpenStep } from "./item_stage.ts";
import { ledgerColumn } from "./ledger.ts";
import { legsOf } from "./legs.ts";
import { createRawStage } from "./raw_stage.ts";
import { createRenderStage } from "./render_stage.ts";
import type { RunDeps } from "./run.ts";
import type { Stage } from "./stage.ts";
import { columnsOf, type Stretch, stretchesOf } from "./stretches.ts";

export type OpenedStages = {
  /** The models that steps look through, by step id. */
  readonly models: ReadonlyMap<string, ModelNote>;
  /** What steps settled before the run and depend on, by step id. */
  readonly settled: ReadonlyMap<string, Json>;
  readonly stretches: readonly Stretch[];
  /** What the plan shows: every stretch's stages in order. */
  readonly all: readonly { readonly column: Column; readonly steps: readonly string[] }[];
  /** Columns of the version: `records`, the stages, `ledger`. */
  readonly columns: readonly Column[];
  /** Closes the steps that were opened. */
  close(): Promise<void>;
};

export async function openStages(deps: RunDeps, source: Source, signal: AbortSignal): Promise<OpenedStages> {
  const opened: Promise<Closing>[] = [];
  const plans = await planRaws(deps, signal);
  const settled = await planSteps(deps, signal);
  const rendering = await renderStage(deps, signal);
  const looksAgain = rendering !== undefined || deps.pipeline.steps.length > 0;
  const admission = createAdmission({
    bound: deps.pipeline.source,
    source,
    blobs: deps.storage.blobs,
    readHeader: deps.readHeader,
    limits: deps.pipeline.limits,
    call: deps.call,
    purged: lookedUpOnce(deps),
    remember: looksAgain ? deps.pixels.remember : () => {},
  });
  const stretches = stretchesOf({
    admission,
    legs: legsOf(deps.pipeline.steps),
    stageOf: (part) => (
      part.kind === "raw"
        ? rawStage(deps, part.step, plans.get(part.step.id)?.key ?? null, opened, signal)
        : itemStage(deps, part.steps, settled, opened, signal)
    ),
    rendering,
    seed: deps.pipeline.seed,
  });
  return {
    models: new Map([...plans].flatMap(([id, { model }]) => model === undefined ? [] : [[id, model] as const])),
    settled,
    stretches,
    all: stretches.flatMap(shownStages),
    columns: [...columnsOf(stretches), ledgerColumn],
    async close() {
      for (const step of await Promise.allSettled(opened)) {
        if (step.status === "fulfilled") await step.value.close?.();
      }
    },
  };
}

/** The tombstones, read when the first record comes. */
function lookedUpOnce({ storage }: RunDeps): () => Promise<ReadonlySet<string>> {
  let found: Promise<ReadonlySet<string>> | undefined;
  return () => found ??= createTombstones(storage.store).digests();
}

function shownStages(stretch: Stretch): OpenedStages["all"] {
  if (stretch.kind === "shards") return stretch.stages;
  return stretch.kind === "whole" ? [{ column: stretch.column, steps: [stretch.step.id] }] : [];
}

/** What opening a step leaves to be closed. */
type Closing = { close?(): Promise<void> | void };

/** Settles models and what computes them, for every step that has a raw half. */
async function planRaws(deps: RunDeps, signal: AbortSignal): Promise<ReadonlyMap<string, RawPlan>> {
  const plans = new Map<string, RawPlan>();
  for (const { id, definition, options } of deps.pipeline.steps) {
    if (definition.kind !== "item" || definition.raw === undefined) continue;
    const { raw } = definition;
    const host = planHost(deps, id);
    const plan = await deps.call(
      { plugin: id, phase: "plan", untimed: true },
      signal,
      () => raw.plan(options, host, signal),
    );
    plan.notes.forEach(host.log);
    plans.set(id, plan);
  }
  return plans;
}

/** What the other steps depend on beside their options. */
async function planSteps(deps: RunDeps, signal: AbortSignal): Promise<ReadonlyMap<string, Json>> {
  const settled = new Map<string, Json>();
  for (const { id, definition, options } of deps.pipeline.steps) {
    if (definition.kind !== "item" || definition.plan === undefined) continue;
    const { plan } = definition;
    const who = { plugin: id, phase: "plan", untimed: true } as const;
    const { key } = await deps.call(who, signal, () => plan(options, planHost(deps, id), signal));
    settled.set(id, key);
  }
  return settled;
}

function planHost(deps: RunDeps, id: string): PlanHost {
  const { detectors, classifiers, world: { digestOfFile } } = deps;
  return { detectors, classifiers, digestOfFile, log: logOf(deps, id) };
}

/** Opens once, when it is first asked. */
function once<T extends Closing>(opened: Promise<Closing>[], open: () => Promise<T>): () => Promise<T> {
  let step: Promise<T> | undefined;
  return () => {
    if (step === undefined) opened.push(step = open());
    return step;
  };
}

function itemStage(
  deps: RunDeps,
  steps: readonly Bound<ItemStepDefinition>[],
  settled: OpenedStages["settled"],
  opened: Promise<Closing>[],
  signal: AbortSignal,
): Stage {
  const { pipeline, codec, call } = deps;
  const opening = (bound: Bound<ItemStepDefinition>): OpenStep => {
    const { id, definition, options } = bound;
    const who = { plugin: id, phase: "open" };
    const plan = settled.get(id);
    return {
      bound,
      ...(plan === undefined ? {} : { settled: plan }),
      open: once(opened, () => call(who, signal, () => definition.open(options, itemHost(deps, id)))),
    };
  };
  return createItemStage({ steps: steps.map(opening), seed: pipeline.seed, codec: codec.identity, call });
}

function rawStage(
  deps: RunDeps,
  bound: Bound<ItemStepDefinition>,
  key: Json,
  opened: Promise<Closing>[],
  signal: AbortSignal,
): Stage {
  const { id, definition: { raw }, options } = bound;
  if (raw === undefined) throw new TypeError(`Cannot make a raw stage of "${id}": it has no raw half`);
  const who = { plugin: id, phase: "open" };
  const open = once(opened, () => deps.call(who, signal, () => raw.open(options, itemHost(deps, id))));
  return createRawStage({ bound, key, open, codec: deps.codec.identity, call: deps.call });
}

function itemHost(deps: RunDeps, id: string): ItemHost {
  const { pipeline, pixels, detectors, classifiers, codec, world: { programs, lent } } = deps;
  return {
    random: itemRandom(pipeline.seed, id),
    bytes: pixels.bytes,
    pixels: pixels.pixels,
    file: (image, wish) => imageFile({ files: lent, bytes: pixels.bytes, codec }, image, wish),
    detectors,
    classifiers,
    programs,
    log: logOf(deps, id),
  };
}

function logOf({ emit }: RunDeps, id: string): (text: string) => void {
  return (text) => emit({ event: "log", level: "info", text: `${id}: ${text}` });
}

/** Pictures are rendered for what exports want; an export is asked when it is opened. */
async function renderStage(deps: RunDeps, signal: AbortSignal): Promise<Stage | undefined> {
  const opened = await openExports(deps, deps.pipeline.exports, new Map(), undefined, signal);
  const encodings = encodingsOf(opened);
  for (const { opened: one } of opened) await one.close?.();
  if (encodings.length === 0) return undefined;
  return createRenderStage({
    encodings,
    codec: deps.codec.identity,
    blobs: deps.storage.blobs,
    bytes: deps.pixels.bytes,
    encodeMany: deps.codec.encodeMany,
    call: deps.call,
  });
}

/** Opens exports, each with what it noted in the parent version; their new notes go to `notes`. */
export async function openExports(
  { storage, call, emit }: RunDeps,
  bounds: Pipeline["exports"],
  notes: Notes,
  before: Before | undefined,
  signal: AbortSignal,
): Promise<OpenedExport[]> {
  const exports: OpenedExport[] = [];
  for (const bound of bounds) {
    const log = (text: string) => emit({ event: "log", level: "info", text: `${bound.id}: ${text}` });
    const host = exportHost(storage, bound, before, notes, log);
    const who = { plugin: bound.id, phase: "open" };
    exports.push({ bound, opened: await call(who, signal, () => bound.definition.open(bound.options, host)) });
  }
  return exports;
}
