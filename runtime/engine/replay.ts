// Computes a stored version again, from the bytes it was made of, and compares every line and file of it.
import type { Problem } from "../contract/errors.ts";
import type { Replayed } from "../contract/events.ts";
import { canonicalJson, digestOf, type Json } from "../contract/json.ts";
import type { ModelNote, ShardRow, Version } from "../contract/version.ts";
import type { DatasetStorage } from "../store/open.ts";
import { completed } from "./commit.ts";
import { differencesOf } from "./compare_versions.ts";
import { differences } from "./diff_settings.ts";
import { listRecords } from "./listing.ts";
import { type OpenedStages, openStages } from "./open_stages.ts";
import { openParent } from "./parent.ts";
import { notHere } from "./replay_pipeline.ts";
import { createReplayParent, createReplaySource } from "./replay_source.ts";
import { draftOf, type RunDeps } from "./run.ts";
import { runStages } from "./run_stages.ts";
import type { Standing } from "./standing.ts";

export type StoredVersion = { readonly number: number; readonly version: Version };

/** Throws `InputError` when it cannot be computed here. `deps.storage` gets what is written; it remembers nothing. */
export async function replayVersion(
  deps: RunDeps,
  { number, version }: StoredVersion,
  signal: AbortSignal,
): Promise<Replayed> {
  const { storage, pipeline } = deps;
  const startedMs = deps.now();
  const rows = await rowsOf(storage, version);
  const before = await parentOf(deps, version);
  checkErased(version, before);
  const parent = createReplayParent(
    before === undefined ? undefined : await openParent(before, storage.chunks),
    await openParent(version, storage.chunks),
  );
  const source = createReplaySource(storage, rows);
  const listing = await listRecords({
    source: pipeline.source.id,
    records: source.records(signal),
    parent,
    chunks: storage.chunks,
    write: true,
    onProgress: (records) => deps.emit({ event: "listing", records }),
    signal,
  });
  const stages = await openStages(deps, source, signal);
  checkStages(deps, version, stages);
  const taken = { entries: 0 };
  const made = await runStages(deps, stages, parent, listing, signal, takingAll(taken));
  const draft = await draftOf(deps, stages, made.rows, version.provenance.inputs ?? []);
  const parentId = version.parent === undefined ? undefined : { id: version.parent, ...withVersion(before) };
  const again = (await completed(deps, draft, made.rows, parentId, signal)).version;
  const same = canonicalText(again) === canonicalText(version);
  return {
    event: "replayed",
    dataset: version.dataset,
    number,
    version: digestOf(canonicalText(version)),
    same,
    differences: same ? [] : await differencesOf(storage, version, again),
    taken: taken.entries,
    counts: again.counts,
    stages: made.times(),
    seconds: Math.round(deps.now() - startedMs) / 1000,
  };
}

function withVersion(version: Version | undefined): { readonly version?: Version } {
  return version === undefined ? {} : { version };
}

export function canonicalText(version: Version): string {
  return canonicalJson(version as unknown as Json); // plain data through and through
}

async function rowsOf({ chunks }: DatasetStorage, version: Version): Promise<ShardRow[]> {
  const rows: ShardRow[] = [];
  for await (const line of chunks.readList(version.shards)) rows.push(JSON.parse(line));
  return rows;
}

/** The version before, where something looks at it. */
async function parentOf({ storage, pipeline }: RunDeps, version: Version): Promise<Version | undefined> {
  if (version.parent === undefined) return undefined;
  const looking = [...pipeline.steps, ...pipeline.exports].filter(({ definition }) =>
    "history" in definition && definition.history === true
  );
  if (looking.length === 0) return undefined;
  if (await storage.versions.has(version.dataset, version.parent)) {
    return await storage.versions.get(version.dataset, version.parent);
  }
  const names = looking.map(({ id }) => `"${id}"`).join(", ");
  const message = `the version before it is no longer in the store, and ${names} looked at it`;
  throw notHere(version, [{ message }]);
}

/** What somebody erased cannot be computed again, nor what was made while it was there. */
function checkErased(version: Version, before: Version | undefined): void {
  const isErased = ({ counts }: Version) => Object.keys(counts.losses).some((name) => name.startsWith("purge/"));
  if (isErased(version)) throw notHere(version, [{ message: "records of it were erased since" }]);
  if (before === undefined || !isErased(before)) return;
  throw notHere(version, [{
    message: "records of the version before it were erased since, and it was made with them",
  }]);
}

/** What is found among earlier entries is there because it cannot be had again. */
function takingAll(taken: { entries: number }): Standing {
  return {
    cell: () => Promise.resolve(true),
    entry() {
      taken.entries++;
      return true;
    },
  };
}

/** Throws `InputError` where the program, the codec or a model would compute something else by their own account. */
function checkStages({ codec }: RunDeps, version: Version, { columns, models, settled }: OpenedStages): void {
  const { provenance } = version;
  const problems: Problem[] = provenance.steps.flatMap(({ id, model }) => modelProblems(id, model, models.get(id)));
  for (const { id, settled: was } of provenance.steps) {
    const others = differences("", was, settled.get(id));
    if (others.length > 0) problems.push({ message: `what "${id}" reads is not what it was: ${others.join(", ")}` });
  }
  if (provenance.codec !== codec.identity) {
    problems.push({ message: `the codec was "${provenance.codec}", here it is "${codec.identity}"` });
  }
  if (problems.length === 0) problems.push(...columnProblems(version, columns));
  if (problems.length > 0) throw notHere(version, problems);
}

function modelProblems(id: string, was: ModelNote | undefined, is: ModelNote | undefined): Problem[] {
  if (was === undefined || is === undefined) {
    return was === is ? [] : [{ message: `"${id}" ${was === undefined ? "had no model" : "had a model"}` }];
  }
  const said = ["digest", "layout", "runtime"] as const;
  return said.filter((name) => was[name] !== is[name]).map((name) => (
    { message: `the ${word(name)} of "${id}" was ${was[name]}, here it is ${is[name]}` }
  ));
}

function word(name: "digest" | "layout" | "runtime"): string {
  return { digest: "model", layout: "layout of the model", runtime: "runtime of the model" }[name];
}

function columnProblems(version: Version, columns: OpenedStages["columns"]): Problem[] {
  const names = (all: OpenedStages["columns"]) => all.map(({ name }) => name).join(", ");
  if (names(version.columns) !== names(columns)) {
    return [{ message: `its stages were ${names(version.columns)}, here they are ${names(columns)}` }];
  }
  return version.columns.filter(({ key }, index) => key !== columns[index]?.key).map(({ name }) => (
    { message: `this program computes the stage "${name}" in another way` }
  ));
}
