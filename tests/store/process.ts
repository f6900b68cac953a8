// Starts the processes that the tests of the folder store need.
import { fileURLToPath } from "node:url";

/** A program of this folder, in a Deno of its own with the right to read and write. */
export function start(program: string, ...args: readonly string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), { args: runArgs(program, args), stdout: "piped" }).spawn();
}

/** The same with these permissions; gives the line it says when it is over. */
export async function output(program: string, permissions: readonly string[], ...args: string[]): Promise<string> {
  const command = new Deno.Command(Deno.execPath(), { args: runArgs(program, args, permissions), stderr: "inherit" });
  const { success, stdout } = await command.output();
  if (!success) throw new TypeError(`Cannot run "${program}": see what it wrote above`);
  return new TextDecoder().decode(stdout).trim();
}

/** What the program says, as JSON, when it runs on a small disk of its own made with these options; `undefined` where
 *  this machine does not let its user make one. `prepare` is a shell command run with the disk at `$1`. */
export async function onOwnDisk(options: string, prepare: string, program: string): Promise<unknown> {
  const place = await Deno.makeTempDir();
  try {
    if (!await run(`mount -t tmpfs -o size=1m none "$1"`, place)) return undefined;
    const script = `mount -t tmpfs -o size=1m none "$1" && ${prepare} && mount -o remount,size=1m,${options} "$1"`;
    const child = `${script} && shift && exec "$@"`;
    const { success, stdout } = await unshared(child, place, Deno.execPath(), ...runArgs(program, [place]));
    if (!success) throw new TypeError(`Cannot run "${program}" on a disk of its own: see what it wrote above`);
    return JSON.parse(new TextDecoder().decode(stdout));
  } finally {
    await Deno.remove(place, { recursive: true });
  }
}

async function run(script: string, place: string): Promise<boolean> {
  if (Deno.build.os !== "linux") return false;
  return (await unshared(script, place)).success;
}

function unshared(script: string, ...args: readonly string[]): Promise<Deno.CommandOutput> {
  const command = new Deno.Command("unshare", { args: ["-rm", "sh", "-c", script, "sh", ...args], stderr: "inherit" });
  return command.output();
}

const readAndWrite = ["--allow-read", "--allow-write"];

function runArgs(program: string, args: readonly string[], permissions: readonly string[] = readAndWrite): string[] {
  const path = fileURLToPath(new URL(program, import.meta.url));
  return ["run", "--quiet", "--no-config", "--no-prompt", ...permissions, path, ...args];
}
