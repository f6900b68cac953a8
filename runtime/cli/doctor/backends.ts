// What computes models: each backend opens the small built-in model, as a run would.
import { messageOf } from "../../contract/errors.ts";
import type { Backend } from "../../contract/detection.ts";
import { readWasm, runtimeOf } from "../../detect/backends/runtime_files.ts";
import { askSession } from "../../detect/sessions/ask_session.ts";
import { createSessions, type Spawn } from "../../detect/sessions/spawn.ts";
import { createMachine } from "../../detect/this_machine.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";

const limitMs = 20_000;

/** `root`: the folder of the program. */
export async function checkBackends(root: string): Promise<Finding[]> {
  const sessions = createSessions();
  try {
    const signal = AbortSignal.timeout(limitMs);
    const opens = async (backend: Backend) => await openingTrouble(root, backend, sessions.spawn, signal);
    const machine = createMachine(sessions.spawn);
    const [native, wasm, adapter] = await Promise.all([
      machine.nativeTrouble() ?? opens("native"),
      opens("wasm"),
      machine.adapter(signal),
    ]);
    return [nativeFinding(native), wasmFinding(wasm), graphicsFinding(adapter)];
  } finally {
    await sessions.endAll();
  }
}

/** What goes wrong when a model is opened; `undefined` when nothing does. */
async function openingTrouble(
  root: string,
  backend: Backend,
  spawn: Spawn,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const model = await Deno.readFile(`${root}/runtime/detect/models/demo.onnx`);
    const wasm = await readWasm(backend);
    const reply = await askSession(spawn, backend, signal, (ask) => ask({ type: "open", backend, model, wasm }));
    return reply.type === "failed" ? reply.message : undefined;
  } catch (thrown) {
    return messageOf(thrown);
  }
}

function nativeFinding(trouble: string | undefined): Finding {
  if (trouble === undefined) return ok("native", `${runtimeOf("native")}, on ${navigator.hardwareConcurrency} cores`);
  return warning("native", trouble, "Models are computed by wasm instead, at about half the speed");
}

function wasmFinding(trouble: string | undefined): Finding {
  if (trouble === undefined) return ok("wasm", runtimeOf("wasm"));
  return problem("wasm", trouble, "Run `deno install --frozen`");
}

function graphicsFinding(adapter: { readonly name: string; readonly software: boolean } | undefined): Finding {
  if (adapter === undefined) return ok("webgpu", "no graphics adapter; models are computed on the CPU");
  if (!adapter.software) return ok("webgpu", adapter.name);
  return ok("webgpu", `"${adapter.name}" is only software; "backend: auto" leaves it alone`);
}
