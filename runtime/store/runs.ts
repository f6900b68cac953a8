// What runs leave behind that is no part of a version: their record, events, times.
import type { ObjectEntry, ObjectStore } from "../contract/store.ts";
import { checkedDataset, checkedName } from "./keys.ts";

/** A run of a dataset; the id is chosen by who starts it: letters, digits, `.`, `_`, `~`, `-`. */
export type RunName = { readonly dataset: string; readonly id: string };

/** One file of a run's record. `size` in bytes. */
export type RunFile = { readonly run: string; readonly name: string; readonly size: number };

export interface Runs {
  /** Keeps a file of a run's record, in place of an earlier one of that name. Durable after a flush of the store. */
  put(run: RunName, name: string, body: Uint8Array): Promise<void>;
  get(run: RunName, name: string): Promise<Uint8Array | undefined>;
  /** The files of all runs of a dataset, in byte order of run and name. */
  list(dataset: string): AsyncIterable<RunFile>;
}

/** The run records of a store. */
export function createRuns(store: ObjectStore): Runs {
  return {
    async put(run, name, body) {
      await store.put(keyOf(run, name), body);
    },
    get: (run, name) => Promise.try(() => store.get(keyOf(run, name))),
    async *list(dataset) {
      const prefix = `runs/${checkedDataset(dataset)}/`;
      for await (const entry of store.list(prefix)) yield* fileOf(prefix, entry);
    },
  };
}

function keyOf({ dataset, id }: RunName, name: string): string {
  return `runs/${checkedDataset(dataset)}/${checkedName(id)}/${checkedName(name)}`;
}

function* fileOf(prefix: string, { key, size }: ObjectEntry): Iterable<RunFile> {
  const [run, name, deeper] = key.slice(prefix.length).split("/");
  if (run !== undefined && name !== undefined && deeper === undefined) yield { run, name, size };
}
