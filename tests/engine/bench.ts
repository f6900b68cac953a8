// A pipeline on a bench: files in memory, a store in memory, plugins made of functions. Counts what is called.
import { ItemError } from "../../runtime/contract/errors.ts";
import type { RunEvent, Summary } from "../../runtime/contract/events.ts";
import type { Bound, Limits, Pipeline } from "../../runtime/contract/manifest.ts";
import type { Retry } from "../../runtime/contract/run_request.ts";
import { createCall } from "../../runtime/engine/call.ts";
import { type RunDeps, runPipeline } from "../../runtime/engine/run.ts";
import { compareUtf8, digestOf } from "../../runtime/contract/json.ts";
import {
  type DatasetStepDefinition,
  type ExportDefinition,
  type FilesHost,
  idOf,
  type Item,
  type ItemStepDefinition,
  type ItemsView,
  type SourceDefinition,
  type SourceRecord,
  type StepPlugin,
  type Verdict,
  z,
} from "../../runtime/plugin.ts";
import { createMemoryStore } from "../../runtime/store/memory.ts";
import { createStorage, type DatasetStorage } from "../../runtime/store/open.ts";
import { bound, header } from "./fixtures.ts";
import { noWorld } from "../../runtime/engine/no_world.ts";

export type BenchOptions = {
  readonly files: ReadonlyMap<string, string>;
  readonly steps: readonly StepPlugin[];
  readonly exports?: readonly ExportDefinition[];
  readonly storage?: DatasetStorage;
  readonly concurrency?: number;
  readonly maxRejected?: Limits["maxRejected"];
  readonly itemTimeout?: number;
  /** The order in which the source lists; that of `files` when absent. */
  readonly keys?: readonly string[];
  readonly sorted?: boolean;
  /** Name of the dataset; `test` when absent. */
  readonly dataset?: string;
  /** In place of the files. */
  readonly source?: Bound<SourceDefinition>;
  readonly publish?: Pipeline["publish"];
  readonly maxBytes?: number;
  /** What the manifest says of a step, by its name. */
  readonly given?: { readonly [step: string]: Partial<Pick<Bound<StepPlugin>, "options" | "written" | "keep">> };
};

export type Go = { readonly stopAfterCalls?: number; readonly dryRun?: boolean; readonly retry?: Retry };

export type Bench = ReturnType<typeof createBench>;

export function createBench(options: BenchOptions) {
  const storage = options.storage ?? createStorage(createMemoryStore());
  const events: RunEvent[] = [];
  const bench = {
    storage,
    files: new Map(options.files),
    steps: options.steps,
    /** How often a step saw an item, by `<step> <id>`. */
    calls: new Map<string, number>(),
    reads: 0,
    /** Records whose reading fails. */
    failing: new Map<string, () => Error>(),
    plan: () => events.findLast((event) => event.event === "plan"),
    run,
  };

  async function run({ stopAfterCalls = Infinity, dryRun = false, retry }: Go = {}): Promise<Summary> {
    const stop = new AbortController();
    let left = stopAfterCalls;
    const counted = bench.steps.map((step) =>
      counting(step, (id) => {
        bench.calls.set(`${step.name} ${id}`, (bench.calls.get(`${step.name} ${id}`) ?? 0) + 1);
        if (--left === 0) stop.abort(new DOMException("stopped", "AbortError"));
      })
    );
    const pipeline = pipelineOf(options, source(bench, options), counted);
    const deps = depsOf(pipeline, storage, dryRun, (event) => events.push(event));
    return await runPipeline({ ...deps, ...(retry === undefined ? {} : { retry }) }, stop.signal);
  }
  return bench;
}

function counting(step: StepPlugin, called: (id: string) => void): StepPlugin {
  if (step.kind !== "item") return step;
  const open: ItemStepDefinition["open"] = async (options, host) => {
    const opened = await step.open(options, host);
    return {
      each(item, signal, raw) {
        called(idOf(item));
        return opened.each(item, signal, raw);
      },
    };
  };
  return { ...step, open };
}

type Files = { readonly files: Map<string, string>; readonly failing: Map<string, () => Error>; reads: number };

