// The command line as a process of its own, as users have it.
import { projectRoot, type Ran } from "./terminals.ts";

export type ProcessOptions = { readonly folder: string; readonly env?: Readonly<Record<string, string>> };

const quietly = ["run", "-q", "-P=work", "--no-prompt", `${projectRoot}/main.ts`];

function commandOf(args: readonly string[], { folder, env = {} }: ProcessOptions): Deno.Command {
  return new Deno.Command("deno", {
    args: [...quietly, ...args],
    cwd: projectRoot,
    env: { INIT_CWD: folder, NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

/** Runs `deno task fw` with these arguments to its end. */
export async function framewright(args: readonly string[], options: ProcessOptions): Promise<Ran> {
  return ranOf(await commandOf(args, options).output());
}

/** Starts `deno task fw`; whoever does so reads its outputs and awaits its end. */
export function startFramewright(args: readonly string[], options: ProcessOptions): Deno.ChildProcess {
  return commandOf(args, options).spawn();
}

function ranOf({ code, stdout, stderr }: Deno.CommandOutput): Ran {
  return { exit: code, out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
}
