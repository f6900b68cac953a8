// Pipelines on benches that read each other's datasets from one store.
import { openDataset } from "../../runtime/engine/reader.ts";
import type { StepPlugin } from "../../runtime/plugin.ts";
import { idOf } from "../../runtime/plugin.ts";
import { createMemoryStore } from "../../runtime/store/memory.ts";
import { createStorage, type DatasetStorage } from "../../runtime/store/open.ts";
import dataset from "../../sources/dataset.ts";
import { type Bench, type BenchOptions, collected, createBench } from "./bench.ts";
import { itemStep } from "./fixtures.ts";

export const copies: StepPlugin = itemStep({ name: "copy" });

export function emptyStorage(): DatasetStorage {
  return createStorage(createMemoryStore());
}

/** A pipeline over files `<key>: <bytes>`. */
export function filesBench(
  storage: DatasetStorage,
  name: string,
  files: Readonly<Record<string, string>>,
  steps: readonly StepPlugin[] = [copies],
): Bench {
  return createBench({ storage, dataset: name, files: new Map(Object.entries(files)), steps });
}

/** A pipeline over other datasets. */
export function composedBench(
  storage: DatasetStorage,
  name: string,
  written: { readonly datasets: string | readonly string[]; readonly [option: string]: unknown },
  more: Partial<BenchOptions> = {},
): Bench {
  const options = dataset.options.parse(written);
  const source = {
    id: "dataset",
    definition: dataset,
    options,
    written: JSON.parse(JSON.stringify(written)),
    keep: false,
  };
  return createBench({ storage, dataset: name, files: new Map(), steps: [copies], source, ...more });
}

export async function itemsOf(storage: DatasetStorage, name: string) {
  return await collected((await openDataset(storage, name)).items());
}

export async function idsOf(storage: DatasetStorage, name: string): Promise<string[]> {
  return (await itemsOf(storage, name)).map(idOf);
}
