// Makes the stages of a pipeline ready to run. Steps open when their first item comes: a run that changes nothing
// opens none.
import type { Bound, Pipeline } from "../contract/manifest.ts";
import type { ItemStep, ItemStepDefinition, Source } from "../contract/plugin.ts";
import type { Column } from "../contract/version.ts";
import { itemRandom } from "../host/random.ts";
import { createAdmission } from "./admit.ts";
import { encodingsOf, exportHost, type Notes, type OpenedExport } from "./exporting.ts";
import { createItemStage, type OpenStep } from "./item_stage.ts";
import { ledgerColumn } from "./ledger.ts";
import { legsOf } from "./legs.ts";
import { createRenderStage } from "./render_stage.ts";
import type { RunDeps } from "./run.ts";
import type { Stage } from "./stage.ts";
import { columnsOf, type Stretch, stretchesOf } from "./stretches.ts";

export type OpenedStages = {
  readonly stretches: readonly Stretch[];
  /** What the plan shows: every stretch's stages in order. */
  readonly all: readonly { readonly column: Column; readonly steps: readonly string[] }[];
  /** Columns of the version: `records`, the stages, `ledger`. */
  readonly columns: readonly Column[];
  /** Closes the steps that were opened. */
  close(): Promise<void>;
};

export async function openStages(deps: RunDeps, source: Source, signal: AbortSignal): Promise<OpenedStages> {
  const opened: Promise<ItemStep>[] = [];
  const admission = createAdmission({
    bound: deps.pipeline.source,
    source,
    blobs: deps.storage.blobs,
    readHeader: deps.readHeader,
    limits: deps.pipeline.limits,
    call: deps.call,
    remember: deps.pixels.remember,
  });
  const stretches = stretchesOf({
    admission,
    legs: legsOf(deps.pipeline.steps),
    stageOf: (steps) => itemStage(deps, steps, opened, signal),
    rendering: await renderStage(deps, signal),
    seed: deps.pipeline.seed,
  });
  return {
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

function shownStages(stretch: Stretch): OpenedStages["all"] {
  if (stretch.kind === "shards") return stretch.stages;
  return stretch.kind === "whole" ? [{ column: stretch.column, steps: [stretch.step.id] }] : [];
}

function itemStage(
  deps: RunDeps,
  steps: readonly Bound<ItemStepDefinition>[],
  opened: Promise<ItemStep>[],
  signal: AbortSignal,
): Stage {
  const open = (bound: Bound<ItemStepDefinition>): OpenStep => {
    let step: Promise<ItemStep> | undefined;
    return {
      bound,
      open() {
        if (step !== undefined) return step;
        const who = { plugin: bound.id, phase: "open" };
        step = deps.call(who, signal, () => bound.definition.open(bound.options, itemHost(deps, bound.id)));
        opened.push(step);
        return step;
      },
    };
  };
  const { pipeline, codec, call } = deps;
  return createItemStage({ steps: steps.map(open), seed: pipeline.seed, codec: codec.identity, call });
}

function itemHost({ pipeline, pixels, emit }: RunDeps, id: string) {
  return {
    random: itemRandom(pipeline.seed, id),
    bytes: pixels.bytes,
    pixels: pixels.pixels,
    log: (text: string) => emit({ event: "log", level: "info", text: `${id}: ${text}` }),
  };
}

/** Pictures are rendered for what exports want; an export is asked when it is opened. */
async function renderStage(deps: RunDeps, signal: AbortSignal): Promise<Stage | undefined> {
  const opened = await openExports(deps, deps.pipeline.exports, new Map(), {}, signal);
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
  before: { readonly [id: string]: string },
  signal: AbortSignal,
): Promise<OpenedExport[]> {
  const exports: OpenedExport[] = [];
  for (const bound of bounds) {
    const log = (text: string) => emit({ event: "log", level: "info", text: `${bound.id}: ${text}` });
    const host = exportHost(storage, bound, before[bound.id], notes, log);
    const who = { plugin: bound.id, phase: "open" };
    exports.push({ bound, opened: await call(who, signal, () => bound.definition.open(bound.options, host)) });
  }
  return exports;
}
