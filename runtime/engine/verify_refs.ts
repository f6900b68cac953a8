// The first part of a verification: refs, tags, and the texts of versions.
import { StoreError } from "../contract/errors.ts";
import { canonicalJson, type Digest } from "../contract/json.ts";
import type { Ref, Version } from "../contract/version.ts";
import type { DatasetStorage } from "../store/open.ts";
import type { Findings } from "./findings.ts";

/** A version that can be read, and the numbers that lead to it: more than one after a rollback. */
export type NumberedVersion = {
  readonly dataset: string;
  readonly id: Digest;
  readonly numbers: readonly number[];
  readonly version: Version;
  /** The runs that published it. */
  readonly runs: readonly string[];
};

export type ReadVersions = { readonly versions: readonly NumberedVersion[]; readonly expired: number };

/** Reads the versions of a dataset, or the one with this number. What cannot be read is a finding. */
export async function readVersions(
  storage: DatasetStorage,
  findings: Findings,
  dataset: string,
  number?: number,
): Promise<ReadVersions> {
  const numbers = await versionNumbers(storage, dataset);
  const refs = new Map<number, Ref>();
  for (const one of number === undefined ? numbers : [number]) {
    const ref = await readRef(storage, findings, dataset, one);
    if (ref !== undefined) refs.set(one, ref);
  }
  if (number === undefined) await checkTags(storage, findings, dataset, numbers);
  const byId = Map.groupBy(refs, ([, ref]) => ref.version);
  const versions: NumberedVersion[] = [];
  for (const [id, same] of byId) {
    const known = same.map(([nth]) => nth);
    const version = await readVersion(storage, findings, { dataset, id, numbers: known });
    const runs = same.map(([, { run }]) => run);
    if (version !== undefined) versions.push({ dataset, id, numbers: known, version, runs });
  }
  return { versions, expired: number === undefined ? (numbers.at(-1) ?? 0) - numbers.length : 0 };
}

/** The numbers that lead to a version, in order. */
export async function versionNumbers({ store }: DatasetStorage, dataset: string): Promise<number[]> {
  const prefix = `refs/${dataset}/`;
  const numbers: number[] = [];
  for await (const { key } of store.list(prefix)) {
    if (/^\d{8}$/.test(key.slice(prefix.length))) numbers.push(Number(key.slice(prefix.length)));
  }
  return numbers;
}

async function readRef(
  { refs, store }: DatasetStorage,
  findings: Findings,
  dataset: string,
  number: number,
): Promise<Ref | undefined> {
  const key = `refs/${dataset}/${String(number).padStart(8, "0")}`;
  const spoilt = (what: string) => {
    findings.add("ref", key, what);
    findings.affects(key, { dataset, numbers: [number], noun: "version" });
    return undefined;
  };
  try {
    const ref = await refs.get(dataset, number);
    if (ref === undefined) return spoilt("it is missing");
    const text = new TextDecoder().decode(await store.get(key));
    const isWhole = /^[0-9a-f]{64}$/.test(ref.version) && !Number.isNaN(Date.parse(ref.publishedAt));
    return isWhole && text === canonicalJson(ref) ? ref : spoilt("it is not what a run writes");
  } catch (thrown) {
    checkDamage(thrown);
    return spoilt("it is not what a run writes");
  }
}

async function checkTags(
  { tags, store }: DatasetStorage,
  findings: Findings,
  dataset: string,
  numbers: readonly number[],
): Promise<void> {
  const prefix = `tags/${dataset}/`;
  const names = new Set<string>();
  for await (const { key } of store.list(prefix)) names.add(key.slice(prefix.length).split("/")[0] ?? "");
  for (const name of names) {
    try {
      const number = (await tags.get(dataset, name))?.number;
      if (number === undefined || numbers.includes(number)) continue;
      findings.add("tag", prefix + name, `it leads to v${number}, which is not there`);
    } catch (thrown) {
      checkDamage(thrown);
      findings.add("tag", prefix + name, "it is not what `tag` writes");
    }
  }
}

async function readVersion(
  { versions }: DatasetStorage,
  findings: Findings,
  { dataset, id, numbers }: Pick<NumberedVersion, "dataset" | "id" | "numbers">,
): Promise<Version | undefined> {
  try {
    return await versions.get(dataset, id);
  } catch (thrown) {
    checkDamage(thrown);
    const key = `versions/${dataset}/${id}.json`;
    findings.add("version", key, damageOf(thrown));
    findings.affects(key, { dataset, numbers, noun: "version" });
  }
}

/** Throws what says nothing of the object, such as a server that is out of reach. */
export function checkDamage(thrown: unknown): void {
  if (thrown instanceof StoreError && (thrown.failure === "missing" || thrown.failure === "corrupt")) return;
  throw thrown;
}

export function damageOf(thrown: unknown): string {
  const isMissing = thrown instanceof StoreError && thrown.failure === "missing";
  return isMissing ? "it is missing" : "its bytes are not those of its name";
}

/** Throws on all but what comes of using lines that are whole and still not what a run writes. */
export function checkNonsense(thrown: unknown): void {
  if (thrown instanceof TypeError || thrown instanceof RangeError || thrown instanceof SyntaxError) return;
  throw thrown;
}
