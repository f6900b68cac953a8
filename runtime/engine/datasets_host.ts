// The door to other datasets of the same store.
import { InputError, StoreError } from "../contract/errors.ts";
import type { DatasetsHost, InputDataset } from "../contract/hosts.ts";
import type { Digest } from "../contract/json.ts";
import type { InputVersion, Version } from "../contract/version.ts";
import { didYouMean } from "../manifest/nearest.ts";
import type { DatasetStorage } from "../store/open.ts";
import { openDataset, refOf } from "./reader.ts";

export type OpenedInputs = {
  readonly host: DatasetsHost;
  /** What was opened so far, in the order of names. */
  inputs(): readonly InputVersion[];
};

/** The path of the manifest that makes a dataset, where there is one. */
export type ManifestOf = (dataset: string) => Promise<string | undefined>;

/** For a run that makes a version of `dataset`. */
export function createDatasetsHost(
  storage: DatasetStorage,
  dataset: string,
  manifestOf: ManifestOf = () => Promise.resolve(undefined),
): OpenedInputs {
  const opened = new Map<string, InputVersion>();
  return {
    inputs: () => [...opened.keys()].sort().flatMap((name) => opened.get(name) ?? []),
    host: {
      async open(name) {
        const input = await openInput(storage, dataset, name, manifestOf);
        const { items: _items, ...version } = input;
        opened.set(input.dataset, version);
        return input;
      },
    },
  };
}

async function openInput(
  storage: DatasetStorage,
  own: string,
  name: string,
  manifestOf: ManifestOf,
): Promise<InputDataset> {
  const [, dataset = "", which] = /^([^@]+)(?:@(.+))?$/.exec(name) ?? [];
  if (dataset === own) throw sourceError(`Cannot read "${name}": a dataset cannot be made from itself`);
  const number = whichOf(which);
  if (await refOf(storage, dataset, number) === undefined) throw await absent(storage, dataset, number, manifestOf);
  const reader = await openDataset(storage, dataset, number);
  await checkCircle(storage, own, reader.version);
  return { dataset, number: reader.number, version: reader.ref.version, items: reader.items };
}

function whichOf(which: string | undefined): number | string | undefined {
  if (which === undefined || which === "latest") return undefined;
  return /^v?[1-9]\d{0,8}$/.test(which) ? Number(which.replace("v", "")) : which;
}

/** Throws `InputError` when what is to be read was itself made from `own`, by however many steps. */
async function checkCircle(storage: DatasetStorage, own: string, read: Version): Promise<void> {
  const circle = await wayTo(storage, own, read, new Set());
  if (circle === undefined) return;
  const [first = "", ...rest] = [own, ...circle];
  const way = rest.map((name, at) => `${at === 0 ? "" : "which "}reads "${name}"`).join(", ");
  throw sourceError(
    `Cannot read "${read.dataset}": that would close a circle: "${first}" ${way}. A dataset cannot be made from itself`,
  );
}

/** Names of datasets from `version` to `wanted`, each made from the next; `undefined` when there is no such way. */
async function wayTo(
  storage: DatasetStorage,
  wanted: string,
  { dataset, provenance: { inputs = [] } }: Version,
  seen: Set<Digest>,
): Promise<readonly string[] | undefined> {
  for (const input of inputs) {
    if (input.dataset === wanted) return [dataset, wanted];
    if (seen.has(input.version)) continue;
    seen.add(input.version);
    const version = await versionIfThere(storage, input);
    const way = version === undefined ? undefined : await wayTo(storage, wanted, version, seen);
    if (way !== undefined) return [dataset, ...way];
  }
  return undefined;
}

/** The version that was read; `undefined` when it was removed since. */
export async function versionIfThere(
  { versions }: DatasetStorage,
  { dataset, version }: InputVersion,
): Promise<Version | undefined> {
  try {
    return await versions.get(dataset, version);
  } catch (thrown) {
    if (thrown instanceof StoreError && thrown.failure === "missing") return undefined;
    throw thrown;
  }
}

async function absent(
  storage: DatasetStorage,
  dataset: string,
  which: number | string | undefined,
  manifestOf: ManifestOf,
): Promise<InputError> {
  const head = await storage.refs.head(dataset);
  if (head !== undefined) return await absentVersion(storage, dataset, which, head.number);
  const manifest = await manifestOf(dataset);
  const known = await Array.fromAsync(storage.refs.datasets());
  const near = didYouMean(dataset, known);
  const way = manifest !== undefined
    ? `; run ${manifest} first`
    : near !== undefined
    ? `. ${near}`
    : "; run the pipeline that makes it first";
  return sourceError(`Cannot read the dataset "${dataset}": ${storage.store.place} has no version of it${way}`);
}

async function absentVersion(
  { tags }: DatasetStorage,
  dataset: string,
  which: number | string | undefined,
  newest: number,
): Promise<InputError> {
  const head = `the newest version is v${newest}`;
  if (typeof which !== "string") return sourceError(`Cannot read "${dataset}@${which}": it is not there; ${head}`);
  const names = (await Array.fromAsync(tags.list(dataset))).map(({ name }) => name);
  const hint = names.length === 0 ? "" : `its tags are ${names.join(", ")}, and `;
  return sourceError(`Cannot read "${dataset}@${which}": "${dataset}" has no such tag; ${hint}${head}`);
}

function sourceError(message: string): InputError {
  return new InputError(message, [], { code: "source" });
}
