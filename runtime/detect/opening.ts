// What planning and opening a detector and a classifier have in common.
import type { Backend, DetectorPlan } from "../contract/detection.ts";
import { InputError } from "../contract/errors.ts";
import type { Image, Raster, Size } from "../contract/image.ts";
import { canonicalJson, type Json } from "../contract/json.ts";
import { edited, sizeOf } from "../image/edits.ts";
import { readWasm } from "./backends/runtime_files.ts";
import type { Card } from "./card.ts";
import type { Machine } from "./choose_backend.ts";
import { findModel, type FindModelDeps, type FoundModel } from "./find_model.ts";
import { type Graph, type Port, readGraph } from "./graph.ts";
import type { AnySpec, Feeding } from "./model_spec.ts";
import { placementOf } from "./placement.ts";
import { createPool, type Pool } from "./sessions/pool.ts";
import type { PoolWork } from "./sessions/seat.ts";
import type { Spawn } from "./sessions/spawn.ts";
import { tryModel } from "./try_model.ts";

export type ModelsDeps = FindModelDeps & {
  /** Pixels for a model, with all edits applied. */
  readonly raster: (image: Image) => Promise<Raster>;
  readonly spawn: Spawn;
  readonly machine: Machine;
  readonly cores: number;
};

/** `settle`, once for each request; again for one that failed. */
export function settledOnce<Request extends Json, Settled>(
  settle: (request: Request, signal: AbortSignal) => Promise<Settled>,
): (request: Request, signal: AbortSignal) => Promise<Settled> {
  const settledOf = new Map<string, Promise<Settled>>();
  return (request, signal) => {
    const key = canonicalJson(request);
    const known = settledOf.get(key) ?? settle(request, signal);
    settledOf.set(key, known);
    known.catch(() => settledOf.delete(key));
    return known;
  };
}

/** Throws `InputError` for what is no model, or only a part of one. */
export function graphOf({ bytes, name }: FoundModel): Graph {
  const graph = readGraph(bytes, name);
  if (!graph.externalData) return graph;
  throw new InputError(`Cannot use the model "${name}": some of its weights lie in another file; save it as one file`);
}

type Answer<Spec> =
  | { readonly kind: "settled"; readonly spec: Spec; readonly notes: readonly string[] }
  | { readonly kind: "needs_trial"; readonly feeding: Feeding; readonly why: string };

/** The answer of `settle`, after a run of the model where that is needed. */
export async function settledSpec<Spec>(
  found: FoundModel,
  settle: (trial?: { readonly outputs: readonly Port[] }) => Answer<Spec>,
  backend: Backend,
  spawn: Spawn,
  signal: AbortSignal,
): Promise<{ readonly spec: Spec; readonly notes: readonly string[] }> {
  const answer = settle();
  if (answer.kind === "settled") return answer;
  const outputs = await tryModel(found, answer.feeding, backend, spawn, signal);
  const settled = settle({ outputs });
  if (settled.kind === "settled") return { ...settled, notes: [`tried once: ${answer.why}`, ...settled.notes] };
  throw new InputError(`Cannot use the model "${found.name}": ${settled.why}`);
}

/** One that computes, and one that makes the next input meanwhile. */
const sessionsOnGraphics = 2;

export function sessionsFor(asked: number | undefined, backend: Backend, cores: number): number {
  return asked ?? (backend === "webgpu" ? Math.min(cores, sessionsOnGraphics) : cores);
}

/** What of a card goes into versions and reports. */
export function shownOf(card: Card | undefined): DetectorPlan["card"] {
  if (card === undefined) return {};
  const { summary, licence, source, trainedOn, limits } = card;
  return {
    summary,
    licence,
    ...(source === undefined ? {} : { source }),
    ...(trainedOn === undefined ? {} : { trainedOn }),
    ...(limits === undefined ? {} : { limits }),
  };
}

type Opening = {
  readonly request: Parameters<typeof findModel>[0];
  readonly plan: Pick<DetectorPlan, "name" | "digest" | "backend" | "sessions">;
  readonly spec: AnySpec;
  readonly floor: number;
};

/** Throws `InputError` when the file is no longer the one that was planned with. */
export async function openPool(
  { request, plan, spec, floor }: Opening,
  deps: ModelsDeps,
  signal: AbortSignal,
): Promise<Pool> {
  const { bytes, digest } = await findModel(request, deps, signal);
  if (digest !== plan.digest) {
    throw new InputError(`Cannot use the model "${plan.name}": its file changed after the run was planned`);
  }
  const { backend, sessions } = plan;
  return createPool({
    spawn: deps.spawn,
    backend,
    model: bytes,
    wasm: await readWasm(backend),
    spec,
    floor,
    sessions,
  });
}

/** An image as it goes to a pool. */
export async function workOf(image: Image, spec: AnySpec, { raster }: Pick<ModelsDeps, "raster">): Promise<PoolWork> {
  const size = sizeOf(image);
  const at = placementOf(size, spec);
  return { raster: await raster(resized(image, size, at, spec)), at, image: size };
}

function resized(image: Image, size: Size, { width, height }: Size, { preprocess: { filter } }: AnySpec): Image {
  if (size.width === width && size.height === height) return image;
  return edited(image, { op: "resize", width, height, filter });
}
