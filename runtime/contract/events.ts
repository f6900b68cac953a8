// What a run says while it goes on. Plain data: it crosses threads, and `--json` prints it as it is.
import type { Problem } from "./errors.ts";
import type { Counts, StageTime } from "./version.ts";

export type RecordChanges = {
  readonly total: number;
  readonly new: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly removed: number;
};

export type StagePlan = { readonly id: string; readonly steps: readonly string[]; readonly cached: boolean };

export type RunEvent =
  /** The manifest is read and bound. */
  | { readonly event: "started"; readonly run: string; readonly pipeline: string; readonly dataset: string }
  /** Records listed so far, while the source is walked. */
  | { readonly event: "listing"; readonly records: number }
  | {
    readonly event: "plan";
    readonly dataset: string;
    /** The version that this run builds on. */
    readonly parent?: number;
    readonly records: RecordChanges;
    readonly stages: readonly StagePlan[];
    /** Why everything runs again although records are unchanged, in words. */
    readonly because?: readonly string[];
  }
  | {
    readonly event: "progress";
    readonly stage: string;
    readonly done: number;
    readonly total: number;
    /** Items a second over the last few seconds. */
    readonly rate: number;
  }
  | { readonly event: "log"; readonly level: "info" | "warning"; readonly text: string }
  | Summary
  | Replayed
  | {
    readonly event: "failed";
    readonly code: string;
    readonly message: string;
    readonly problems?: readonly Problem[];
    readonly exit: number;
    readonly hint?: string;
  };

/** The last event of a run that went well. */
export type Summary = {
  readonly event: "summary";
  readonly run: string;
  readonly dataset: string;
  /** `published`: a new version. `unchanged`: the head is already this. `planned`: after `--dry-run`. */
  readonly outcome: "published" | "unchanged" | "planned";
  readonly number?: number;
  readonly version?: string;
  readonly counts?: Counts;
  /** Folder of the published files, when there is one. */
  readonly files?: string;
  readonly store: string;
  readonly stages: readonly StageTime[];
  readonly seconds: number;
  /** A few examples of what was rejected, for people. */
  readonly rejected?: readonly {
    readonly id: string;
    readonly step: string;
    readonly reason: string;
    readonly detail?: string;
  }[];
};

/** The last event of a replay. */
export type Replayed = {
  readonly event: "replayed";
  readonly dataset: string;
  readonly number: number;
  readonly version: string;
  /** True when every byte came out as it is stored. */
  readonly same: boolean;
  readonly differences: readonly Difference[];
  /** Entries that were not computed, but taken as they are stored: lost for a reason that lay in that moment. */
  readonly taken: number;
  readonly counts: Counts;
  readonly stages: readonly StageTime[];
  readonly seconds: number;
};

/** Where what is stored and what was computed part first. A side that has nothing there is absent. */
export type Difference = {
  readonly column?: string;
  readonly shard?: { readonly first: string; readonly last: string };
  readonly key?: string;
  /** Path of a published file. */
  readonly file?: string;
  /** Id of an export that noted something else. */
  readonly notes?: string;
  /** Member of the version's own text. */
  readonly member?: string;
  readonly stored?: string;
  readonly computed?: string;
};
