// One run, in one direction: listing -> stages -> exports -> version -> published.
import { LimitError } from "../contract/errors.ts";
import type { Classifiers } from "../contract/classification.ts";
import type { Detectors } from "../contract/detection.ts";
import type { RecordChanges, RunEvent, Summary } from "../contract/events.ts";
import type { ImageHeader } from "../contract/image.ts";
import type { Pipeline } from "../contract/manifest.ts";
import type { Source } from "../contract/plugin.ts";
import type { BucketsHost, FilesHost } from "../contract/hosts.ts";
import type { Retry } from "../contract/run_request.ts";
import type { InputVersion, Provenance, Ref, ShardRow, Version } from "../contract/version.ts";
import { canonicalJson, digestOf, type JsonObject } from "../contract/json.ts";
import type { World } from "../host/world.ts";
import type { PixelsHost } from "../host/pixels.ts";
import type { DatasetStorage } from "../store/open.ts";
import { createTombstones } from "../store/tombstones.ts";
import type { Call } from "./call.ts";
import type { Codec } from "./codec_door.ts";
import { commitVersion, isSame } from "./commit.ts";
import { createDatasetsHost, type ManifestOf, type OpenedInputs } from "./datasets_host.ts";
import { createSorter, type Spill } from "./external_sort.ts";
import { finish } from "./finish.ts";
import { openJournals } from "./take_in.ts";
import { sumCounts } from "./ledger.ts";
import { earlierRecords } from "./earlier.ts";
import { listRecords, sortedLines, sortedRecords, withBlobs } from "./listing.ts";
import { readyPipeline } from "./readiness.ts";
import { admissionColumn } from "./admit.ts";
import { noParent, openParent, type Parent } from "./parent.ts";
import { type OpenedStages, openStages } from "./open_stages.ts";
import { runStages } from "./run_stages.ts";
import { retryStanding } from "./standing.ts";

export type RunDeps = {
  readonly run: string;
  readonly pipeline: Pipeline;
  readonly storage: DatasetStorage;
  readonly files: FilesHost;
  readonly buckets: BucketsHost;
  readonly world: World;
  readonly pixels: PixelsHost;
  readonly detectors: Detectors;
  readonly classifiers: Classifiers;
  readonly codec: Codec;
  readonly readHeader: (bytes: Uint8Array) => ImageHeader;
  readonly call: Call;
  readonly spill: Spill;
  readonly emit: (event: RunEvent) => void;
  /** Milliseconds from any fixed point. */
  readonly now: () => number;
  /** The time of day, ISO 8601 in UTC, for what is not hashed. */
  readonly today: () => string;
  readonly environment: JsonObject;
  readonly dryRun: boolean;
  /** For messages that tell people what to run first. */
  readonly manifestOf?: ManifestOf;
  /** The key of the lease under which this run works. */
  readonly lease?: string;
  /** Set to compute again what was rejected. */
  readonly retry?: Retry;
};

/** The version that a run starts from. */
export type Head = { readonly number: number; readonly ref: Ref; readonly version: Version };

/** Runs a pipeline once. Throws what ended it; nothing is published then, and what was computed is kept. */
export async function runPipeline(given: RunDeps, signal: AbortSignal): Promise<Summary> {
  const warn = (text: string) => given.emit({ event: "log", level: "warning", text });
  const deps = { ...given, pipeline: await readyPipeline({ ...given, ...given.world, warn }, signal) };
  const { pipeline, storage, emit } = deps;
  const startedMs = deps.now();
  const startedAt = deps.today();
  emit({ event: "started", run: deps.run, pipeline: pipeline.name, dataset: pipeline.dataset });
  const head = await readHead(storage, pipeline.dataset);
  const parent = head === undefined ? noParent : await openParent(head.version, storage.chunks);
  const datasets = createDatasetsHost(storage, pipeline.dataset, deps.manifestOf);
  const source = await openSource(deps, datasets, parent, signal);
  try {
    const stages = await openStages(deps, source, signal);
    const listing = await list(deps, source, parent, signal);
    emit(planEvent(deps, head, parent, listing.changes, stages));
    if (deps.dryRun) return planned(deps, startedMs);
    const standing = deps.retry === undefined ? undefined : retryStanding(deps.retry, parent, storage.chunks);
    const { rows, times } = await runStages(deps, stages, parent, listing, signal, standing);
    const draft = await draftOf(deps, stages, rows, datasets.inputs());
    checkRejected(deps, draft);
    const same = head !== undefined && isSame(head.version, draft);
    if (!same) await openJournals(deps, head?.number ?? 0);
    const made = same ? { head, exporting: [] } : await commitVersion(deps, draft, rows, head, signal);
    const outcome = same ? "unchanged" as const : "published" as const;
    const ending = { outcome, ...made, rows, startedMs, startedAt, stages: times() };
    return await finish(deps, ending, signal);
  } finally {
    await storage.memo.settled();
    await source.close?.();
  }
}

async function readHead({ refs, versions }: DatasetStorage, dataset: string): Promise<Head | undefined> {
  const head = await refs.head(dataset);
  return head === undefined ? undefined : { ...head, version: await versions.get(dataset, head.ref.version) };
}

