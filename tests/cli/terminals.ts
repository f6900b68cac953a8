// Terminals that keep what is written, and a way to run a command line in them.
import { fileURLToPath } from "node:url";
import { createPaint } from "../../runtime/cli/paint.ts";
import { runCommandLine } from "../../runtime/cli/program.ts";
import type { Style } from "../../runtime/cli/render.ts";
import type { Output, Terminal } from "../../runtime/cli/terminal.ts";

export const projectRoot = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

/** No colours, paths as they are. */
export const plainStyle: Style = { paint: createPaint(false), shown: (path) => path };

export interface KeptOutput extends Output {
  readonly text: string;
}

export function keptOutput(isTerminal = false): KeptOutput {
  let text = "";
  return {
    isTerminal,
    closed: false,
    get text() {
      return text;
    },
    write: (more) => void (text += more),
  };
}

export type KeptTerminal = Terminal & { readonly out: KeptOutput; readonly err: KeptOutput };

export function keptTerminal({ isTerminal = false, columns = 80, rows = 24 } = {}): KeptTerminal {
  return { out: keptOutput(isTerminal), err: keptOutput(isTerminal), size: () => ({ columns, rows }) };
}

export type Ran = { readonly exit: number; readonly out: string; readonly err: string };

export type CommandLineOptions = {
  readonly root?: string;
  readonly folder?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly isTerminal?: boolean;
};

/** Runs a command line in this process, with `root` for the project's folder. */
export async function commandLine(
  args: readonly string[],
  { root = projectRoot, folder = root, env = {}, isTerminal = false }: CommandLineOptions = {},
): Promise<Ran> {
  const terminal = keptTerminal({ isTerminal });
  const exit = await runCommandLine({ args, surroundings: { folder, env }, early: undefined, root, terminal });
  return { exit, out: terminal.out.text, err: terminal.err.text };
}
