// How long a command takes until it says something.

/** Seconds from start to the first byte on standard output; the process is then stopped. Throws when it ends silent. */
export async function secondsToFirstLine([program = "", ...args]: readonly string[]): Promise<number> {
  const started = performance.now();
  const child = new Deno.Command(program, { args, stdin: "null", stdout: "piped", stderr: "null" }).spawn();
  const reader = child.stdout.getReader();
  const { done } = await reader.read();
  const seconds = (performance.now() - started) / 1000;
  await stopped(child, reader);
  if (done) throw new Error(`Cannot time "${[program, ...args].join(" ")}": it printed nothing`);
  return seconds;
}

async function stopped(child: Deno.ChildProcess, reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  try {
    child.kill("SIGINT");
  } catch (thrown) {
    if (!(thrown instanceof TypeError)) throw thrown; // It has ended already.
  }
  while (!(await reader.read()).done);
  await child.status;
}
