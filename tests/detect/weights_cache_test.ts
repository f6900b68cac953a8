import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { InputError } from "../../runtime/contract/errors.ts";
import { digestOf } from "../../runtime/contract/json.ts";
import { modelsFolderOf } from "../../runtime/detect/models_folder.ts";
import { type CheckedWeights, createWeightsCache, type WeightsCache } from "../../runtime/detect/weights_cache.ts";

const never = new AbortController().signal;
const bytes = new TextEncoder().encode("the weights");
const wanted = { name: "some model", sha256: digestOf(bytes), size: bytes.length };

async function withFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A cache whose network answers with `responses`, one a request; the last again and again. */
function cacheOf(folder: string, ...responses: readonly (() => Response)[]): WeightsCache {
  let asked = 0;
  const fetch = () => Promise.resolve((responses[Math.min(asked++, responses.length - 1)] ?? Response.error)());
  const network = { fetch, sleep: () => Promise.resolve(), random: () => 0.5 };
  return createWeightsCache({ folder, network, unique: () => crypto.randomUUID() });
}

function download(cache: WeightsCache, url = "https://example.org/some.onnx"): Promise<CheckedWeights> {
  return cache.download(wanted, url, () => {}, never);
}

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

Deno.test("find() takes a file whose bytes fit, whatever it is called", async () => {
  await withFolder(async (folder) => {
    const cache = cacheOf(folder);
    assert.equal(await cache.find(wanted), undefined);
    await Deno.mkdir(`${folder}/sub.onnx`);
    await Deno.writeTextFile(`${folder}/wrong.onnx`, "the weighty");
    await Deno.writeTextFile(`${folder}/a.partial`, "the weights");
    assert.equal(await cache.find(wanted), undefined);
    await Deno.writeFile(`${folder}/what I called it`, bytes);
    assert.deepEqual((await cache.find(wanted))?.bytes, bytes);
    assert.deepEqual((await cache.find({ ...wanted, size: undefined }))?.bytes, bytes);
  });
});

Deno.test("find() takes a file that the card says is the same, and tells which it is", async () => {
  await withFolder(async (folder) => {
    const other = new TextEncoder().encode("the weights, exported anew");
    await Deno.writeFile(`${folder}/other.onnx`, other);
    assert.equal((await cacheOf(folder).find({ ...wanted, same: [digestOf(other)] }))?.digest, digestOf(other));
  });
});

Deno.test("find() gives nothing when a file of its own was changed", async () => {
  await withFolder(async (folder) => {
    const cache = cacheOf(folder, () => new Response(bytes));
    await download(cache);
    const [name = ""] = namesIn(folder);
    await Deno.writeTextFile(`${folder}/${name}`, "the weighty");
    assert.equal(await cache.find(wanted), undefined);
    assert.deepEqual((await download(cache)).bytes, bytes);
    assert.deepEqual((await cache.find(wanted))?.bytes, bytes);
  });
});

Deno.test("download() leaves one file, named after the model and its digest", async () => {
  await withFolder(async (folder) => {
    await download(cacheOf(`${folder}/new`, () => new Response(bytes)));
    assert.deepEqual(namesIn(`${folder}/new`), [`some_model-${wanted.sha256.slice(0, 12)}.onnx`]);
  });
});

Deno.test("download() says both digests and leaves nothing when the bytes are others", async () => {
  await withFolder(async (folder) => {
    const other = new TextEncoder().encode("the weighty");
    await assert.rejects(download(cacheOf(folder, () => new Response(other))), (thrown) => {
      assert.ok(thrown instanceof InputError);
      assert.match(thrown.message, new RegExp(`${digestOf(other)} .*, expected ${wanted.sha256}`));
      return true;
    });
    assert.deepEqual(namesIn(folder), []);
  });
});

Deno.test("download() stops at more bytes than the card says", async () => {
  await withFolder(async (folder) => {
    const endless = () => new Response(new ReadableStream({ pull: (to) => to.enqueue(new Uint8Array(1000)) }));
    await assert.rejects(download(cacheOf(folder, endless)), /it has more than 11 bytes/);
    const declared = () => new Response(bytes, { headers: { "content-length": "12" } });
    await assert.rejects(download(cacheOf(folder, declared)), /it has more than 11 bytes/);
  });
});

