// Other programs on this machine: found, started with little around them, ended for certain.
import { statSync } from "node:fs";
import { delimiter, isAbsolute, resolve } from "node:path";
import { InputError, messageOf } from "../contract/errors.ts";
import type { ProgramExit, ProgramRequest, ProgramsHost, RunningProgram } from "../contract/world.ts";
import { createProgramGuard, endGroup, type ProgramGuard } from "./program_guard.ts";
import { createSilenceWatch, type SilenceWatch, watched } from "./silence.ts";

export type ProgramsHostOptions = {
  /** The environment: PATH is looked up in it, and what programs get comes from it. */
  readonly env: Readonly<Record<string, string>>;
  /** Where programs run, and where paths with a `/` are looked up from. */
  readonly folder: string;
};

/** What programs get of the environment; secrets are in the rest of it. */
const passedOn = ["PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT"];
/** Lines of stderr that are kept for messages, and characters of a line. */
const keptLines = 20;
const keptCharacters = 10_000;

/** Disposing it ends what still runs, and waits for that. */
export function createProgramsHost(options: ProgramsHostOptions): ProgramsHost & AsyncDisposable {
  const { env, folder } = options;
  const running = new Set<RunningProgram>();
  const guard = createProgramGuard();
  return {
    find: (command) => Promise.resolve(pathOf(command, env, folder)),
    start(request, signal) {
      signal.throwIfAborted();
      const path = pathOf(request.command, env, folder);
      if (path === undefined) throw notStarted(request.command, "there is no such program");
      const program = startAt(path, request, options, guard);
      const kill = () => program.kill();
      running.add(program);
      signal.addEventListener("abort", kill);
      void program.exit.then(() => {
        running.delete(program);
        signal.removeEventListener("abort", kill);
      });
      return program;
    },
    async [Symbol.asyncDispose]() {
      for (const program of running) program.kill();
      await Promise.all([...running].map(({ exit }) => exit));
      await guard.close();
    },
  };
}

function pathOf(command: string, env: Readonly<Record<string, string>>, folder: string): string | undefined {
  if (isAbsolute(command) || command.includes("/")) {
    const path = resolve(folder, command);
    return isProgram(path) ? path : undefined;
  }
  if (command === "") return undefined;
  const endings = Deno.build.os === "windows" ? [".exe", ".cmd", ""] : [""];
  const folders = (env.PATH ?? "").split(delimiter).filter(isAbsolute);
  return folders.flatMap((one) => endings.map((ending) => `${one}/${command}${ending}`)).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    const info = statSync(path);
    return info.isFile() && (Deno.build.os === "windows" || (info.mode & 0o111) !== 0);
  } catch {
    return false; // not there, or not to be looked at
  }
}

function startAt(
  path: string,
  request: ProgramRequest,
  outer: ProgramsHostOptions,
  guard: ProgramGuard,
): RunningProgram {
  try {
    const child = spawn(path, request, outer);
    guard.add(child.pid);
    const end = () => endGroup(child);
    const watch = request.silenceMs === undefined ? undefined : createSilenceWatch(request.silenceMs, end);
    const said = linesOf(child.stderr, request.onStderr, watch, end);
    return {
      stdin: child.stdin,
      stdout: watch === undefined ? child.stdout : watched(child.stdout, watch),
      exit: exitOf(child, said, guard, watch),
      kill: end,
    };
  } catch (cause) {
    throw notStarted(request.command, startTrouble(cause), cause);
  }
}

/** Each program leads a process group of its own: Ctrl-C in a terminal reaches this program alone, and what a program
 *  started ends with it. */
function spawn(path: string, { args, folder, env = {}, memoryMb }: ProgramRequest, outer: ProgramsHostOptions) {
  const limited = withMemoryLimit(path, args, memoryMb);
  const kept = passedOn.flatMap((name) => outer.env[name] === undefined ? [] : [[name, outer.env[name]]]);
  return new Deno.Command(limited.path, {
    args: [...limited.args],
    cwd: resolve(outer.folder, folder ?? "."),
    clearEnv: true,
    env: { ...Object.fromEntries(kept), ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    detached: Deno.build.os !== "windows",
  }).spawn();
}

/** The shell sets the limit and is then replaced by the program. */
function withMemoryLimit(path: string, args: readonly string[], memoryMb: number | undefined) {
  if (memoryMb === undefined || Deno.build.os !== "linux") return { path, args };
  return { path: "/bin/sh", args: ["-c", `ulimit -v ${Math.ceil(memoryMb * 1024)} && exec "$0" "$@"`, path, ...args] };
}

/** The last lines. Goes on reading to the end in any case: a program whose stderr is full stands still. */
async function linesOf(
  stderr: ReadableStream<Uint8Array>,
  onLine: (line: string) => void = () => {},
  watch: SilenceWatch | undefined,
  end: () => void,
): Promise<string> {
  const last: string[] = [];
  const decoder = new TextDecoder();
  let rest = "";
  let failed = false;
  const take = (line: string) => {
    if (line === "") return;
    last.push(line);
    if (last.length > keptLines) last.shift();
    if (failed) return;
    try {
      onLine(line);
    } catch (thrown) {
      failed = true;
      last.push(messageOf(thrown));
      end();
    }
  };
  for await (const bytes of stderr) {
    watch?.heard();
    const lines = (rest + decoder.decode(bytes, { stream: true })).split(/\r?\n/);
    rest = (lines.pop() ?? "").slice(-keptCharacters);
    for (const line of lines) take(line.slice(-keptCharacters));
  }
  take(rest);
  return last.join("\n");
}

async function exitOf(
  child: Deno.ChildProcess,
  said: Promise<string>,
  guard: ProgramGuard,
  watch: SilenceWatch | undefined,
): Promise<ProgramExit> {
  const { code, signal } = await child.status;
  endGroup(child); // what it left behind holds its pipes open
  guard.remove(child.pid);
  watch?.close();
  const complaint = await said.catch(() => "");
  return {
    code,
    ...(signal === null ? {} : { signal }),
    ...(watch?.passed() === true ? { silent: true } : {}),
    complaint,
  };
}

function startTrouble(thrown: unknown): string {
  if (thrown instanceof Deno.errors.NotCapable) return "Deno was started without --allow-run";
  return messageOf(thrown);
}

function notStarted(command: string, what: string, cause?: unknown): InputError {
  return new InputError(`Cannot start the program "${command}": ${what}`, [], { cause });
}
