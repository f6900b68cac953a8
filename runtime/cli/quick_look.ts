// A run in a store of its own that is gone afterwards: the same boxes as a pipeline gives, without anything to keep.
import type { RunEvent, Summary } from "../contract/events.ts";
import { exitCodes } from "../contract/exit_codes.ts";
import { createPulse } from "../contract/pulse.ts";
import type { RunRequest } from "../contract/run_request.ts";
import { type DatasetReader, openDataset } from "../engine/reader.ts";
import { createStorage, openStore } from "../store/open.ts";
import { onStopAsked } from "./commands/run.ts";
import { type Context, styleFor } from "./context.ts";
import { createReporter } from "./reporter.ts";
import { type StartedRun, startRun } from "./start.ts";
import { supervise } from "./supervise.ts";
import { quickLookName } from "./templates/quick_look.ts";
import { plain } from "./text.ts";

export type Looked = {
  readonly reader: DatasetReader;
  readonly summary: Summary;
  /** Folder with what the exports wrote. */
  readonly folder: string;
  /** What computed, and why: `native: no graphics adapter was found`. */
  readonly backend: string;
};

export type LookOptions = {
  /** How people call the model. */
  readonly model: string;
  readonly json: boolean;
  readonly color: boolean;
};

/** Runs a manifest and hands what came out to `use`. Gives the exit code: that of the run, else what `use` gives. */
export async function lookThrough(
  manifest: string,
  options: LookOptions,
  context: Context,
  use: (looked: Looked, signal: AbortSignal) => Promise<number>,
): Promise<number> {
  const stopped = new AbortController();
  const release = onStopAsked(() => stopped.abort(), context);
  const folder = await Deno.makeTempDir({ prefix: ".framewright-" });
  try {
    await Deno.writeTextFile(`${folder}/manifest.yaml`, manifest);
    const { exit, summary, backend } = await run(folder, options, context);
    if (summary?.files === undefined) return exit;
    const reader = await openDataset(createStorage(await openStore(`${folder}/store`)), quickLookName);
    return await use({ reader, summary, folder: summary.files, backend }, stopped.signal);
  } finally {
    await Deno.remove(folder, { recursive: true });
    release();
  }
}

async function run(folder: string, options: LookOptions, context: Context) {
  const started = startRun(`${folder}/store`);
  const reporter = reporterOf(options, context);
  let summary: Summary | undefined;
  let backend = "";
  const exit = await supervise({
    worker: started.worker,
    request: requestOf(folder, started, context),
    onEvent(event) {
      if (event.event === "summary") summary = event;
      const choice = backendIn(event);
      if (choice !== undefined) backend = choice;
      if (choice === undefined || options.json) return reporter.event(event);
      reporter.notice(`${plain(options.model)} on ${plain(choice)}`);
    },
    onTick: reporter.tick,
    notice: reporter.notice,
    onStop: (stop) => onStopAsked(stop, context),
    keeps: false,
  }).finally(reporter.close);
  return { exit, summary: exit === exitCodes.ok ? summary : undefined, backend };
}

function requestOf(folder: string, { store, scratch }: StartedRun, { root, env }: Context): RunRequest {
  return {
    task: { type: "manifest", manifest: `${folder}/manifest.yaml`, set: {}, dryRun: false },
    store,
    scratch,
    root,
    env,
    pulse: createPulse(),
  };
}

/** What the step says of itself in the log of a run. */
const ofStep = "detect: ";

/** `undefined` for any other event. */
function backendIn(event: RunEvent): string | undefined {
  const start = `${ofStep}backend `;
  return event.event === "log" && event.text.startsWith(start) ? event.text.slice(start.length) : undefined;
}

/** Shows the way there, and failures; results are somebody else's. */
function reporterOf({ json, color }: LookOptions, context: Context) {
  const { terminal, now } = context;
  const style = { out: styleFor(terminal.out, context, color), err: styleFor(terminal.err, context, color) };
  const reporter = createReporter({ terminal, style, mode: json ? "json" : "people", planOnly: false, now });
  return { ...reporter, event: (event: RunEvent) => isOfInterest(event, json) && reporter.event(event) };
}

function isOfInterest(event: RunEvent, json: boolean): boolean {
  if (event.event === "failed") return true;
  if (json) return false;
  if (event.event === "log") return event.level === "warning" || !event.text.startsWith(ofStep);
  return event.event === "progress" || event.event === "listing";
}