async function openSource(
  { pipeline, storage, files, buckets, world: { inputs, programs, web }, call, spill, emit }: RunDeps,
  { host: datasets }: OpenedInputs,
  parent: Parent,
  signal: AbortSignal,
): Promise<Source> {
  const { id, definition, options } = pipeline.source;
  const log = (text: string) => emit({ event: "log", level: "info", text: `${id}: ${text}` });
  const earlier = definition.history === true
    ? earlierRecords(parent, admissionColumn(pipeline.source, pipeline.limits), storage.chunks)
    : undefined;
  const sorted = (lines: AsyncIterable<string>) => sortedLines(lines, createSorter(spill));
  const doors = { files, datasets, buckets, inputs, programs, web, sorted, log };
  const host = { ...doors, ...(earlier === undefined ? {} : { earlier }) };
  return await call({ plugin: id, phase: "open" }, signal, () => definition.open(options, host));
}

async function list(
  { pipeline, storage, dryRun, emit, spill }: RunDeps,
  source: Source,
  parent: Parent,
  signal: AbortSignal,
) {
  const { sorted } = pipeline.source.definition;
  const { blobs } = storage;
  let purged: Promise<ReadonlySet<string>> | undefined;
  const keep = async (bytes: Uint8Array) => {
    const erased = await (purged ??= createTombstones(storage.store).digests());
    if (!dryRun && erased.size === 0) return await blobs.put(bytes);
    const named = { digest: digestOf(bytes), size: bytes.length };
    return dryRun || erased.has(named.digest) ? named : await blobs.put(bytes);
  };
  const records = withBlobs(source.records(signal), keep);
  return await listRecords({
    source: pipeline.source.id,
    records: sorted === false ? sortedRecords(records, createSorter(spill)) : records,
    parent,
    chunks: storage.chunks,
    limit: pipeline.limit,
    write: !dryRun,
    onProgress: (records) => emit({ event: "listing", records }),
    signal,
  });
}

function planEvent(
  { pipeline }: RunDeps,
  head: Head | undefined,
  parent: Parent,
  records: RecordChanges,
  { all }: OpenedStages,
): RunEvent {
  const stages = all.map(({ column, steps }) => ({ id: column.name, steps, cached: parent.had(column) }));
  const changed = head === undefined ? [] : stages.filter(({ cached }) => !cached).map(({ id }) => id);
  return {
    event: "plan",
    dataset: pipeline.dataset,
    ...(head === undefined ? {} : { parent: head.number }),
    records,
    stages,
    ...(changed.length === 0 ? {} : { because: changed.map((id) => `${id} is new or has other options or code`) }),
  };
}

function planned({ run, pipeline, storage, now }: RunDeps, startedMs: number): Summary {
  return {
    event: "summary",
    run,
    dataset: pipeline.dataset,
    outcome: "planned",
    store: storage.store.place,
    stages: [],
    seconds: (now() - startedMs) / 1000,
  };
}

/** All that a version says, but for its files and its parent: those follow from it. */
export type Draft = Omit<Version, "parent" | "tree" | "notes">;

export async function draftOf(
  { pipeline, codec, storage }: RunDeps,
  { columns, models, settled }: OpenedStages,
  rows: readonly ShardRow[],
  inputs: readonly InputVersion[],
): Promise<Draft> {
  return {
    format: 1,
    dataset: pipeline.dataset,
    provenance: {
      ...provenanceOf(pipeline, codec.identity, { models, settled }),
      ...(inputs.length === 0 ? {} : { inputs }),
    },
    counts: sumCounts(rows.map((row) => row.counts)),
    columns,
    shards: await storage.chunks.putList(rows.map((row) => canonicalJson(row))),
  };
}

function provenanceOf(
  pipeline: Pipeline,
  codec: string,
  { models, settled }: Pick<OpenedStages, "models" | "settled">,
): Provenance {
  const plain = (
    { id, definition, written }: Pipeline["source"] | Pipeline["steps"][number] | Pipeline["exports"][number],
  ) => ({
    id,
    uses: definition.name,
    kind: definition.kind,
    version: definition.version,
    options: written,
  });
  return {
    pipeline: pipeline.name,
    params: pipeline.params,
    seed: pipeline.seed,
    source: plain(pipeline.source),
    steps: pipeline.steps.map((step) => {
      const model = models.get(step.id);
      const other = settled.get(step.id);
      return {
        ...plain(step),
        ...(model === undefined ? {} : { model }),
        ...(other === undefined ? {} : { settled: other }),
      };
    }),
    exports: pipeline.exports.map(plain),
    codec,
    limits: { maxPixels: pipeline.limits.maxPixels, maxBytes: pipeline.limits.maxBytes },
  };
}

function checkRejected({ pipeline }: RunDeps, { counts }: Draft): void {
  const problem = tooManyRejected(pipeline, counts.rejected, counts.records);
  if (problem !== undefined) throw new LimitError(problem);
}

/** A sentence when more records are rejected than the manifest allows. */
export function tooManyRejected(
  { limits, name }: Pipeline,
  rejected: number,
  records: number,
  reasons: ReadonlyMap<string, number> = new Map(),
): string | undefined {
  const { maxRejected } = limits;
  const most = "count" in maxRejected ? maxRejected.count : maxRejected.share * records;
  if (rejected <= most) return undefined;
  const limit = "count" in maxRejected ? String(maxRejected.count) : `${Math.round(maxRejected.share * 1000) / 10}%`;
  const why = [...reasons].map(([reason, times]) => `${times} ${reason}`).join(", ");
  return `Cannot publish "${name}": ${rejected} of ${records} records were rejected, ` +
    `and limits.max_rejected is ${limit}${
      why === "" ? "" : ` (${why})`
    }. Nothing was published; mend the input or raise the limit`;
}
