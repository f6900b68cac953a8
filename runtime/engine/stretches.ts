// The order in which a run goes through its stages. A dataset step has to see all items, so that what stands after it
// would wait for the whole set and read every image twice. Where nothing after it looks at the facts it adds, it runs
// aside: the shards go on, and its facts are joined to what came of them.
import { digestOfJson } from "../contract/json.ts";
import type { Bound } from "../contract/manifest.ts";
import { movingFacts } from "../contract/item.ts";
import type { DatasetStepDefinition } from "../contract/plugin.ts";
import type { Column } from "../contract/version.ts";
import { type Leg, type Part, recordsColumn, stepsOf } from "./legs.ts";
import type { Stage } from "./stage.ts";
import { namesOf, wholeColumn } from "./whole.ts";

export type Stretch =
  /** Stages that a shard passes one after the other. */
  | { readonly kind: "shards"; readonly stages: readonly Stage[] }
  /** A dataset step; it looks at the column `input`. */
  | {
    readonly kind: "whole";
    readonly step: Bound<DatasetStepDefinition>;
    readonly column: Column;
    readonly input: number;
  }
  /** Gives the items of column `items` the facts that column `from` has for them, or for what they were made from. */
  | {
    readonly kind: "join";
    readonly column: Column;
    readonly items: number;
    readonly from: number;
    readonly facts: readonly string[];
  };

export type StretchInput = {
  readonly admission: Stage;
  readonly legs: readonly Leg[];
  readonly stageOf: (part: Part) => Stage;
  readonly rendering: Stage | undefined;
  readonly seed: number;
};

export function stretchesOf({ admission, legs, stageOf, rendering, seed }: StretchInput): Stretch[] {
  const stretches: Stretch[] = [{ kind: "shards", stages: [admission] }];
  const last = () => columnsOf(stretches).length - 1;
  const whole = (step: Bound<DatasetStepDefinition>, input: number) => {
    const { name, key } = wholeColumn(step, seed);
    const column = input === last() ? { name, key } : { name, key, inputs: [input] };
    stretches.push({ kind: "whole", step, column, input });
  };
  for (let at = 0; at < legs.length; at++) {
    const leg = legs[at];
    if (leg?.kind === "items") append(stretches, leg.stages.map(stageOf));
    if (leg?.kind !== "whole") continue;
    const next = legs[at + 1];
    const isLast = at + (next?.kind === "items" ? 2 : 1) === legs.length;
    const after = [
      ...(next?.kind === "items" ? next.stages.map(stageOf) : []),
      ...(isLast && rendering !== undefined ? [rendering] : []),
    ];
    if (after.length === 0 || !mayRunAside(leg.step, next)) {
      whole(leg.step, last());
      continue;
    }
    const input = last();
    append(stretches, after);
    const items = last();
    whole(leg.step, input);
    stretches.push(joinOf(leg.step, items, last()));
    if (isLast) return stretches;
    at++;
  }
  if (rendering !== undefined) append(stretches, [rendering]);
  return stretches;
}

/** Columns of the version in their order, all but the ledger. */
export function columnsOf(stretches: readonly Stretch[]): Column[] {
  const columns = stretches.flatMap((stretch) => (
    stretch.kind === "shards" ? stretch.stages.map(({ column }) => column) : [stretch.column]
  ));
  return [recordsColumn, ...columns];
}

/** Adds stages to the last stretch of shards, or begins one. */
function append(stretches: Stretch[], stages: readonly Stage[]): void {
  const last = stretches.at(-1);
  if (last?.kind !== "shards") stretches.push({ kind: "shards", stages });
  else stretches.splice(-1, 1, { kind: "shards", stages: [...last.stages, ...stages] });
}

function mayRunAside({ definition, options }: Bound<DatasetStepDefinition>, next: Leg | undefined): boolean {
  if (definition.adds !== true) return false;
  if (next === undefined) return true;
  const given = namesOf(definition.gives, options);
  if (given.some((name) => movingFacts.includes(name))) return false;
  return next.kind === "items" && next.stages.flatMap(stepsOf).every((step) => (
    step.definition.blind === true && !namesOf(step.definition.needs, step.options).some((name) => given.includes(name))
  ));
}

function joinOf({ id, definition, options }: Bound<DatasetStepDefinition>, items: number, from: number): Stretch {
  const facts = namesOf(definition.gives, options);
  const key = digestOfJson({ stage: "join", facts });
  return { kind: "join", column: { name: `${id} joined`, key, inputs: [items, from] }, items, from, facts };
}
