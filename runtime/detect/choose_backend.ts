// Which backend computes, and why. Pure: how the machine is looked at is a parameter.
import type { Backend, DetectorRequest } from "../contract/detection.ts";
import { InputError } from "../contract/errors.ts";
import type { Adapter } from "./sessions/session_messages.ts";

export type Machine = {
  /** Why the native library cannot be loaded here; `undefined` when it can. */
  nativeTrouble(): string | undefined;
  /** False when there is surely no graphics processor. Costs next to nothing. */
  mayHaveGraphics(): boolean;
  /** The adapter that WebGPU would use; `undefined` when there is none or it does not answer in time. */
  adapter(signal: AbortSignal): Promise<Adapter | undefined>;
};

export type BackendChoice = {
  readonly backend: Backend;
  /** What was chosen and why, in a sentence. */
  readonly note: string;
};

/** `auto` is WebGPU on a real graphics processor, else native, else wasm. Throws `InputError` when the backend that is
 *  asked for cannot work here. */
export async function chooseBackend(
  wanted: DetectorRequest["backend"],
  machine: Machine,
  signal: AbortSignal,
): Promise<BackendChoice> {
  switch (wanted) {
    case "auto":
      return await bestBackend(machine, signal);
    case "native":
      return nativeBackend(machine);
    case "webgpu":
      return await webgpuBackend(machine, signal);
    case "wasm":
      return { backend: "wasm", note: "backend wasm: asked for" };
  }
}

async function bestBackend(machine: Machine, signal: AbortSignal): Promise<BackendChoice> {
  const adapter = machine.mayHaveGraphics() ? await machine.adapter(signal) : undefined;
  if (adapter !== undefined && !adapter.software) {
    return { backend: "webgpu", note: `backend webgpu: this machine has the graphics adapter "${adapter.name}"` };
  }
  const graphics = adapter === undefined
    ? "no graphics adapter was found"
    : `the graphics adapter "${adapter.name}" is only software`;
  const trouble = machine.nativeTrouble();
  if (trouble === undefined) return { backend: "native", note: `backend native: ${graphics}` };
  return { backend: "wasm", note: `backend wasm: ${graphics}, and the native library cannot be used: ${trouble}` };
}

function nativeBackend(machine: Machine): BackendChoice {
  const trouble = machine.nativeTrouble();
  if (trouble === undefined) return { backend: "native", note: "backend native: asked for" };
  throw new InputError(`Cannot use the backend "native": ${trouble}; "backend: wasm" works everywhere`);
}

async function webgpuBackend(machine: Machine, signal: AbortSignal): Promise<BackendChoice> {
  const adapter = await machine.adapter(signal);
  if (adapter === undefined) {
    const trouble = "this machine shows no graphics adapter";
    throw new InputError(`Cannot use the backend "webgpu": ${trouble}; "backend: auto" finds one that works`);
  }
  const only = adapter.software ? ", which is only software: expect it to be slower than native" : "";
  return { backend: "webgpu", note: `backend webgpu: asked for; the adapter is "${adapter.name}"${only}` };
}
