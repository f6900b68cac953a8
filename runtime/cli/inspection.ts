// Looks into a model: what its file says, how it would be read, and what it does when it runs.
import type { Backend, DetectorRequest } from "../contract/detection.ts";
import { InputError } from "../contract/errors.ts";
import type { Raster, Size } from "../contract/image.ts";
import { readWasm, runtimeOf } from "../detect/backends/runtime_files.ts";
import { type BackendChoice, chooseBackend } from "../detect/choose_backend.ts";
import { findModel, type FindModelDeps, type FoundModel } from "../detect/find_model.ts";
import { type Graph, type Port, readGraph } from "../detect/graph.ts";
import type { Feeding, ModelSpec } from "../detect/model_spec.ts";
import { placementOf } from "../detect/placement.ts";
import { type Ask, askSession } from "../detect/sessions/ask_session.ts";
import type { SessionReply, TriedPort } from "../detect/sessions/session_messages.ts";
import type { Spawn } from "../detect/sessions/spawn.ts";
import { settleModel } from "../detect/settle_model.ts";
import { createMachine } from "../detect/this_machine.ts";

export type Inspection = {
  readonly found: FoundModel;
  readonly graph: Graph;
  readonly settled: Settled;
  /** Absent when none was wanted, or nothing could be run. */
  readonly trial?: Trial;
};

export type Settled =
  | { readonly kind: "settled"; readonly spec: ModelSpec; readonly notes: readonly string[] }
  /** Why the model cannot be used as it is. */
  | { readonly kind: "refused"; readonly why: string };

/** What happened when it ran. Times in milliseconds. */
export type Trial = BackendChoice & {
  readonly runtime: string;
  /** Why it does not run, in the words of the runtime. */
  readonly failure?: string;
  readonly openMs?: number;
  readonly firstMs?: number;
  /** Median of the runs after the first. */
  readonly nextMs?: number;
  /** Of a run on zeros. */
  readonly outputs?: readonly TriedPort[];
  /** What it finds in an even grey: how many boxes, or why that cannot be said. */
  readonly onGrey?: { readonly candidates: number; readonly best: number } | { readonly failure: string };
};

export type InspectRequest = Omit<DetectorRequest, "floor" | "sessions"> & { readonly trial: boolean };

/** Candidates that score less are not counted. */
export const countedFrom = 0.05;
const trialMs = 120_000;
const nextRuns = 5;

/** Throws `InputError` when there is no such model, and when its file is none. */
export async function inspect(
  request: InspectRequest,
  deps: FindModelDeps & { readonly spawn: Spawn; readonly now: () => number },
  signal: AbortSignal,
): Promise<Inspection> {
  const found = await findModel(request, deps, signal);
  const graph = readGraph(found.bytes, found.name);
  const common = { found, graph };
  const question = { name: found.name, graph, card: found.card, request };
  const settle = (outputs?: readonly Port[]): Settled | Wanting =>
    withRefusal(() => {
      const answer = settleModel(outputs === undefined ? question : { ...question, trial: { outputs } });
      return answer.kind === "settled" ? answer : { kind: "wanting", feeding: answer.feeding, why: answer.why };
    });
  const first = graph.externalData ? refusedFor(externalText) : settle();
  if (first.kind === "refused") return { ...common, settled: first };
  if (!request.trial) return { ...common, settled: first.kind === "settled" ? first : refusedFor(untriedText(first)) };
  const choice = await chooseBackend(request.backend, createMachine(deps.spawn), signal);
  const limit = AbortSignal.any([signal, AbortSignal.timeout(trialMs)]);
  const { settled, trial } = await run({ found, choice, first, settle }, deps, limit);
  return { ...common, settled, trial };
}

/** A trial must show the outputs first. */
type Wanting = { readonly kind: "wanting"; readonly feeding: Feeding; readonly why: string };

const externalText = "some of its weights lie in another file; save it as one file";

