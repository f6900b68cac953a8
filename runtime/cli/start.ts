// Starts the Worker in which a run lives. Imports next to nothing: the Worker loads while the rest of the command line is
// still being read.

export type StartedRun = {
  readonly worker: Worker;
  /** The folder that the Worker may write to. */
  readonly store: string;
};

/** Where a command runs: the folder the user stands in, and the environment over what its `.env` says. */
export type Surroundings = { readonly folder: string; readonly env: Readonly<Record<string, string>> };

export async function readSurroundings(): Promise<Surroundings> {
  const own = Deno.env.toObject();
  const folder = own.INIT_CWD ?? Deno.cwd(); // `deno task` changes the folder and says where it was
  return { folder, env: { ...await dotEnv(`${folder}/.env`), ...own } };
}

async function dotEnv(path: string): Promise<Record<string, string>> {
  const text = textOf(path);
  if (text === undefined) return {};
  const { parseEnv } = await import("node:util");
  return Object.fromEntries(Object.entries(parseEnv(text)).map(([name, value]) => [name, value ?? ""]));
}

function textOf(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return undefined; // most folders have none
  }
}

/** The store's folder: `--store`, else `FRAMEWRIGHT_STORE`, else `.framewright` where the user stands. */
export function storeOf(option: string | undefined, { folder, env }: Surroundings): string {
  return below(folder, option ?? (env.FRAMEWRIGHT_STORE || ".framewright"));
}

/** A path as the user means it. */
export function below(folder: string, path: string): string {
  return isAbsolute(path) ? path : `${folder}/${path.replace(/^(\.\/+)+/, "")}`;
}

function isAbsolute(path: string): boolean {
  return path.startsWith("/") || (Deno.build.os === "windows" && /^([a-z]:)?[\\/]/i.test(path));
}

/** A Worker for a command line that looks like a run. Whether it is one is settled later: until it is told to run, the
 *  Worker does nothing but load. */
export function startEarly(args: readonly string[], surroundings: Surroundings): StartedRun | undefined {
  const [command, ...rest] = args;
  if (command !== "run" && command !== "plan") return undefined;
  if (rest.length === 0 || rest.includes("--help") || rest.includes("-h")) return undefined;
  return startRun(storeOf(storeArgument(rest), surroundings));
}

function storeArgument(args: readonly string[]): string | undefined {
  const at = args.lastIndexOf("--store");
  return at === -1 ? args.findLast((arg) => arg.startsWith("--store="))?.slice("--store=".length) : args[at + 1];
}

/** A Worker that may read anywhere and write only below `store`, with no network and no programs. */
export function startRun(store: string): StartedRun {
  const worker = new Worker(new URL("../engine/worker.ts", import.meta.url).href, {
    type: "module",
    name: "run",
    deno: {
      permissions: { read: true, write: [store], env: true, sys: true, ffi: true, net: false, run: false },
    },
  });
  return { worker, store };
}
