// The graphics processor, by onnxruntime-web. It needs no permission when its WebAssembly file is handed over.
import { createSession, type Session, type SessionFiles } from "./session.ts";

/** Operators that WebGPU does not have run on the CPU; all of them do when there is no adapter, so ask for one before. */
export async function openWebgpu({ model, wasm }: SessionFiles): Promise<Session> {
  const runtime = await importRuntime();
  runtime.env.wasm.numThreads = 1;
  if (wasm !== undefined) runtime.env.wasm.wasmBinary = wasm;
  const session = await inTurn(() => createSession(runtime, model, { executionProviders: ["webgpu"] }));
  return {
    ...session,
    run: (feeds) => inTurn(() => session.run(feeds)),
    close: () => inTurn(() => session.close()),
  };
}

/** In a Worker the package fails on `location`, whose origin is the text "null" there; without one it is content. */
async function importRuntime() {
  if (globalThis.location !== undefined) {
    Object.defineProperty(globalThis, "location", { value: undefined, configurable: true });
  }
  return await import("onnxruntime-web/webgpu");
}

let last: Promise<unknown> = Promise.resolve();

/** Calls that overlap in one thread, even of two sessions, hang it or corrupt its memory. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const turn = last.then(work, work);
  last = turn.catch(() => {});
  return turn;
}
