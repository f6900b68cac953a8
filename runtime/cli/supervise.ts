// Watches over a run in its Worker: passes on what it says, stops it when asked, ends it when it hangs.
import type { RunEvent } from "../contract/events.ts";
import { exitCodes } from "../contract/exit_codes.ts";
import { openPulse, type PluginCall, type Pulse } from "../contract/pulse.ts";
import type { RunCommand, RunReply, RunRequest } from "../contract/run_request.ts";
import type { DownloadRequest } from "../detect/remote_weights.ts";
import { createRequestedSessions } from "../detect/sessions/spawn.ts";

export type SuperviseOptions = {
  /** A Worker that speaks `RunCommand` and `RunReply`; it is terminated at the end. */
  readonly worker: Worker;
  readonly request: RunRequest;
  readonly onEvent: (event: RunEvent) => void;
  /** Called a few times a second. */
  readonly onTick: () => void;
  /** Says something for people. */
  readonly notice: (text: string) => void;
  /** Calls back whenever the user asks to stop; returns how to end that. */
  readonly onStop: (stop: () => void) => () => void;
  readonly timing?: Timing;
  /** Whether a later run goes on from what this one has done; true when absent. */
  readonly keeps?: boolean;
};

export type Timing = {
  /** Milliseconds between looks at the pulse. */
  readonly everyMs: number;
  /** Seconds without a beat, beyond what one call of a plugin may take, after which the Worker hangs. */
  readonly graceSeconds: number;
  /** Milliseconds of silence at the start after which the user is told why. */
  readonly silentMs: number;
};

const usualTiming: Timing = { everyMs: 250, graceSeconds: 3, silentMs: 1_500 };
/** How long a call may take until the Worker knows the limit. Plugins load in that time. */
const loadingSeconds = 60;

/** Runs a request to its end. Resolves to the exit code; never rejects for what the run does. */
export async function supervise(options: SuperviseOptions): Promise<number> {
  const { worker, request, onEvent, onTick, notice, onStop, timing = usualTiming, keeps = true } = options;
  const { promise: ended, resolve: end } = Promise.withResolvers<number>();
  const fail = (failure: { readonly code: string; readonly message: string; readonly exit: number }) => {
    onEvent({ event: "failed", ...failure });
    end(failure.exit);
  };
  const send = (command: RunCommand) => worker.postMessage(command);
  const sessions = createRequestedSessions((id, message) => send({ type: "session_died", id, message }));
  const over = new AbortController();
  let heard = false;
  worker.onmessage = ({ data }: MessageEvent<RunReply>) => {
    heard = true;
    if (data.type === "event") onEvent(data.event);
    else if (data.type === "done") end(data.exit);
    else if (data.type === "download") void download(data, request.env, send, over.signal);
    else sessions.obey(data);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    fail({ code: "bug", message: `The run ended by an error: ${event.message}`, exit: exitCodes.bug });
  };
  const watch = createWatch(openPulse(request.pulse), timing);
  const looking = setInterval(() => {
    onTick();
    const hung = watch();
    if (hung !== undefined) fail({ code: "plugin", message: hung, exit: exitCodes.plugin });
  }, timing.everyMs);
  const silence = setTimeout(() => heard || notice(loadingText), timing.silentMs);
  const release = onStop(createStopper({ send, notice, end, keeps }));
  send({ type: "run", request });
  try {
    return await ended;
  } finally {
    release();
    clearInterval(looking);
    clearTimeout(silence);
    over.abort();
    worker.terminate();
    await sessions.endAll();
  }
}

/** Loads what it needs only now: most runs download nothing. */
async function download(
  asked: DownloadRequest,
  env: RunRequest["env"],
  send: (command: RunCommand) => void,
  signal: AbortSignal,
): Promise<void> {
  const { openWeightsCache } = await import("../detect/open_detectors.ts");
  const { obeyDownload } = await import("../detect/remote_weights.ts");
  const tell = (id: number, problem?: string) =>
    send({ type: "downloaded", id, ...(problem === undefined ? {} : { problem }) });
  await obeyDownload(asked, openWeightsCache(env), tell, signal);
}

const loadingText = "Loading plugins (the first time, their packages are downloaded) …";

type StopperOptions = {
  readonly send: (command: RunCommand) => void;
  readonly notice: (text: string) => void;
  readonly end: (exit: number) => void;
  readonly keeps: boolean;
};

/** The first call asks the run to stop cleanly, the second ends it at once. */
function createStopper({ send, notice, end, keeps }: StopperOptions): () => void {
  let asked = false;
  return () => {
    if (asked) return end(exitCodes.interrupted);
    asked = true;
    notice(`Stopping${keeps ? "; what is finished is kept" : ""}. Press Ctrl-C again to end at once`);
    send({ type: "stop" });
  };
}

/** Looks are counted, not seconds: a machine that was asleep or a process that was paused has not hung. */
function createWatch(pulse: Pulse, { everyMs, graceSeconds }: Timing): () => string | undefined {
  let beats = 0;
  let looks = 0;
  return () => {
    const now = pulse.read();
    looks = now.beats === beats ? looks + 1 : 0;
    beats = now.beats;
    const seconds = (now.itemTimeout || loadingSeconds) + graceSeconds;
    const hangs = beats > 0 && looks * everyMs > seconds * 1_000;
    return hangs ? hangingText(now.call, seconds) : undefined;
  };
}

function hangingText(call: PluginCall | undefined, seconds: number): string {
  const hangs = `it has not given control back for ${seconds} s. Nothing was published`;
  if (call === undefined) return `Cannot go on with the run: ${hangs}`;
  const item = call.item === undefined ? "" : ` on "${call.item}"`;
  return `Cannot ${call.phase} with "${call.plugin}"${item}: ${hangs}`;
}
