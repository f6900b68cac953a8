// `demo-server`: the example pictures on the web of this machine alone, for pipelines that read lists of URLs.
import { InputError, messageOf } from "../../contract/errors.ts";
import { exitCodes } from "../../contract/exit_codes.ts";
import { digestOf } from "../../contract/json.ts";
import { type Context, pathOf, styleFor, writeLines } from "../context.ts";
import { answerWith, type ServedFile } from "../file_answers.ts";
import { writeTextFile } from "../files.ts";
import { stoppable } from "../signals.ts";
import { plain } from "../text.ts";

export type DemoServerOptions = {
  readonly host: string;
  readonly port: number;
  /** Milliseconds before each answer. */
  readonly delay: number;
  /** A file to write the URLs to. */
  readonly list?: string;
  readonly color: boolean;
};

const types: Readonly<Record<string, string>> = { jpg: "image/jpeg", png: "image/png", webp: "image/webp" };

/** Serves until it is told to stop; returns the exit code. Throws `InputError` when it cannot listen. */
export async function serveExamples(options: DemoServerOptions, context: Context): Promise<number> {
  checkHost(options.host);
  const pictures = picturesBelow(`${context.root}/examples`);
  const index = new TextEncoder().encode(indexPage([...pictures.keys()]));
  const page = fileOf(index, "text/html; charset=utf-8");
  const found = (path: string) => path === "/" ? page : pictures.get(path)?.();
  return await stoppable(async (signal) => {
    const server = listen(options, async (request) => {
      if (options.delay > 0) await new Promise((resolve) => setTimeout(resolve, options.delay));
      return answerWith(request, found(decoded(new URL(request.url).pathname)));
    });
    const { port } = server.addr;
    const place = `http://${options.host.includes(":") ? `[${options.host}]` : options.host}:${port}`;
    await announce(place, [...pictures.keys()], options, context);
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    await ended(server);
    return exitCodes.ok;
  });
}

/** Nobody but this machine is served: the examples are not meant for the network. */
function checkHost(host: string): void {
  if (host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host)) return;
  throw new InputError(`Cannot serve at "${host}": only addresses of this machine itself, such as 127.0.0.1 and ::1`);
}

function listen({ host, port }: DemoServerOptions, handler: (request: Request) => Promise<Response>) {
  try {
    return Deno.serve({ hostname: host, port, onListen: () => {} }, handler);
  } catch (cause) {
    const taken = cause instanceof Deno.errors.AddrInUse;
    const what = taken ? "something else uses that port; choose another with --port" : messageOf(cause);
    throw new InputError(`Cannot serve at "${host}:${port}": ${what}`, [], { cause });
  }
}

/** Answers under way get a second. */
async function ended(server: Deno.HttpServer<Deno.NetAddr>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => timer = setTimeout(resolve, 1000));
  await Promise.race([server.shutdown(), late]);
  clearTimeout(timer);
}

async function announce(
  place: string,
  paths: readonly string[],
  { list, color }: DemoServerOptions,
  context: Context,
): Promise<void> {
  const { out } = context.terminal;
  const { shown } = styleFor(out, context, color);
  const lines = [`Serving ${paths.length} example pictures at ${place}/`];
  if (list !== undefined) {
    const file = pathOf(list, context);
    const rows = paths.map((path) => `${path.slice(1)}\t${place}${path}\n`);
    await writeTextFile(file, `id\turl\n${rows.join("")}`, { replace: true });
    lines.push(`Their URLs are in ${plain(shown(file))}`);
  } else {
    lines.push(
      `URLs on port 8777, some of them broken on purpose, are in ${
        plain(shown(`${context.root}/examples/urls/images.tsv`))
      }`,
    );
    lines.push("In another terminal: deno task run pipelines/images_info.yaml");
  }
  writeLines(out, [...lines, "Ctrl-C stops it"]);
}

/** By the path of their URL, sorted. */
function picturesBelow(folder: string): ReadonlyMap<string, () => ServedFile> {
  const paths: string[] = [];
  const walk = (below: string) => {
    for (const { name, isDirectory, isFile } of Deno.readDirSync(`${folder}${below}`)) {
      if (isDirectory) walk(`${below}/${name}`);
      else if (isFile && typeOf(name) !== undefined) paths.push(`${below}/${name}`);
    }
  };
  walk("");
  return new Map(paths.sort().map((path) => [path, openPicture(`${folder}${path}`)]));
}

/** The picture as it is; read again when it has changed. */
function openPicture(file: string): () => ServedFile {
  let known: { readonly state: string; readonly served: ServedFile } | undefined;
  return () => {
    const { size, mtime } = Deno.statSync(file);
    const state = `${size} ${mtime?.getTime()}`;
    if (known?.state !== state) known = { state, served: fileOf(Deno.readFileSync(file), typeOf(file) ?? "") };
    return known.served;
  };
}

function typeOf(name: string): string | undefined {
  return types[name.slice(name.lastIndexOf(".") + 1).toLowerCase()];
}

function fileOf(bytes: Uint8Array<ArrayBuffer>, type: string): ServedFile {
  return { bytes, type, etag: `"${digestOf(bytes).slice(0, 32)}"` };
}

function indexPage(paths: readonly string[]): string {
  const items = paths.map((path) => `<li><a href="${encodeURI(path)}">${path.replaceAll("<", "&lt;")}</a></li>\n`);
  return `<!doctype html>\n<title>Example pictures</title>\n<h1>Example pictures</h1>\n<ul>\n${items.join("")}</ul>\n`;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
