// The CPU, by onnxruntime-web: WebAssembly, which needs no permission when its file is handed over.
import { createSession, type Session, type SessionFiles } from "./session.ts";

export async function openWasm({ model, wasm }: SessionFiles): Promise<Session> {
  const runtime = await import("onnxruntime-web");
  runtime.env.wasm.numThreads = 1;
  if (wasm !== undefined) runtime.env.wasm.wasmBinary = wasm;
  return await createSession(runtime, model, { executionProviders: ["wasm"] });
}
