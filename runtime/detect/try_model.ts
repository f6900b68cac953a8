// Runs a model once on zeros, for the shapes of its outputs that its file leaves open.
import type { Backend } from "../contract/detection.ts";
import { InputError } from "../contract/errors.ts";
import { askSession } from "./sessions/ask_session.ts";
import { readWasm, runtimeOf } from "./backends/runtime_files.ts";
import type { FoundModel } from "./find_model.ts";
import type { Port } from "./graph.ts";
import type { Feeding } from "./model_spec.ts";
import type { SessionReply } from "./sessions/session_messages.ts";
import type { Spawn } from "./sessions/spawn.ts";

/** Its outputs. Throws `InputError` when the runtime does not take the model or cannot run it. */
export async function tryModel(
  { name, bytes }: FoundModel,
  feeding: Feeding,
  backend: Backend,
  spawn: Spawn,
  signal: AbortSignal,
): Promise<readonly Port[]> {
  const refused = (what: string, reply: SessionReply) => {
    const says = reply.type === "failed" ? reply.message : `it answered ${reply.type}`;
    return new InputError(`Cannot ${what} the model "${name}": ${runtimeOf(backend)} says: ${says}`);
  };
  const wasm = await readWasm(backend);
  return await askSession(spawn, backend, signal, async (ask) => {
    const opened = await ask({ type: "open", backend, model: bytes, wasm });
    if (opened.type !== "open") throw refused("open", opened);
    const tried = await ask({ type: "try", feeding });
    if (tried.type !== "tried") throw refused("try", tried);
    return tried.outputs;
  });
}
