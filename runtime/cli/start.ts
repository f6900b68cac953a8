// Starts the Worker in which a run lives. Imports next to nothing: the Worker loads while the rest of the command line is
// still being read.

export type StartedRun = {
  readonly worker: Worker;
  /** The store that the Worker may write to: a folder's path or an `s3://` address. */
  readonly store: string;
  /** The folder for what does not fit into memory. */
  readonly scratch: string;
  /** Ends the Worker, and removes what it set aside. */
  end(): void;
};

/** Where a command runs: the folder the user stands in, and the environment over what its `.env` says. */
export type Surroundings = { readonly folder: string; readonly env: Readonly<Record<string, string>> };

export async function readSurroundings(): Promise<Surroundings> {
  const own = Deno.env.toObject();
  const folder = own.INIT_CWD ?? Deno.cwd(); // `deno task` changes the folder and says where it was
  const written = await dotEnv(`${folder}/.env`);
  for (const [name, value] of Object.entries(written)) {
    // Credentials are looked for in the environment itself, by those who know all the places where they can be.
    if (name.startsWith("AWS_") && own[name] === undefined) Deno.env.set(name, value);
  }
  return { folder, env: { ...written, ...own } };
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

/** The store: `--store`, else `store:` of the manifest, else `FRAMEWRIGHT_STORE`, else `.framewright` where the user
 *  stands. An `s3://` address stays as it is, anything else is a folder. */
export function storeOf(option: string | undefined, { folder, env }: Surroundings, manifest?: string): string {
  const named = option ?? (manifest === undefined ? undefined : storeInManifest(below(folder, manifest)));
  const store = named ?? (env.FRAMEWRIGHT_STORE || ".framewright");
  return isAddress(store) ? store : below(folder, store);
}

/** What a manifest says on its line `store: …`. The whole manifest is read later, by the run; what that may write to
 *  must be known before. */
export function storeInManifest(path: string): string | undefined {
  const [, quote, quoted, plain] = /^store:[ \t]+(?:(["'])(.*?)\1|([^#"'\s]\S*))[ \t]*(?:#.*)?\r?$/m
    .exec(textOf(path) ?? "") ?? [];
  return quote === undefined ? plain : quoted;
}

function isAddress(store: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(store);
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
  return startRun(storeOf(storeArgument(rest), surroundings, rest.find((arg) => /\.ya?ml$/.test(arg))));
}

/** Commands that may start a Worker for a pipeline whose plugins start programs. */
const startingRuns: readonly (string | undefined)[] = ["run", "plan", "retry", "verify", "detect"];

/** All other commands start no programs, so they give that right back. */
export async function dropPrograms([command]: readonly string[]): Promise<void> {
  if (!startingRuns.includes(command)) await Deno.permissions.revoke({ name: "run" });
}

function storeArgument(args: readonly string[]): string | undefined {
  const at = args.lastIndexOf("--store");
  return at === -1 ? args.findLast((arg) => arg.startsWith("--store="))?.slice("--store=".length) : args[at + 1];
}

/** A Worker that may read anywhere and write only below `store`. It gives back its network and the right to start
 *  programs unless the store or a plugin of the pipeline needs them. */
export function startRun(store: string): StartedRun {
  if (isAddress(store) && !store.startsWith("file:")) return startApart(store);
  const worker = startWorker(store);
  return { worker, store, scratch: `${store}/tmp`, end: () => worker.terminate() };
}

/** The same, but that it may not write to the store: only to a folder that is removed at the end. */
export function startApart(store: string): StartedRun {
  const scratch = Deno.makeTempDirSync({ prefix: "framewright-" });
  const worker = startWorker(scratch);
  const end = () => {
    worker.terminate();
    Deno.removeSync(scratch, { recursive: true });
  };
  return { worker, store, scratch, end };
}

function startWorker(writable: string): Worker {
  // What this process may not do it cannot hand on; who needs it is told where.
  const run = Deno.permissions.querySync({ name: "run" }).state === "granted";
  return new Worker(new URL("../engine/worker.ts", import.meta.url).href, {
    type: "module",
    name: "run",
    deno: {
      permissions: { read: true, write: [writable], env: true, sys: true, ffi: true, net: true, run },
    },
  });
}
