// Downloads weights from a server of its own and says what came of it, as JSON. Argument: a folder for the cache.
import { digestOf } from "../../runtime/contract/json.ts";
import { createWeightsCache } from "../../runtime/detect/weights_cache.ts";

const bytes = Uint8Array.from({ length: 300_000 }, (_, at) => at % 251);
const wanted = { name: "served", sha256: digestOf(bytes), size: bytes.length };
const asked: string[] = [];

const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
  const { pathname } = new URL(request.url);
  const first = !asked.includes(pathname);
  asked.push(pathname);
  if (pathname === "/moved") return Response.redirect(new URL("/whole", request.url));
  if (pathname === "/loop") return Response.redirect(request.url);
  if (pathname === "/breaks" && first) return new Response(broken(), { headers });
  if (pathname === "/busy" && first) return new Response("later", { status: 503, headers: { "retry-after": "1" } });
  if (pathname === "/stuck") return new Response(new ReadableStream({ start: (to) => to.enqueue(bytes.slice(0, 9)) }));
  if (pathname === "/other") return new Response(bytes.toReversed());
  return pathname === "/missing" ? new Response("gone", { status: 404 }) : new Response(bytes, { headers });
});
const headers = { "content-length": String(bytes.length) };

/** The first half; then the connection breaks. */
function broken(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(bytes.slice(0, 150_000));
      controller.error(new TypeError("pulled out"));
    },
  });
}

async function outcome(path: string, folder: string): Promise<unknown> {
  const progress: number[] = [];
  const pauses: number[] = [];
  const cache = createWeightsCache({
    folder,
    network: { fetch, sleep: (ms) => Promise.resolve(void pauses.push(ms)), random: () => 0.5 },
    unique: () => crypto.randomUUID(),
  });
  const stop = new AbortController();
  const onProgress = (at: number) => {
    progress.push(at);
    if (path === "/stuck") stop.abort(new TypeError("stopped"));
  };
  const url = `http://127.0.0.1:${server.addr.port}${path}`;
  try {
    const { digest } = await cache.download(wanted, url, onProgress, stop.signal);
    return { right: digest === wanted.sha256, last: progress.at(-1), pauses };
  } catch (thrown) {
    return { error: String(thrown).replace(url, path), pauses };
  }
}

const [folder = "."] = Deno.args;
const outcomes: Record<string, unknown> = {};
for (const path of ["/whole", "/moved", "/breaks", "/busy", "/loop", "/missing", "/other", "/stuck"]) {
  outcomes[path] = await outcome(path, `${folder}${path}`);
}
outcomes.both = await Promise.all([outcome("/whole", `${folder}/both`), outcome("/whole", `${folder}/both`)]);
await server.shutdown();
console.log(JSON.stringify(outcomes));
