// The Worker in which a run lives. It reads the manifest, puts the parts together, and says what happens.
import { dirname } from "node:path";
import { InputError, messageOf } from "../contract/errors.ts";
import type { RunEvent } from "../contract/events.ts";
import { exitCodeOf } from "../contract/exit_codes.ts";
import type { Image, Raster } from "../contract/image.ts";
import type { JsonObject } from "../contract/json.ts";
import type { Bound, Pipeline } from "../contract/manifest.ts";
import type { Plugin } from "../contract/plugin.ts";
import { openPulse, type Pulse } from "../contract/pulse.ts";
import type { ManifestTask, ReplayTask, RunCommand, RunReply, RunRequest } from "../contract/run_request.ts";
import { type OpenedModels, openModels, openWeightsCache } from "../detect/open_detectors.ts";
import { createRemoteWeights, type RemoteWeights } from "../detect/remote_weights.ts";
import { createRemoteSessions } from "../detect/sessions/spawn.ts";
import { createBucketsHost } from "../host/buckets.ts";
import { createFilesHost } from "../host/files.ts";
import { createLoader } from "../host/loader.ts";
import { createManifestFinder } from "../host/manifests.ts";
import { createPixelsHost } from "../host/pixels.ts";
import { createScratch } from "../host/scratch.ts";
import { openWorld } from "../host/world.ts";
import { readHeader } from "../image/header.ts";
import { nativeIdentity, openNativeCodec } from "../image/native.ts";
import { createRenderer, type Renderer, renderVersion } from "../image/render.ts";
import { bindPipeline } from "../manifest/bind.ts";
import { createOverlayStorage } from "../store/overlay.ts";
import { createStorage, type DatasetStorage, isRemote, openStore } from "../store/open.ts";
import { createCall, sleep } from "./call.ts";
import { failureOf, withoutSecrets } from "./failure.ts";
import { checkTask } from "./task_checks.ts";
import { openLeased } from "./leased.ts";
import type { ManifestOf } from "./datasets_host.ts";
import { openDataset } from "./reader.ts";
import { pipelineOfVersion } from "./replay_pipeline.ts";
import { replayVersion } from "./replay.ts";
import { type RunDeps, runPipeline } from "./run.ts";
import { createRunRecord } from "./run_record.ts";

declare const self: DedicatedWorkerGlobalScope;
interface DedicatedWorkerGlobalScope {
  onmessage: ((event: MessageEvent<RunCommand>) => void) | null;
  postMessage(reply: RunReply, transfer?: Transferable[]): void;
}

const beatMs = 250;
/** Items at work at once, where the manifest does not say: while some wait for the disk, others use the cores. */
const itemsPerCore = 2;
const stopped = new AbortController();

/** Most runs have no network here. */
let downloads: RemoteWeights | undefined;
/** Workers that a Worker starts are slow to come, so the thread that watches this one starts those of models. */
const sessions = createRemoteSessions((request, transfer) => self.postMessage(request, transfer));

self.onmessage = ({ data }) => {
  if (data.type === "run") void work(data.request);
  else if (data.type === "session_died") sessions.died(data.id, data.message);
  else if (data.type === "downloaded") downloads?.downloaded(data.id, data.problem);
  else stopped.abort(new DOMException("The run was stopped", "AbortError"));
};

async function work(request: RunRequest): Promise<void> {
  const pulse = openPulse(request.pulse);
  pulse.beat();
  const beating = setInterval(pulse.beat, beatMs);
  const secrets: string[] = [];
  const emit = (event: RunEvent) => self.postMessage({ type: "event", event: withoutSecrets(event, secrets) });
  try {
    await run(request, pulse, emit, secrets);
    self.postMessage({ type: "done", exit: 0 });
  } catch (thrown) {
    const exit = exitOf(thrown);
    emit(failureOf(thrown, exit, stopped.signal.aborted));
    self.postMessage({ type: "done", exit });
  } finally {
    clearInterval(beating);
  }
}

function exitOf(thrown: unknown): number {
  return exitCodeOf(stopped.signal.aborted ? stopped.signal.reason : thrown);
}

