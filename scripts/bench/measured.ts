// What a command takes: time, processor, memory of nobody else, bytes. Counted by a shell around it: what a child used is
// added to its parent when it ends. Linux tells the bytes (`/proc/<pid>/io`); elsewhere they are absent.

export type Measured = {
  readonly seconds: number;
  /** Seconds of processor, of all threads and children together. */
  readonly cpu: number;
  /** Bytes that went through calls such as read and write, caches included. */
  readonly bytesRead?: number;
  readonly bytesWritten?: number;
};

const wrapper = `"$@" >/dev/null 2>"$ERRORS" || exit 1; times; cat "/proc/$$/io" 2>/dev/null || true`;

/** Runs a command once. Throws `Error` with what it said when it fails. */
export async function measured(
  command: readonly string[],
  options: { readonly cwd?: string; readonly env?: Record<string, string> } = {},
): Promise<Measured> {
  const errors = await Deno.makeTempFile();
  const env = { ...options.env, ERRORS: errors };
  const process = new Deno.Command("sh", {
    args: ["-c", wrapper, "sh", ...command],
    stdin: "null",
    ...options,
    env,
  });
  const started = performance.now();
  const { success, stdout } = await process.output();
  const seconds = (performance.now() - started) / 1000;
  const said = await Deno.readTextFile(errors);
  await Deno.remove(errors);
  if (!success) throw new Error(`Cannot measure "${command.join(" ")}": it failed\n${said.slice(-2000)}`);
  return { seconds, ...counted(new TextDecoder().decode(stdout)) };
}

/** The second line of `times` is about children: `0m1.20s 0m0.30s`. */
function counted(text: string): Omit<Measured, "seconds"> {
  const times = [...text.matchAll(/(\d+)m([\d.]+)s/g)].map(([, minutes, rest]) => 60 * Number(minutes) + Number(rest));
  const bytes = (name: string) => new RegExp(`^${name}: (\\d+)$`, "m").exec(text)?.[1];
  const [read, written] = [bytes("rchar"), bytes("wchar")];
  return {
    cpu: (times[2] ?? NaN) + (times[3] ?? NaN),
    ...(read === undefined ? {} : { bytesRead: Number(read) }),
    ...(written === undefined ? {} : { bytesWritten: Number(written) }),
  };
}
