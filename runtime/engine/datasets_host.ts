// The door to other datasets of the same store.
import { InputError } from "../contract/errors.ts";
import type { DatasetsHost, InputDataset } from "../contract/hosts.ts";
import type { InputVersion } from "../contract/version.ts";
import type { DatasetStorage } from "../store/open.ts";
import { openDataset } from "./reader.ts";

export type OpenedInputs = {
  readonly host: DatasetsHost;
  /** What was opened so far, in the order of names. */
  inputs(): readonly InputVersion[];
};

/** For a run that makes a version of `dataset`. */
export function createDatasetsHost(storage: DatasetStorage, dataset: string): OpenedInputs {
  const opened = new Map<string, InputVersion>();
  return {
    inputs: () => [...opened.keys()].sort().flatMap((name) => opened.get(name) ?? []),
    host: {
      async open(name) {
        const input = await openInput(storage, dataset, name);
        const { items: _items, ...version } = input;
        opened.set(input.dataset, version);
        return input;
      },
    },
  };
}

async function openInput(storage: DatasetStorage, own: string, name: string): Promise<InputDataset> {
  const [, dataset = "", which] = /^([^@]+)(?:@(.+))?$/.exec(name) ?? [];
  if (dataset === own) throw new InputError(`Cannot read "${name}": a dataset cannot be made from itself`);
  const { number, ref, items } = await openDataset(storage, dataset, whichOf(which));
  return { dataset, number, version: ref.version, items };
}

function whichOf(which: string | undefined): number | string | undefined {
  if (which === undefined || which === "latest") return undefined;
  return /^v?[1-9]\d{0,8}$/.test(which) ? Number(which.replace("v", "")) : which;
}
