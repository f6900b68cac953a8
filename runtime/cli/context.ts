// What every command gets: where it runs, what it writes to, how that looks.
import { relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { isRemote } from "../store/open.ts";
import { createPaint, wantsColours } from "./paint.ts";
import type { Style } from "./render.ts";
import { below, type StartedRun, storeOf, type Surroundings } from "./start.ts";
import type { Output, Terminal } from "./terminal.ts";

export type Context = Surroundings & {
  /** The folder that holds `plugins/` and `sources/`. */
  readonly root: string;
  readonly terminal: Terminal;
  /** A run that was started while the command line was still being read. */
  readonly early?: StartedRun;
  /** Milliseconds from any fixed point. */
  readonly now: () => number;
};

/** Absolute path of what the user called `path`. */
export function pathOf(path: string, { folder }: Context): string {
  return resolve(folder, path);
}

/** The store that a command works on: the absolute path of a folder, or an `s3://` address. */
export function storeSpec(option: string | undefined, context: Context, manifest?: string): string {
  return plainStore(storeOf(option, context, manifest), context);
}

function plainStore(store: string, { folder }: Context): string {
  if (/^file:\/\//i.test(store)) return fileURLToPath(store);
  return isRemote(store) ? store : resolve(below(folder, store));
}

/** ` --store <store>` for a line to paste; empty when commands take this store without it. */
export function storeOption(store: string, context: Context): string {
  if (storeSpec(undefined, context) === store) return "";
  return ` --store ${pasted(shownFrom(context.folder, store))}`;
}

/** As a shell takes it for one word. */
function pasted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** True when a run that was started early may write to `store`, and nowhere else. */
export function fitsStore(early: StartedRun, store: string, context: Context): boolean {
  return plainStore(early.store, context) === store;
}

/** How text for `output` looks. Paths below the user's folder are shown relative to it. */
export function styleFor(output: Output, { folder, env }: Context, color: boolean): Style {
  const paint = createPaint(wantsColours(env, { flag: color, terminal: output.isTerminal }));
  return { paint, shown: (path) => shownFrom(folder, path) };
}

function shownFrom(folder: string, path: string): string {
  if (isRemote(path)) return path;
  const short = relative(folder, path);
  return short === "" || short.startsWith("..") ? path : short;
}

export function writeLines(output: Output, lines: readonly string[]): void {
  output.write(lines.map((line) => `${line}\n`).join(""));
}
