// `run` and `plan`: one run of a pipeline, in a Worker.
import { dirname } from "node:path";
import type { Summary } from "../../contract/events.ts";
import { createPulse } from "../../contract/pulse.ts";
import type { ManifestTask, Retry, RunRequest } from "../../contract/run_request.ts";
import { type Context, fitsStore, pathOf, storeOption, storeSpec, styleFor } from "../context.ts";
import { createReporter, type Reporter } from "../reporter.ts";
import { onStopSignal } from "../signals.ts";
import { type StartedRun, startRun, storeInManifest } from "../start.ts";
import { pointLatest } from "../../store/latest.ts";
import { supervise } from "../supervise.ts";

export type RunOptions = {
  readonly set: Readonly<Record<string, string>>;
  readonly store?: string;
  readonly limit?: number;
  readonly concurrency?: number;
  readonly dryRun: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
  readonly retry?: Retry;
};

/** Runs a pipeline and shows it; returns the exit code. */
export async function runPipeline(manifest: string, options: RunOptions, context: Context): Promise<number> {
  const store = storeSpec(options.store, context, manifest);
  const reporter = reporterOf(options, store, context);
  const started = startedFor(store, context);
  try {
    return await supervise({
      worker: started.worker,
      request: requestOf(manifest, options, started.scratch, store, context),
      onEvent(event) {
        if (event.event === "summary") linkLatest(event);
        reporter.event(event);
      },
      onTick: reporter.tick,
      notice: reporter.notice,
      onStop: (stop) => onStopAsked(stop, context),
    });
  } finally {
    started.end();
    reporter.close();
  }
}

function requestOf(
  manifest: string,
  options: RunOptions,
  scratch: string,
  store: string,
  context: Context,
): RunRequest {
  const { set, limit, concurrency, dryRun, retry } = options;
  const path = pathOf(manifest, context);
  const task: ManifestTask = {
    type: "manifest",
    manifest: path,
    set,
    ...(options.store === undefined ? { storeInManifest: { text: storeInManifest(path) } } : {}),
    dryRun,
    ...(limit === undefined ? {} : { limit }),
    ...(retry === undefined ? {} : { retry }),
  };
  return {
    task,
    store,
    scratch,
    root: context.root,
    env: context.env,
    pulse: createPulse(),
    ...(concurrency === undefined ? {} : { concurrency }),
  };
}

function reporterOf({ json, quiet, color, dryRun }: RunOptions, store: string, context: Context): Reporter {
  const { terminal, now } = context;
  const style = { out: styleFor(terminal.out, context, color), err: styleFor(terminal.err, context, color) };
  const mode = json === true ? "json" : quiet === true ? "quiet" : "people";
  return createReporter({ terminal, style, mode, planOnly: dryRun, store: storeOption(store, context), now });
}

/** The Worker may write to its store only, and Deno makes no links for whoever may not write everywhere. Where the file
 *  system has no links, the `latest.json` that the Worker wrote stays. */
function linkLatest({ files, number, outcome }: Summary): void {
  if (files === undefined || number === undefined || outcome === "planned") return;
  try {
    pointLatest(dirname(files), number);
  } catch {
    // `latest.json` says the same.
  }
}

function startedFor(store: string, context: Context): StartedRun {
  const { early } = context;
  if (early !== undefined && fitsStore(early, store, context)) return early;
  early?.end();
  return startRun(store);
}

/** A reader that went away (`| head`) asks to stop like Ctrl-C does. */
export function onStopAsked(stop: () => void, { terminal }: Context): () => void {
  const release = onStopSignal(stop);
  const looking = setInterval(() => {
    if (!terminal.out.closed) return;
    clearInterval(looking);
    stop();
  }, 250);
  return () => {
    clearInterval(looking);
    release();
  };
}
