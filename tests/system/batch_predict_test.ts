import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { framewright } from "../cli/process.ts";
import { readNpy } from "../kit/npy_reader.ts";
import { redisTest } from "../redis.ts";
import { inFolder } from "../temp_folder.ts";

const examples = new URL("../../examples/", import.meta.url);
const manifest = fileURLToPath(new URL("../../pipelines/batch_predict.yaml", import.meta.url));
const names = ["motogp", "soccer"].flatMap((kind) =>
  [...Deno.readDirSync(new URL(`${kind}/`, examples))].map(({ name }) => `${kind}/${name}`)
    .filter((name) => name.endsWith(".jpg")).sort().slice(0, 3)
);

/** Serves the example frames, no image under `/text`, and nothing under other paths. `images` counts whole answers. */
function imageServer() {
  const seen = { images: 0 };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const path = decodeURIComponent(new URL(request.url).pathname).slice(1);
    if (path === "text") return new Response("hello", { headers: { etag: '"t"' } });
    if (!names.includes(path)) return new Response("no", { status: 404 });
    const etag = `"${path}"`;
    if (request.headers.get("if-none-match") === etag) return new Response(null, { status: 304, headers: { etag } });
    seen.images++;
    return new Response(await Deno.readFile(new URL(path, examples)), {
      headers: { "content-type": "image/jpeg", etag },
    });
  });
  return { seen, url: `http://127.0.0.1:${server.addr.port}`, shutdown: () => server.shutdown() };
}

async function putList(path: string, url: string, rows: readonly string[]): Promise<void> {
  const lines = rows.map((name, at) => `img-${String(at).padStart(3, "0")}\t${url}/${encodeURI(name)}`);
  await Deno.writeTextFile(path, ["id\turl", ...lines, ""].join("\n"));
}

redisTest("batch_predict names images of a list, and another run does what is new", async ({ url, redis, prefix }) => {
  const server = imageServer();
  try {
    await inFolder(async (folder) => {
      const list = `${folder}/list.tsv`;
      const env = { REDIS_URL: url };
      const set = { list, batch_size: "4", redis_list: prefix };
      const args = Object.entries(set).flatMap(([name, value]) => ["--set", `${name}=${value}`]);
      const run = async () => {
        const ran = await framewright(["run", manifest, ...args, "--store", `${folder}/store`], { folder, env });
        assert.equal(ran.exit, 0, ran.err + ran.out);
        return ran;
      };
      await putList(list, server.url, [...names, "gone.jpg", "text"]);
      await run();
      // Named after the parameters, too.
      const [{ name } = assert.fail()] = Deno.readDirSync(`${folder}/store/published`);
      const published = `${folder}/store/published/${name}`;
      const predictions = JSON.parse(await Deno.readTextFile(`${published}/v1/predictions/predictions.json`));
      assert.equal(Object.keys(predictions).length, 8);
      assert.match(predictions["img-000"].predictions[0].label, /^race/);
      assert.match(predictions["img-003"].predictions[0].label, /^match/);
      assert.equal(predictions["img-000"].url, `${server.url}/${encodeURI(names[0] ?? "")}`);
      for (const id of ["img-006", "img-007"]) assert.ok(predictions[id].error.reason, JSON.stringify(predictions[id]));
      const batches = ["000001", "000002"].map((name) =>
        readNpy(Deno.readFileSync(`${published}/v1/batches/${name}.npy`))
      );
      assert.deepEqual(batches.map(({ shape }) => shape), [[4, 3, 64, 64], [2, 3, 64, 64]]);
      const pushed = (await redis.lrange(prefix, 0, -1)).map((text) => JSON.parse(text));
      assert.deepEqual(pushed.map(({ batch, number }) => [number, batch]), [[1, 1], [1, 2]]);
      assert.deepEqual(pushed[0].results[0].facts.predictions, predictions["img-000"].predictions);

      await run();
      assert.equal(server.seen.images, names.length, "nothing was downloaded again");
      assert.throws(() => Deno.statSync(`${published}/v2`), Deno.errors.NotFound);
      assert.equal(await redis.llen(prefix), 2, "nothing was pushed again");
    });
  } finally {
    await server.shutdown();
  }
});
