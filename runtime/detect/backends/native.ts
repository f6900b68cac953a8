// The CPU, by onnxruntime-node: native code, which needs the permission `ffi` and nothing else.
import { createSession, type Session, type SessionFiles } from "./session.ts";

/** `run()` blocks its thread. */
export async function openNative({ model }: SessionFiles): Promise<Session> {
  const runtime = await import("onnxruntime-node");
  return await createSession(runtime, model, { executionProviders: ["cpu"] });
}
