// Runs the command line as a user does, in a process of its own.
import { fileURLToPath } from "node:url";
import type { Summary } from "../../runtime/contract/events.ts";

/** The folder of the project. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

export type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** A process that runs `fw <args>`; the caller waits for it or kills it. */
export function startFw(...args: string[]): Deno.ChildProcess {
  return new Deno.Command("deno", {
    args: ["run", "-q", "-P=work", "--no-prompt", "main.ts", ...args],
    cwd: root,
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

export async function fw(...args: string[]): Promise<Ended> {
  const { code, stdout, stderr } = await startFw(...args).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** The summary that a `--json` run ends with. */
export function summaryOf({ stdout, stderr }: Ended): Summary {
  const last = stdout.trim().split("\n").at(-1) ?? "";
  if (!last.includes('"event":"summary"')) {
    throw new TypeError(`Cannot find a summary: the run said ${stdout}${stderr}`);
  }
  return JSON.parse(last);
}
