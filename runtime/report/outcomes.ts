// What became of the records, added up: how many were kept, and how many were lost where and why. Pure.
import type { LedgerLine } from "../contract/item.ts";
import { type Outcome, outcomeOf } from "./statistics.ts";

export type OutcomeCount = Outcome & { readonly records: number };

export interface OutcomeSurvey {
  add(line: LedgerLine): void;
  /** Those that were lost, the most first; what had no room is one entry more, without step. */
  losses(): readonly OutcomeCount[];
}

/** Reasons that are told apart. */
const mostReasons = 200;

export function createOutcomeSurvey(): OutcomeSurvey {
  const counts = new Map<string, Outcome & { records: number }>();
  const others = { dropped: 0, rejected: 0 };
  return {
    add(line) {
      const outcome = outcomeOf(line);
      if (outcome.verdict === "kept") return;
      const name = JSON.stringify(outcome);
      const known = counts.get(name);
      if (known !== undefined) known.records++;
      else if (counts.size >= mostReasons) others[outcome.verdict]++;
      else counts.set(name, { ...outcome, records: 1 });
    },
    losses() {
      const told = [...counts.values()].sort((left, right) => right.records - left.records || byName(left, right));
      const rest = (["dropped", "rejected"] as const).filter((verdict) => others[verdict] > 0);
      return [
        ...told,
        ...rest.map((verdict) => ({ verdict, step: "", reason: "other reasons", records: others[verdict] })),
      ];
    },
  };
}

function byName(left: Outcome, right: Outcome): number {
  return `${left.step}/${left.reason}` < `${right.step}/${right.reason}` ? -1 : 1;
}
