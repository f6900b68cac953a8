// The record of a run, also of one that fails, is stopped or is killed: what it was at its beginning, and how it ended.
import type { RunEvent } from "../contract/events.ts";
import { canonicalJson, type Json } from "../contract/json.ts";
import type { Counts, StageTime } from "../contract/version.ts";
import type { RunName, Runs } from "../store/runs.ts";

export const startedFile = "started.json";
export const endedFile = "run.json";

/** `started.json`. */
export type RunStart = {
  readonly run: string;
  readonly dataset: string;
  /** Absolute path. */
  readonly manifest: string;
  /** `--set`, without the values that are secrets; those are named in `withheld`. */
  readonly set: Readonly<Record<string, string>>;
  readonly withheld?: readonly string[];
  readonly limit?: number;
  readonly startedAt: string;
  readonly host: string;
  readonly pid: number;
  /** Version of Framewright. */
  readonly framewright: string;
};

/** `run.json`. Of a run that published, or found nothing to publish, it says more. */
export type RunEnd = {
  readonly run: string;
  readonly outcome: "published" | "unchanged" | "failed" | "stopped";
  readonly startedAt: string;
  readonly seconds: number;
  readonly number?: number;
  readonly version?: string;
  readonly counts?: Counts;
  readonly stages?: readonly StageTime[];
  readonly code?: string;
  readonly message?: string;
  readonly exit?: number;
};

type Failure = Extract<RunEvent, { readonly event: "failed" }>;

export interface RunRecord {
  started(): Promise<void>;
  /** How a run ended that made nothing. Never rejects: what ended the run matters more. */
  ended(outcome: "failed" | "stopped", failure: Failure): Promise<void>;
}

export type RunRecordOptions = {
  readonly runs: Runs;
  /** Makes what was put durable: a run that is killed next is to be known of. */
  readonly flush: () => Promise<void>;
  readonly start: RunStart;
  /** Milliseconds from any fixed point. */
  readonly now: () => number;
  /** Values that are never written. */
  readonly secrets: readonly string[];
};

export function createRunRecord({ runs, flush, start, now, secrets }: RunRecordOptions): RunRecord {
  const startedMs = now();
  const name: RunName = { dataset: start.dataset, id: start.run };
  const put = async (file: string, value: Json) => {
    await runs.put(name, file, new TextEncoder().encode(canonicalJson(value)));
    await flush();
  };
  return {
    started: () => put(startedFile, withoutSecretSettings(start, secrets)),
    async ended(outcome, { code, message, exit }) {
      const { run, startedAt } = start;
      const seconds = Math.round(now() - startedMs) / 1000;
      const end = { run, outcome, startedAt, seconds, code, exit, message: withoutSecrets(message, secrets) };
      await put(endedFile, end).catch(() => {});
    },
  };
}

function withoutSecretSettings(start: RunStart, secrets: readonly string[]): RunStart {
  const isSecret = (value: string) => secrets.some((secret) => secret !== "" && value.includes(secret));
  const withheld = Object.keys(start.set).filter((name) => isSecret(start.set[name] ?? ""));
  if (withheld.length === 0) return start;
  const set = Object.fromEntries(Object.entries(start.set).filter(([, value]) => !isSecret(value)));
  return { ...start, set, withheld };
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.filter((secret) => secret !== "").reduce((left, secret) => left.replaceAll(secret, "***"), text);
}
