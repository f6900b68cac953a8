// Reads what runs have left: what each was, and how it ended, if it did.
import { endedFile, type RunEnd, type RunStart, startedFile } from "./run_record.ts";
import type { Json } from "../contract/json.ts";
import type { DatasetStorage } from "../store/open.ts";
import { presences, usualPresence } from "../store/presence.ts";

export type RunState = RunEnd["outcome"] | "running" | "killed";

export type RunLook = {
  readonly dataset: string;
  readonly run: string;
  readonly state: RunState;
  readonly startedAt: string;
  readonly start?: RunStart;
  readonly end?: RunEnd;
};

/** Ids of the runs of a dataset that have a record, the newest first: an id begins with its time. */
export async function runIds({ runs }: DatasetStorage, dataset: string): Promise<string[]> {
  const ids = new Set<string>();
  for await (const { run, name } of runs.list(dataset)) if (name === startedFile || name === endedFile) ids.add(run);
  return [...ids].sort().reverse();
}

/** Names of all datasets that have runs, also of those that never made a version. */
export async function datasetsWithRuns({ store }: DatasetStorage): Promise<string[]> {
  const names = new Set<string>();
  for await (const { key } of store.list("runs/")) names.add(key.split("/")[1] ?? "");
  return [...names];
}

/** `undefined` when there is no record that can be read. */
export async function lookAtRun(
  storage: DatasetStorage,
  dataset: string,
  run: string,
  atWork: AtWork,
): Promise<RunLook | undefined> {
  const [start, end] = [
    await read<RunStart>(storage, dataset, run, startedFile),
    await read<RunEnd>(storage, dataset, run, endedFile),
  ];
  const startedAt = start?.startedAt ?? end?.startedAt;
  if (startedAt === undefined) return undefined;
  const state = end?.outcome ?? (start !== undefined && atWork(start) ? "running" : "killed");
  return {
    dataset,
    run,
    state,
    startedAt,
    ...(start === undefined ? {} : { start }),
    ...(end === undefined ? {} : { end }),
  };
}

async function read<T>({ runs }: DatasetStorage, dataset: string, id: string, name: string): Promise<T | undefined> {
  const bytes = await runs.get({ dataset, id }, name);
  if (bytes === undefined) return undefined;
  try {
    const value: Json & T = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === "object" && value !== null && "run" in value ? value : undefined;
  } catch {
    return undefined; // a record that a crash left torn tells nothing
  }
}

/** Says whether the process that began a run is still at work. */
export type AtWork = (start: RunStart) => boolean;

/** Whoever is at work holds a lease. */
export async function whoIsAtWork({ store }: DatasetStorage, nowMs: number): Promise<AtWork> {
  const processes = new Set<string>();
  for await (const { state, worker } of presences(store, "leases/", nowMs, usualPresence)) {
    if (state === "live" && worker !== undefined) processes.add(`${worker.host} ${worker.pid}`);
  }
  return ({ host, pid }) => processes.has(`${host} ${pid}`);
}