async function run(
  request: RunRequest,
  pulse: Pulse,
  emit: (event: RunEvent) => void,
  secrets: string[],
): Promise<void> {
  const { task } = request;
  if (task.type === "replay") return await replay(request, task, pulse, emit, secrets);
  const pipeline = await readPipeline(request, task);
  secrets.push(...pipeline.secrets);
  for (const text of pipeline.notes ?? []) emit({ event: "log", level: "warning", text });
  checkTask(task, pipeline);
  const { source, steps, exports, sinks } = pipeline;
  await keepOnlyNeeded(request, [source, ...steps, ...exports, ...sinks]);
  const opened = createStorage(await openStore(request.store, { scratch: request.scratch }));
  await using leased = task.dryRun ? undefined : await openLeased(opened, `run ${pipeline.dataset}`, {
    signal: stopped.signal,
    say: (text) => emit({ event: "log", level: "info", text }),
  });
  const storage = leased?.storage ?? opened;
  await using parts = partsOf({ request, pipeline, storage, pulse, emit });
  const deps = { ...parts.deps, ...(leased?.lease === undefined ? {} : { lease: leased.lease }) };
  if (task.dryRun) return emit(await runPipeline(deps, stopped.signal));
  const { runs, store: { flush } } = storage;
  const record = createRunRecord({ runs, flush, start: startOf(request, task, deps), now: deps.now, secrets });
  await record.started();
  try {
    emit(await runPipeline({ ...deps, ...(task.retry === undefined ? {} : { retry: task.retry }) }, stopped.signal));
  } catch (thrown) {
    await record.ended(
      stopped.signal.aborted ? "stopped" : "failed",
      failureOf(thrown, exitOf(thrown), stopped.signal.aborted),
    );
    throw thrown;
  }
}

/** Computes a stored version again. All that it writes goes to a store of its own in the folder for large things. */
async function replay(
  request: RunRequest,
  { dataset, number }: ReplayTask,
  pulse: Pulse,
  emit: (event: RunEvent) => void,
  secrets: string[],
): Promise<void> {
  if (!isRemote(request.store)) await Deno.permissions.revoke({ name: "net" });
  const stored = createStorage(await openStore(request.store, { scratch: request.scratch }));
  const storage = createOverlayStorage(stored, await openStore(`${request.scratch}/replay`));
  const { version } = await openDataset(stored, dataset, number);
  const limits = { concurrency: request.concurrency ?? navigator.hardwareConcurrency * itemsPerCore };
  const pipeline = await pipelineOfVersion(version, { ...createLoader(request.root), env: request.env, ...limits });
  secrets.push(...pipeline.secrets);
  await keepOnlyNeeded(request, [...pipeline.steps, ...pipeline.exports]);
  await using parts = partsOf({ request, pipeline, storage, pulse, emit });
  emit(await replayVersion(parts.deps, { number, version }, stopped.signal));
}

type PartsOptions = {
  readonly request: RunRequest;
  readonly pipeline: Pipeline;
  readonly storage: DatasetStorage;
  readonly pulse: Pulse;
  readonly emit: (event: RunEvent) => void;
};

/** What a run is made of; to be closed at its end. */
function partsOf({ request, pipeline, storage, pulse, emit }: PartsOptions): AsyncDisposable & { deps: RunDeps } {
  pulse.limit(pipeline.limits.itemTimeout);
  const renderer = lazily(async () =>
    createRenderer(await openNativeCodec(), { maxPixels: pipeline.limits.maxPixels })
  );
  const run = `${new Date().toISOString().replace(/[-:]|\.\d+/g, "")}-${crypto.randomUUID().slice(0, 8)}`;
  const scratch = createScratch(`${request.scratch}/${run}`);
  const world = openWorld({ env: request.env, folder: Deno.cwd(), scratch: `${request.scratch}/${run}` });
  const pixels = createPixelsHost({
    read: (digest) => storage.blobs.get(digest),
    raster: async (bytes, image, use) => (await renderer()).raster(bytes, image, use),
  });
  const deps: RunDeps = {
    run,
    pipeline,
    storage,
    files: createFilesHost({ maxBytes: pipeline.limits.maxBytes }),
    buckets: createBucketsHost({ maxBytes: pipeline.limits.maxBytes }),
    world,
    pixels,
    ...modelsFor(request, emit, (image) => pixels.pixels(image, "model")),
    codec: {
      identity: `${nativeIdentity}, rendering ${renderVersion}`,
      encodeMany: async (bytes, images, encoding) => (await renderer()).encodeMany(bytes, images, encoding),
      thumbnail: async (bytes, image, edge) => (await renderer()).thumbnail(bytes, image, edge),
    },
    readHeader,
    call: createCall({
      timeoutMs: pipeline.limits.itemTimeout * 1000,
      retries: pipeline.limits.retries,
      entering: pulse.note,
      sleep,
      random: Math.random,
    }),
    spill: scratch.spill,
    emit,
    now: () => performance.now(),
    today: () => new Date().toISOString(),
    environment: environmentOf(),
    dryRun: request.task.type === "manifest" && request.task.dryRun,
    ...(request.task.type === "manifest" ? { manifestOf: manifestFinder(request, request.task) } : {}),
  };
  return {
    deps,
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]();
      scratch.close();
      await storage.store.flush().catch(() => {}); // writes under way end; if one failed, that was said already
    },
  };
}