Deno.test("download() takes nothing but https, and http from this machine", async () => {
  await withFolder(async (folder) => {
    const cache = cacheOf(folder, () => new Response(bytes));
    const refused = [
      "http://example.org/a",
      "file:///etc/passwd",
      "ftp://localhost/a",
      "http://127.0.0.1.example.org/",
    ];
    for (const url of refused) await assert.rejects(download(cache, url), /is not an https address/, url);
    for (const url of ["http://localhost:1/a", "http://[::1]/a"]) await download(cache, url);
    for (const to of ["http://example.org/a", "http://localhost/a"]) {
      const moved = cacheOf(folder, () => new Response(null, { status: 302, headers: { location: to } }));
      await assert.rejects(download(moved), /is not an https address/, to);
    }
  });
});

Deno.test("download() says what else can be done when there is no network", async () => {
  await withFolder(async (folder) => {
    const offline = createWeightsCache({ folder, unique: () => "u" });
    await assert.rejects(download(offline), (thrown) => {
      assert.ok(thrown instanceof InputError);
      for (const way of ['models fetch some model"', folder, "--from <file>", "model: <path>"]) {
        assert.ok(thrown.message.includes(way), way);
      }
      return true;
    });
    const broken = cacheOf(folder, () => {
      throw new TypeError("dns error");
    });
    await assert.rejects(download(broken), /dns error \(tried 4 times\)\. Without a network/);
  });
});

Deno.test("download() follows redirects and outlives a server that breaks off, is busy or says no more", async () => {
  await withFolder(async (folder) => {
    const program = fileURLToPath(new URL("./download_program.ts", import.meta.url));
    const rights = ["--allow-net=127.0.0.1", "--allow-read", "--allow-write"];
    const args = ["run", "--quiet", "--no-config", "--no-prompt", ...rights, program, folder];
    const { stdout, success } = await new Deno.Command(Deno.execPath(), { args, stderr: "inherit" }).output();
    assert.ok(success);
    const { both, ...outcomes } = JSON.parse(new TextDecoder().decode(stdout));
    const good = { right: true, last: 300_000 };
    assert.deepEqual(outcomes["/whole"], { ...good, pauses: [] });
    assert.deepEqual(outcomes["/moved"], { ...good, pauses: [] });
    assert.deepEqual(outcomes["/breaks"], { ...good, pauses: [500] });
    assert.deepEqual(outcomes["/busy"], { ...good, pauses: [1000] });
    assert.match(outcomes["/loop"].error, /"\/loop": it was redirected more than 10 times/);
    assert.match(outcomes["/missing"].error, /"\/missing": the server answered 404/);
    assert.match(outcomes["/stuck"].error, /stopped/);
    assert.match(outcomes["/other"].error, /expected/);
    assert.deepEqual(both, [{ ...good, pauses: [] }, { ...good, pauses: [] }]);
    assert.equal(namesIn(`${folder}/both`).length, 1);
  });
});

Deno.test("adopt() takes a file that is the right one, and no other", async () => {
  await withFolder(async (folder) => {
    const cache = cacheOf(`${folder}/cache`);
    await Deno.writeFile(`${folder}/right`, bytes);
    await Deno.writeTextFile(`${folder}/wrong`, "the weighty");
    await assert.rejects(cache.adopt(wanted, `${folder}/wrong`), /as the weights of "some model": its SHA-256 is/);
    await assert.rejects(cache.adopt(wanted, `${folder}/absent`), /absent": there is no such file/);
    await assert.rejects(cache.adopt(wanted, folder), /it is not a file/);
    await cache.adopt(wanted, `${folder}/right`);
    assert.deepEqual((await cache.find(wanted))?.bytes, bytes);
  });
});

Deno.test("modelsFolderOf() is what is asked for, or where the system keeps caches", () => {
  const home = { HOME: "/home/ana" };
  assert.equal(modelsFolderOf({ ...home, FRAMEWRIGHT_MODELS: "/srv/m" }, "linux"), "/srv/m");
  assert.equal(modelsFolderOf(home, "linux"), "/home/ana/.cache/framewright/models");
  assert.equal(modelsFolderOf({ ...home, XDG_CACHE_HOME: "/c" }, "linux"), "/c/framewright/models");
  assert.equal(modelsFolderOf(home, "darwin"), "/home/ana/Library/Caches/framewright/models");
  assert.equal(modelsFolderOf({ LOCALAPPDATA: "C:\\l" }, "windows"), "C:\\l\\framewright\\models");
});
