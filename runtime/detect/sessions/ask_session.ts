// Questions to a session that is started for them and ended behind them.
import type { Backend } from "../../contract/detection.ts";
import type { SessionCommand, SessionReply } from "./session_messages.ts";
import type { Spawn } from "./spawn.ts";

/** One question at a time. Of a session that died the answer is `failed`. */
export type Ask = (command: SessionCommand) => Promise<SessionReply>;

/** Throws the reason of `signal`; the session then ends in the middle of whatever it does. */
export async function askSession<T>(
  spawn: Spawn,
  backend: Backend,
  signal: AbortSignal,
  talk: (ask: Ask) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  let answer: (reply: SessionReply) => void = () => {};
  let died: SessionReply | undefined;
  const link = spawn(backend, {
    onReply: (reply) => answer(reply),
    onDeath: (message) => answer(died = { type: "failed", message }),
  });
  const { promise: aborted, reject: abort } = Promise.withResolvers<never>();
  const onAbort = () => abort(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  const ask: Ask = (command) =>
    new Promise((resolve) => {
      answer = resolve;
      if (died === undefined) link.send(command);
      else resolve(died);
    });
  try {
    return await Promise.race([talk(ask), aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
    link.end();
  }
}
