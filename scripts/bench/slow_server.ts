// A server on loopback that takes its time over every image, and the list of its URLs. Runs as a process of its own, so
// that it takes nothing from the event loop of whom it is timed with.
//   deno run --allow-net --allow-read scripts/bench/slow_server.ts <folder> <milliseconds>
const [folder = "", delay = "200"] = Deno.args;

if (import.meta.main) {
  const files = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name.endsWith(".jpg")).sort();
  const images = files.map((name) => Deno.readFileSync(`${folder}/${name}`));
  Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: ({ port }) => console.log(port) }, async ({ url }) => {
    const number = Number(/(\d+)\.jpg$/.exec(url)?.[1] ?? NaN);
    const image = images[number % images.length];
    await new Promise((resolve) => setTimeout(resolve, Number(delay)));
    if (image === undefined) return new Response("no such image", { status: 404 });
    return new Response(image, { headers: { "content-type": "image/jpeg", etag: `"${number}"` } });
  });
}

export type SlowServer = AsyncDisposable & {
  /** Writes a list of so many images, ids from 1 up, as TSV. */
  list(path: string, count: number): Promise<void>;
};

/** Starts the server over the JPEG files of a folder, used in turns. */
export async function startSlowServer(images: string, delayMs: number): Promise<SlowServer> {
  const args = ["run", "--allow-net", "--allow-read", import.meta.filename ?? "", images, String(delayMs)];
  const process = new Deno.Command("deno", { args, stdout: "piped" }).spawn();
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value: port } = await reader.read();
  return {
    async list(path, count) {
      const rows = Array.from({ length: count }, (_, at) => `${at + 1}\thttp://127.0.0.1:${port?.trim()}/${at}.jpg`);
      await Deno.writeTextFile(path, ["id\turl", ...rows, ""].join("\n"));
    },
    async [Symbol.asyncDispose]() {
      process.kill();
      await reader.cancel();
      await process.status;
    },
  };
}