export function source(bench: Files, { keys, sorted }: BenchOptions): SourceDefinition {
  return {
    kind: "source",
    name: "bench",
    version: 1,
    summary: "Files of a test",
    options: z.looseObject({}),
    ...(sorted === undefined ? {} : { sorted }),
    open: () => ({
      async *records(): AsyncGenerator<SourceRecord> {
        for (const key of keys ?? [...bench.files.keys()].sort(compareUtf8)) {
          yield { key, revision: digestOf(bench.files.get(key) ?? "") };
        }
      },
      read({ key }) {
        bench.reads++;
        const failing = bench.failing.get(key);
        if (failing !== undefined) return Promise.reject(failing());
        return Promise.resolve(new TextEncoder().encode(bench.files.get(key)));
      },
    }),
  };
}

export type Fold = (dataset: ItemsView, history: ItemsView | undefined) => AsyncIterable<Verdict>;

/** A dataset step made of a function, with history. */
export function fold(name: string, whole: Fold): DatasetStepDefinition {
  return {
    kind: "dataset",
    name,
    version: 1,
    summary: "A step of a test",
    options: z.looseObject({}),
    examples: [],
    history: true,
    open: (_, host) => ({ whole: (dataset) => whole(dataset, host.history) }),
  };
}

export function pipelineOf(options: BenchOptions, from: SourceDefinition, steps: readonly StepPlugin[]): Pipeline {
  return {
    name: options.dataset ?? "test",
    dataset: options.dataset ?? "test",
    params: {},
    seed: 0,
    source: options.source ?? bound("source", from),
    steps: steps.map((step) => ({ ...bound(step.name, step), ...options.given?.[step.name] })),
    exports: (options.exports ?? []).map((one) => bound(one.name, one)),
    sinks: [],
    limits: {
      concurrency: options.concurrency ?? 8,
      maxRejected: options.maxRejected ?? { share: 0.1 },
      maxPixels: 1e8,
      maxBytes: options.maxBytes ?? 1e8,
      itemTimeout: options.itemTimeout ?? 60,
      retries: 1,
    },
    publish: options.publish ?? "none",
    secrets: [],
  };
}

/** What a run needs, without a world around it. */
export function depsOf(
  pipeline: Pipeline,
  storage: DatasetStorage,
  dryRun: boolean,
  emit: (event: RunEvent) => void,
): RunDeps {
  const bytes = (image: Item["image"]) => storage.blobs.get(image.blob.digest);
  let clock = 0;
  return {
    run: `run-${digestOf(String(Math.random())).slice(0, 8)}`,
    pipeline,
    storage,
    files: noFiles,
    buckets: { open: () => Promise.reject(new TypeError("no buckets here")) },
    world: noWorld,
    pixels: { bytes, pixels: () => Promise.reject(new ItemError("undecodable", "no pixels here")), remember: () => {} },
    detectors: { plan: noModels, open: noModels },
    classifiers: { plan: noModels, open: noModels },
    codec: {
      identity: "none",
      encodeMany: (_, images) =>
        Promise.resolve(images.map((image) => new TextEncoder().encode(JSON.stringify(image.edits)))),
      thumbnail: () => Promise.resolve(new Uint8Array()),
    },
    readHeader(content) {
      if (content.length === 0) throw new ItemError("empty_file", "Cannot read the header: there are no bytes");
      return header();
    },
    call: createCall({
      timeoutMs: pipeline.limits.itemTimeout * 1000,
      retries: pipeline.limits.retries,
      entering: () => {},
      sleep: () => Promise.resolve(),
      random: () => 0,
    }),
    spill: (lines) => {
      const kept = [...lines];
      return Promise.resolve(async function* () {
        yield* kept;
      });
    },
    emit,
    now: () => clock++,
    today: () => "2026-01-01T00:00:00.000Z",
    environment: {},
    dryRun,
  };
}

function noModels(): Promise<never> {
  return Promise.reject(new TypeError("Cannot open a detector: there are no models here"));
}

const noFiles: FilesHost = {
  async *walk() {},
  read: () => Promise.reject(new ItemError("gone", "no files here")),
  text: () => Promise.resolve(undefined),
  states: () => Promise.resolve([]),
};

export async function collected<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}