function manifestFinder({ root, env }: RunRequest, { manifest }: ManifestTask): ManifestOf {
  return createManifestFinder([dirname(manifest), `${root}/pipelines`], env.INIT_CWD ?? Deno.cwd());
}

/** What is known of a run when it starts. */
function startOf({ root }: RunRequest, { manifest, set, limit }: ManifestTask, { run, pipeline, today }: RunDeps) {
  const project: { readonly version: string } = JSON.parse(Deno.readTextFileSync(`${root}/deno.json`));
  return {
    run,
    dataset: pipeline.dataset,
    manifest,
    set,
    ...(limit === undefined ? {} : { limit }),
    startedAt: today(),
    host: Deno.hostname(),
    pid: Deno.pid,
    framewright: project.version,
  };
}

/** The Worker starts with a network and may start programs, since nobody knows yet what the manifest says; what needs
 *  neither gives them back. */
async function keepOnlyNeeded({ store }: RunRequest, used: readonly Bound<Plugin>[]): Promise<void> {
  const needsNetwork = isRemote(store) || used.some(reachesOut);
  const needsPrograms = used.some(({ definition }) => definition.programs === true);
  if (!needsNetwork) await Deno.permissions.revoke({ name: "net" });
  if (!needsPrograms) await Deno.permissions.revoke({ name: "run" });
}

function reachesOut({ definition: { network }, options }: Bound<Plugin>): boolean {
  return typeof network === "function" ? network(options) : network === true;
}

function environmentOf(): JsonObject {
  const { version: { deno }, build: { os, arch } } = Deno;
  return { deno, os, arch, cores: navigator.hardwareConcurrency };
}

function modelsFor(
  { root, env }: RunRequest,
  emit: (event: RunEvent) => void,
  raster: (image: Image) => Promise<Raster>,
): OpenedModels {
  downloads = createRemoteWeights(openWeightsCache(env), (asked) => self.postMessage(asked));
  const log = (text: string) => emit({ event: "log", level: "info", text });
  return openModels({ root, weights: downloads.weights, spawn: sessions.spawn, raster, log });
}

async function readPipeline(
  { env, root, concurrency }: RunRequest,
  { manifest, set, limit }: ManifestTask,
): Promise<Pipeline> {
  const loader = createLoader(root);
  const pipeline = await bindPipeline({
    text: await manifestText(manifest),
    file: manifest,
    set,
    env,
    load: loader.load,
    names: loader.names,
    concurrency: navigator.hardwareConcurrency * itemsPerCore,
    ...(limit === undefined ? {} : { limit }),
  });
  return concurrency === undefined ? pipeline : { ...pipeline, limits: { ...pipeline.limits, concurrency } };
}

async function manifestText(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (cause) {
    const what = cause instanceof Deno.errors.NotFound ? "there is no such file" : messageOf(cause);
    throw new InputError(`Cannot read the manifest "${path}": ${what}`, [], { cause, code: "manifest" });
  }
}

function lazily(open: () => Promise<Renderer>): () => Promise<Renderer> {
  let opened: Promise<Renderer> | undefined;
  return () => opened ??= open();
}
