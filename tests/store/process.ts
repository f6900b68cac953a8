// Starts the processes that the tests of the folder store need.
import { fileURLToPath } from "node:url";

/** A program of this folder, in a Deno of its own with the right to read and write. */
export function start(program: string, ...args: readonly string[]): Deno.ChildProcess {
  return new Deno.Command("deno", { args: runArgs(program, args), stdout: "piped" }).spawn();
}

/** Ends a program as a power cut would, unless it ended by itself, and gives the signal that it died of. */
export async function kill(child: Deno.ChildProcess): Promise<Deno.Signal | null> {
  try {
    child.kill("SIGKILL");
  } catch (thrown) {
    if (!(thrown instanceof TypeError)) throw thrown;
  }
  await child.stdout.cancel();
  return (await child.status).signal;
}

/** What a program says when it is over, run with these permissions. */
export async function output(program: string, permissions: readonly string[], ...args: string[]): Promise<string> {
  const command = new Deno.Command("deno", { args: runArgs(program, args, permissions), stderr: "inherit" });
  const { success, stdout } = await command.output();
  if (!success) throw new TypeError(`Cannot run "${program}": see what it wrote above`);
  return new TextDecoder().decode(stdout).trim();
}

/** A disk of one megabyte: where it is mounted, options of its mount, and a shell command run before those take hold,
 *  with the place as `$1`. */
export type Disk = { readonly place: string; readonly options: string; readonly prepare: string };

/** What the program says, as JSON, when it runs with a small disk of its own; `undefined` where this machine does not
 *  let its user make one. The disk is gone afterwards. */
export async function withDisk(disk: Disk, program: string, ...args: readonly string[]): Promise<unknown> {
  const mount = `mount -t tmpfs -o size=1m none "$1"`;
  if (Deno.build.os !== "linux" || !(await unshared(mount, disk.place)).success) return undefined;
  const child = `${mount} && ${disk.prepare} && mount -o remount,size=1m,${disk.options} "$1" && shift && exec "$@"`;
  const { success, stdout } = await unshared(child, disk.place, Deno.execPath(), ...runArgs(program, args));
  if (!success) throw new TypeError(`Cannot run "${program}" with a disk of its own: see what it wrote above`);
  return JSON.parse(new TextDecoder().decode(stdout));
}

function unshared(script: string, ...args: readonly string[]): Promise<Deno.CommandOutput> {
  const command = new Deno.Command("unshare", { args: ["-rm", "sh", "-c", script, "sh", ...args], stderr: "inherit" });
  return command.output();
}

const readAndWrite = ["--allow-read", "--allow-write", "--allow-sys=hostname"];

function runArgs(program: string, args: readonly string[], permissions: readonly string[] = readAndWrite): string[] {
  const path = fileURLToPath(new URL(program, import.meta.url));
  return ["run", "--quiet", "--no-config", "--no-prompt", ...permissions, path, ...args];
}
