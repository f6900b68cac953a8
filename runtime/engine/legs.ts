// Cuts a pipeline's steps into stages: runs of item steps that go shard by shard, and dataset steps between them.
import { digestOfJson } from "../contract/json.ts";
import type { Bound } from "../contract/manifest.ts";
import type { DatasetStepDefinition, ItemStepDefinition, StepPlugin } from "../contract/plugin.ts";
import type { Column } from "../contract/version.ts";

/** The steps of one stage: item steps one after the other, or the raw half of one. */
export type Part =
  | { readonly kind: "each"; readonly steps: readonly Bound<ItemStepDefinition>[] }
  | { readonly kind: "raw"; readonly step: Bound<ItemStepDefinition> };

/** Stages that a shard passes one after the other, or one dataset step that waits for all shards. */
export type Leg =
  | { readonly kind: "items"; readonly stages: readonly Part[] }
  | { readonly kind: "whole"; readonly step: Bound<DatasetStepDefinition> };

export function legsOf(steps: readonly Bound<StepPlugin>[]): Leg[] {
  const legs: Leg[] = [];
  let stages: Part[] = [];
  let open: Bound<ItemStepDefinition>[] | undefined;
  const close = () => {
    if (stages.length > 0) legs.push({ kind: "items", stages });
    stages = [];
    open = undefined;
  };
  for (const step of steps) {
    if (isWhole(step)) {
      close();
      legs.push({ kind: "whole", step });
    } else if (isItem(step)) {
      const { raw, costly } = step.definition;
      if (raw !== undefined) stages.push({ kind: "raw", step });
      if (open === undefined || raw !== undefined) stages.push({ kind: "each", steps: open = [] });
      open.push(step);
      if (costly === true || step.keep) open = undefined;
    }
  }
  close();
  return legs;
}

export function stepsOf(part: Part): readonly Bound<ItemStepDefinition>[] {
  return part.kind === "raw" ? [part.step] : part.steps;
}

function isWhole(step: Bound<StepPlugin>): step is Bound<DatasetStepDefinition> {
  return step.definition.kind === "dataset";
}

function isItem(step: Bound<StepPlugin>): step is Bound<ItemStepDefinition> {
  return step.definition.kind === "item";
}

/** The first column of every version: the listing itself. */
export const recordsColumn: Column = { name: "records", key: digestOfJson({ stage: "records" }) };
