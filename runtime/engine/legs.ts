// Cuts a pipeline's steps into stages: runs of item steps that go shard by shard, and dataset steps between them.
import { digestOfJson } from "../contract/json.ts";
import type { Bound } from "../contract/manifest.ts";
import type { DatasetStepDefinition, ItemStepDefinition, StepPlugin } from "../contract/plugin.ts";
import type { Column } from "../contract/version.ts";

/** Stages of item steps that a shard passes one after the other, or one dataset step that waits for all shards. */
export type Leg =
  | { readonly kind: "items"; readonly stages: readonly (readonly Bound<ItemStepDefinition>[])[] }
  | { readonly kind: "whole"; readonly step: Bound<DatasetStepDefinition> };

export function legsOf(steps: readonly Bound<StepPlugin>[]): Leg[] {
  const legs: Leg[] = [];
  let stages: Bound<ItemStepDefinition>[][] = [];
  let open = false;
  const close = () => {
    if (stages.length > 0) legs.push({ kind: "items", stages });
    stages = [];
    open = false;
  };
  for (const step of steps) {
    if (isWhole(step)) {
      close();
      legs.push({ kind: "whole", step });
    } else if (isItem(step)) {
      if (open) stages.at(-1)?.push(step);
      else stages.push([step]);
      open = !(step.definition.costly === true || step.keep);
    }
  }
  close();
  return legs;
}

function isWhole(step: Bound<StepPlugin>): step is Bound<DatasetStepDefinition> {
  return step.definition.kind === "dataset";
}

function isItem(step: Bound<StepPlugin>): step is Bound<ItemStepDefinition> {
  return step.definition.kind === "item";
}

/** The first column of every version: the listing itself. */
export const recordsColumn: Column = { name: "records", key: digestOfJson({ stage: "records" }) };
