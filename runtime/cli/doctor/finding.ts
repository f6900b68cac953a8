// What a check of `doctor` has found.

export type State = "ok" | "warning" | "problem";

export type Finding = {
  /** What was looked at, in a word or two. */
  readonly what: string;
  readonly state: State;
  readonly found: string;
  /** How to mend it, a sentence. */
  readonly mend?: string;
};

/** Findings under one title. `isStore`: a problem among them is one of the store. */
export type Area = { readonly title: string; readonly isStore?: boolean; readonly findings: readonly Finding[] };

export function ok(what: string, found: string): Finding {
  return { what, state: "ok", found };
}

export function warning(what: string, found: string, mend: string): Finding {
  return { what, state: "warning", found, mend };
}

export function problem(what: string, found: string, mend: string): Finding {
  return { what, state: "problem", found, mend };
}
