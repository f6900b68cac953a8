// Ctrl-C and its kin.

const signals: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT", "SIGBREAK"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];

/** Calls `stop` whenever the user or the system asks this process to end; returns how to stop listening. */
export function onStopSignal(stop: () => void): () => void {
  for (const signal of signals) Deno.addSignalListener(signal, stop);
  return () => {
    for (const signal of signals) Deno.removeSignalListener(signal, stop);
  };
}

/** Runs `body` with a signal that Ctrl-C aborts. */
export async function stoppable<T>(body: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stopped = new AbortController();
  const release = onStopSignal(() =>
    stopped.abort(new DOMException("Stopped; the same command goes on", "AbortError"))
  );
  try {
    return await body(stopped.signal);
  } finally {
    release();
  }
}
