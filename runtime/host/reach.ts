// Whether servers answer: asked before a run starts.
import { connect } from "node:net";
import { once } from "node:events";
import { messageOf } from "../contract/errors.ts";

/** Milliseconds that a server has to answer. */
const patienceMs = 5_000;

/** Opens a connection and closes it. What went wrong in words, `undefined` when somebody answers. */
export async function reach(hostname: string, port: number, signal: AbortSignal): Promise<string | undefined> {
  const socket = connect({ host: hostname, port });
  try {
    await once(socket, "connect", { signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]) });
    return undefined;
  } catch (thrown) {
    signal.throwIfAborted();
    return thrown instanceof Error && thrown.name === "AbortError" ? "it does not answer" : messageOf(thrown);
  } finally {
    socket.destroy();
  }
}