function untriedText({ why }: Wanting): string {
  return `${why}, and a trial run, which would show it, was not wanted`;
}

function refusedFor(why: string): Settled {
  return { kind: "refused", why };
}

function withRefusal(settle: () => Settled | Wanting): Settled | Wanting {
  try {
    return settle();
  } catch (thrown) {
    if (thrown instanceof InputError) return refusedFor(thrown.message);
    throw thrown;
  }
}

type Run = {
  readonly found: FoundModel;
  readonly choice: BackendChoice;
  readonly first: Extract<Settled, { readonly kind: "settled" }> | Wanting;
  readonly settle: (outputs: readonly Port[]) => Settled | Wanting;
};

type Outcome = { readonly settled: Settled; readonly trial: Trial };

async function run(
  { found, choice, first, settle }: Run,
  { spawn, now }: { readonly spawn: Spawn; readonly now: () => number },
  signal: AbortSignal,
): Promise<Outcome> {
  const { backend } = choice;
  const common = { ...choice, runtime: runtimeOf(backend) };
  const wasm = await readWasm(backend);
  const failed = (failure: string): Outcome => ({
    settled: first.kind === "settled" ? first : refusedFor(`${first.why}, and it does not run`),
    trial: { ...common, failure },
  });
  const talk = async (ask: Ask): Promise<Outcome> => {
    const open = await timed(() => ask({ type: "open", backend, model: found.bytes, wasm }), now);
    if (open.reply.type === "failed") return failed(open.reply.message);
    const feeding = first.kind === "settled" ? first.spec : first.feeding;
    const tried = await tryOften(ask, feeding, now);
    if ("failure" in tried) return failed(tried.failure);
    const again = first.kind === "settled" ? first : settle(tried.outputs);
    const settled = again.kind === "wanting" ? refusedFor(again.why) : again;
    const onGrey = settled.kind === "settled" ? { onGrey: await findInGrey(ask, settled.spec) } : {};
    return { settled, trial: { ...common, openMs: open.ms, ...tried, ...onGrey } };
  };
  return await askSession(spawn, backend, signal, talk).catch((thrown) => {
    if (thrown?.name === "TimeoutError") return failed(`it took more than ${trialMs / 1000} s`);
    throw thrown;
  });
}

async function timed(action: () => Promise<SessionReply>, now: () => number) {
  const from = now();
  const reply = await action();
  return { reply, ms: now() - from };
}

async function tryOften(ask: Ask, feeding: Feeding, now: () => number) {
  const { reply, ms } = await timed(() => ask({ type: "try", feeding }), now);
  if (reply.type !== "tried") return { failure: reply.type === "failed" ? reply.message : `it answered ${reply.type}` };
  const next: number[] = [];
  while (next.length < nextRuns) next.push((await timed(() => ask({ type: "try", feeding }), now)).ms);
  next.sort((left, right) => left - right);
  return { firstMs: ms, nextMs: next[Math.floor(nextRuns / 2)] ?? ms, outputs: reply.outputs };
}

async function findInGrey(ask: Ask, spec: ModelSpec): Promise<NonNullable<Trial["onGrey"]>> {
  void ask({ type: "model", spec, floor: countedFrom }); // never answered
  const at = placementOf(spec.size, spec);
  const reply = await ask({ type: "find", raster: greyRaster(at), at, image: spec.size });
  if (reply.type !== "found") return { failure: reply.type === "failed" ? reply.message : `it answered ${reply.type}` };
  const { scores } = reply.candidates;
  return { candidates: scores.length, best: (scores[0] ?? 0) / 10_000 };
}

function greyRaster({ width, height }: Size): Raster {
  return { width, height, channels: 3, data: new Uint8Array(3 * width * height).fill(128) };
}

/** Which backend was chosen, for people. */
export function backendText({ backend, note }: { readonly backend: Backend; readonly note: string }): string {
  return note.replace(`backend ${backend}`, backend);
}
