// Other programs on this machine: found, started with little around them, ended for certain.
import { statSync } from "node:fs";
import { delimiter, isAbsolute, resolve } from "node:path";
import { InputError, messageOf } from "../contract/errors.ts";
import type { ProgramExit, ProgramRequest, ProgramsHost, RunningProgram } from "../contract/world.ts";

export type ProgramsHostOptions = {
  /** The environment: PATH is looked up in it, and what programs get comes from it. */
  readonly env: Readonly<Record<string, string>>;
  /** Where programs run, and where paths with a `/` are looked up from. */
  readonly folder: string;
};

/** What programs get of the environment; secrets are in the rest of it. */
const passedOn = ["PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT"];
/** Lines of stderr that are kept for messages. */
const keptLines = 20;

export function createProgramsHost({ env, folder }: ProgramsHostOptions): ProgramsHost & Disposable {
  const running = new Set<RunningProgram>();
  return {
    find: (command) => Promise.resolve(pathOf(command, env, folder)),
    start(request, signal) {
      signal.throwIfAborted();
      const path = pathOf(request.command, env, folder);
      if (path === undefined) throw notStarted(request.command, "there is no such program");
      const program = startAt(path, request, { env, folder });
      const kill = () => program.kill();
      running.add(program);
      signal.addEventListener("abort", kill);
      void program.exit.then(() => {
        running.delete(program);
        signal.removeEventListener("abort", kill);
      });
      return program;
    },
    [Symbol.dispose]() {
      for (const program of running) program.kill();
    },
  };
}

function pathOf(command: string, env: Readonly<Record<string, string>>, folder: string): string | undefined {
  if (isAbsolute(command) || command.includes("/")) {
    const path = resolve(folder, command);
    return isProgram(path) ? path : undefined;
  }
  const endings = Deno.build.os === "windows" ? [".exe", ".cmd", ""] : [""];
  const folders = (env.PATH ?? "").split(delimiter).filter((one) => one !== "");
  return folders.flatMap((one) => endings.map((ending) => `${one}/${command}${ending}`)).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    const { mode, isFile } = { mode: statSync(path).mode, isFile: statSync(path).isFile() };
    return isFile && (Deno.build.os === "windows" || (mode & 0o111) !== 0);
  } catch {
    return false; // not there, or not to be looked at
  }
}

function startAt(
  path: string,
  { args, folder, env = {}, memoryMb, onStderr, command }: ProgramRequest,
  outer: ProgramsHostOptions,
): RunningProgram {
  const limited = withMemoryLimit(path, args, memoryMb);
  const kept = Object.fromEntries(
    passedOn.flatMap((name) => outer.env[name] === undefined ? [] : [[name, outer.env[name]]]),
  );
  try {
    const child = new Deno.Command(limited.path, {
      args: [...limited.args],
      cwd: resolve(outer.folder, folder ?? "."),
      clearEnv: true,
      env: { ...kept, ...env },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const complaint = linesOf(child.stderr, onStderr);
    return { stdin: child.stdin, stdout: child.stdout, exit: exitOf(child, complaint), kill: () => killed(child) };
  } catch (cause) {
    throw notStarted(command, startTrouble(cause), cause);
  }
}

/** The shell sets the limit and is then replaced by the program, so that there is one process to kill. */
function withMemoryLimit(path: string, args: readonly string[], memoryMb: number | undefined) {
  if (memoryMb === undefined || Deno.build.os !== "linux") return { path, args };
  return { path: "/bin/sh", args: ["-c", `ulimit -v ${memoryMb * 1024} && exec "$0" "$@"`, path, ...args] };
}

function killed(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // it has ended already
  }
}

async function linesOf(stderr: ReadableStream<Uint8Array>, onLine: (line: string) => void = () => {}): Promise<string> {
  const last: string[] = [];
  const decoder = new TextDecoder();
  let rest = "";
  const take = (line: string) => {
    onLine(line);
    last.push(line);
    if (last.length > keptLines) last.shift();
  };
  for await (const bytes of stderr) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split(/\r?\n/);
    rest = (lines.pop() ?? "").slice(-10_000);
    lines.filter((line) => line !== "").forEach(take);
  }
  if (rest !== "") take(rest);
  return last.join("\n");
}

async function exitOf(child: Deno.ChildProcess, complaint: Promise<string>): Promise<ProgramExit> {
  const { code, signal } = await child.status;
  return { code, ...(signal === null ? {} : { signal }), complaint: await complaint.catch(() => "") };
}

function startTrouble(thrown: unknown): string {
  if (thrown instanceof Deno.errors.NotCapable) return "Deno was started without --allow-run";
  return messageOf(thrown);
}

function notStarted(command: string, what: string, cause?: unknown): InputError {
  return new InputError(`Cannot start the program "${command}": ${what}`, [], { cause });
}
