// A pipeline that tells sinks: files in memory, a clock that is set, sinks made of functions.
import type { RunEvent, Summary } from "../../runtime/contract/events.ts";
import type { Delivery, DeliveryOutcome, Message, NewMessage, Sink, SinkDefinition } from "../../runtime/plugin.ts";
import { z } from "../../runtime/plugin.ts";
import { type RunDeps, runPipeline } from "../../runtime/engine/run.ts";
import { createMemoryStore } from "../../runtime/store/memory.ts";
import { createStorage, type DatasetStorage } from "../../runtime/store/open.ts";
import type { PageState } from "../../runtime/store/outbox.ts";
import { depsOf, pipelineOf, source } from "./bench.ts";
import { bound, itemStep } from "./fixtures.ts";

export type Told = { readonly id: string; readonly attempt: number; readonly messages: readonly Message[] };

export type TellingOptions = Omit<Partial<Sink>, "deliver"> & {
  readonly storage?: DatasetStorage;
  readonly dataset?: string;
  readonly secrets?: readonly string[];
  readonly itemTimeout?: number;
  /** What becomes of a delivery; delivered when absent. */
  readonly answer?: (told: Told, signal: AbortSignal) => DeliveryOutcome | Promise<DeliveryOutcome>;
};

export type Telling = ReturnType<typeof createTelling>;

export function createTelling({ answer, storage: given, secrets = [], ...options }: TellingOptions = {}) {
  const storage = given ?? createStorage(createMemoryStore());
  const events: RunEvent[] = [];
  const told: Told[] = [];
  const bench = {
    storage,
    told,
    /** The time of day. */
    clock: "2026-11-21T12:00:00.000Z",
    files: new Map<string, string>(),
    failing: new Map<string, () => Error>(),
    reads: 0,
    /** False to run without the sink. */
    hasSink: true,
    /** In place of parts of what a run needs. */
    deps: {} as Partial<RunDeps>,
    logs: () => events.flatMap((event) => event.event === "log" ? [`${event.level}: ${event.text}`] : []),
    pages: (): Promise<PageState[]> =>
      Array.fromAsync(storage.outbox.pages({ dataset: datasetOf(options), sink: "tell" }, "all")),
    run,
  };
  const { dataset: _, itemTimeout, ...more } = options;

  const definition: SinkDefinition = {
    kind: "sink",
    name: "tell",
    version: 1,
    summary: "Notes what it is told",
    options: z.looseObject({}),
    open: () => ({
      ...more,
      async deliver(delivery: Delivery, signal: AbortSignal) {
        const messages = await Array.fromAsync(delivery.messages());
        const one = { id: delivery.id, attempt: delivery.attempt, messages };
        told.push(one);
        return await answer?.(one, signal) ?? { outcome: "delivered" };
      },
    }),
  };

  /** Runs over these keys, in place of the ones before. */
  async function run(...keys: readonly string[]): Promise<Summary> {
    if (keys.length > 0) bench.files = new Map(keys.map((key) => [key, `bytes of ${key}`]));
    const plain = pipelineOf(
      {
        files: bench.files,
        steps: [],
        dataset: datasetOf(options),
        ...(itemTimeout === undefined ? {} : { itemTimeout }),
      },
      source(bench, { files: bench.files, steps: [] }),
      [itemStep({ name: "a" })],
    );
    const pipeline = { ...plain, secrets, sinks: bench.hasSink ? [bound("tell", definition)] : [] };
    const deps = depsOf(pipeline, storage, false, (event) => events.push(event));
    return await runPipeline({ ...deps, today: () => bench.clock, ...bench.deps }, new AbortController().signal);
  }
  return bench;
}

function datasetOf({ dataset = "test" }: TellingOptions): string {
  return dataset;
}

/** What was told, delivery by delivery. */
export function bodies({ told }: Telling) {
  return told.map(({ messages }) => messages.map(({ body }) => body));
}

/** A message for each new item. */
export function itemMessages(
  messageOf: (key: string, digest: string) => NewMessage,
  more: TellingOptions = {},
): Telling {
  return createTelling({
    async *messages(change) {
      for await (const { key, image } of change.added()) yield messageOf(key, image.blob.digest);
    },
    ...more,
  });
}
