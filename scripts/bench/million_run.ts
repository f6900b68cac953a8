// One run over a made-up source of any length, as a process of its own: facts alone, no pixels. Says as JSON how long it
// took and how much memory the process held at most.
//   deno run -P=bench scripts/bench/million_run.ts <store> <records> [changed]
import process from "node:process";
import { ItemError } from "../../runtime/contract/errors.ts";
import type { Image } from "../../runtime/contract/image.ts";
import type { SourceRecord } from "../../runtime/contract/item.ts";
import type { Pipeline } from "../../runtime/contract/manifest.ts";
import type { SourceDefinition } from "../../runtime/contract/plugin.ts";
import { createCall, sleep } from "../../runtime/engine/call.ts";
import { type RunDeps, runPipeline } from "../../runtime/engine/run.ts";
import { createScratch } from "../../runtime/host/scratch.ts";
import { z } from "../../runtime/plugin.ts";
import { createStorage, type DatasetStorage, openStore } from "../../runtime/store/open.ts";
import { noWorld } from "../../runtime/engine/no_world.ts";

export type MillionRun = {
  readonly outcome: string;
  readonly seconds: number;
  /** Megabytes that the process held at most. */
  readonly peakMB: number;
};

/** The dataset that the runs make. */
export const millionDataset = "million";

/** Records `frame-00000000` and on; of them `changed`, evenly spread, are told apart by a fact. Each gives the same
 *  picture, which is in the store. */
function numbers(count: number, changed: number, image: Image): SourceDefinition {
  const step = changed === 0 ? Infinity : Math.floor(count / changed);
  async function* records(): AsyncGenerator<SourceRecord> {
    for (let at = 0; at < count; at++) {
      const key = `frame-${String(at).padStart(8, "0")}`;
      const isChanged = at % step === step - 1;
      const split = isChanged ? "test" : at % 10 === 0 ? "val" : "train";
      const facts = { camera: `cam${at % 7}`, clock: at, split };
      const items = [{ child: "", image, facts, from: { dataset: "elsewhere", key } }];
      yield { key, revision: isChanged ? "2" : "1", items };
    }
  }
  const read = () => Promise.reject(new ItemError("gone", "Cannot read a record: there are no files behind these"));
  return {
    kind: "source",
    name: "numbers",
    version: 1,
    summary: "Records that are made up",
    options: z.looseObject({}),
    open: () => ({ records, read }),
  };
}

function pipelineOf(definition: SourceDefinition): Pipeline {
  return {
    name: millionDataset,
    dataset: millionDataset,
    params: {},
    seed: 0,
    source: { id: "numbers", definition, options: {}, written: {}, keep: false },
    steps: [],
    exports: [],
    sinks: [],
    limits: {
      concurrency: 2 * navigator.hardwareConcurrency,
      maxRejected: { count: 0 },
      maxPixels: 1e8,
      maxBytes: 1e8,
      itemTimeout: 60,
      retries: 1,
    },
    publish: "none",
    secrets: [],
  };
}

function depsOf(pipeline: Pipeline, storage: DatasetStorage, spill: RunDeps["spill"]): RunDeps {
  const none = () => Promise.reject(new TypeError("Cannot do that here: this run has neither files nor pixels"));
  return {
    run: `run-${crypto.randomUUID()}`,
    pipeline,
    storage,
    files: { async *walk() {}, read: none, text: none, states: none },
    buckets: { open: none },
    world: noWorld,
    pixels: { bytes: none, pixels: none, remember: () => {} },
    detectors: { plan: none, open: none },
    classifiers: { plan: none, open: none },
    codec: { identity: "none", encodeMany: none, thumbnail: none },
    readHeader() {
      throw new TypeError("Cannot read a header: this run has no pixels");
    },
    call: createCall({ timeoutMs: 60_000, retries: 1, entering: () => {}, sleep, random: Math.random }),
    spill,
    emit: () => {},
    now: () => performance.now(),
    today: () => new Date().toISOString(),
    environment: {},
    dryRun: false,
  };
}

async function imageIn({ blobs }: DatasetStorage): Promise<Image> {
  const header = { format: "png", width: 640, height: 480, channels: 3, depth: 8, orientation: 1, pages: 1 } as const;
  const blob = await blobs.put(new TextEncoder().encode("every record gives this picture"));
  return { blob, header: { ...header, alpha: false, cmyk: false, progressive: false, icc: false }, edits: [] };
}

/** Megabytes; the system counts kilobytes. */
function peakMB(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}

async function main(): Promise<void> {
  const [store = "", count = "1000000", changed = "0"] = Deno.args;
  const storage = createStorage(await openStore(store));
  const definition = numbers(Number(count), Number(changed), await imageIn(storage));
  const scratch = createScratch(`${store}/tmp/${crypto.randomUUID()}`);
  const started = performance.now();
  const deps = depsOf(pipelineOf(definition), storage, scratch.spill);
  const { outcome } = await runPipeline(deps, new AbortController().signal);
  scratch.close();
  const said: MillionRun = { outcome, seconds: (performance.now() - started) / 1000, peakMB: peakMB() };
  console.log(JSON.stringify(said));
}

if (import.meta.main) await main();
