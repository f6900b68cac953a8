import assert from "node:assert/strict";
import { digestOf } from "../../runtime/contract/json.ts";
import { inFolder, putFile } from "../temp_folder.ts";
import { commandLine } from "./terminals.ts";

const weights = Uint8Array.from({ length: 300_000 }, (_, at) => at % 251);

const card = `name: tiny
summary: For tests
weights: { how: Ask around, sha256: ${digestOf(weights)}, size: ${weights.length} }
licence: MIT
`;

const familyCard = "name: family\nsummary: Many files\nlicence: MIT\n";

type Fetch = (from: string | undefined, isTerminal?: boolean) => ReturnType<typeof commandLine>;

/** A project with two cards, a cache, and how to fetch the first. */
async function withProject(body: (fetch: Fetch, folder: string) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    putFile(folder, "deno.json", '{ "version": "1.2.3" }');
    putFile(folder, "runtime/detect/models/tiny.yaml", card);
    putFile(folder, "runtime/detect/models/family.yaml", familyCard);
    const options = { root: folder, env: { FRAMEWRIGHT_MODELS: `${folder}/cache` } };
    await body((from, isTerminal = false) => {
      const args = ["models", "fetch", "tiny", ...from === undefined ? [] : ["--from", from]];
      return commandLine(args, { ...options, isTerminal });
    }, folder);
  });
}

/** Serves the weights well and badly at `http://127.0.0.1:<port>`. */
async function withServer(body: (origin: string) => Promise<void>): Promise<void> {
  let broken = 0;
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { pathname } = new URL(request.url);
    const headers = { "content-length": String(weights.length) };
    if (pathname === "/moved") return Response.redirect(new URL("/whole", request.url));
    if (pathname === "/other") return new Response(weights.toReversed(), { headers });
    if (pathname === "/breaks" && broken++ === 0) return new Response(half(), { headers });
    return pathname === "/missing" ? new Response("gone", { status: 404 }) : new Response(weights, { headers });
  });
  await body(`http://127.0.0.1:${server.addr.port}`);
}

function half(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(weights.slice(0, 150_000));
      controller.error(new TypeError("pulled out"));
    },
  });
}

function cached(folder: string): string[] {
  return [...Deno.readDirSync(`${folder}/cache`)].map(({ name }) => name);
}

const usualName = `tiny-${digestOf(weights).slice(0, 12)}.onnx`;

Deno.test("models fetch brings weights from a server, says where they are, and does so once", async () => {
  await withServer((origin) =>
    withProject(async (fetch, folder) => {
      const { exit, out, err } = await fetch(`${origin}/moved`);
      assert.equal(exit, 0, err);
      assert.match(out, /^Fetched tiny, 300 kB in \S+ s; the SHA-256 is as its card says\n/);
      assert.match(out, new RegExp(`^ {2}cache/${usualName}\n {2}licence: MIT\n$`, "m"));
      assert.deepEqual(cached(folder), [usualName]);
      assert.deepEqual(Deno.readFileSync(`${folder}/cache/${usualName}`), weights);
      assert.deepEqual(await fetch(undefined), { exit: 0, out: `tiny is here already: cache/${usualName}\n`, err: "" });
    })
  );
});

Deno.test("models fetch shows in a terminal how far it is, and starts again when the connection breaks", async () => {
  await withServer((origin) =>
    withProject(async (fetch) => {
      const { exit, err } = await fetch(`${origin}/breaks`, true);
      assert.equal(exit, 0, err);
      assert.match(err, /tiny {2}.*─.* of 300 kB/);
      assert.match(err, /The connection broke; starting again/);
      assert.ok(err.endsWith("\u001b[1A\r\u001b[J"), "the live line is taken away");
    })
  );
});

Deno.test("models fetch refuses other bytes, an answer without them, and leaves nothing behind", async () => {
  await withServer((origin) =>
    withProject(async (fetch, folder) => {
      for (const [path, message] of [["other", /its SHA-256 is .*, expected/], ["missing", /answered 404/]] as const) {
        const { exit, err } = await fetch(`${origin}/${path}`);
        assert.equal(exit, 2);
        assert.match(err, message);
      }
      assert.deepEqual(cached(folder), []);
    })
  );
});

Deno.test("models fetch says what else can be done when the server is down", async () => {
  let origin = "";
  await withServer((up) => Promise.resolve(void (origin = up)));
  await withProject(async (fetch) => {
    const { exit, err } = await fetch(`${origin}/whole`);
    assert.equal(exit, 2);
    assert.match(err, /Cannot download "http:[^"]*": .*\(tried 4 times\)\. Without a network there are three ways/);
  });
});

Deno.test("models fetch takes weights from a file when they are the right ones", async () => {
  await withProject(async (fetch, folder) => {
    putFile(folder, "right", weights);
    putFile(folder, "wrong", "other bytes");
    assert.match((await fetch("wrong")).err, /Cannot use "[^"]*\/wrong" as the weights of "tiny": its SHA-256 is/);
    assert.match((await fetch("none")).err, /there is no such file/);
    assert.equal((await fetch("right")).exit, 0);
    assert.deepEqual(cached(folder), [usualName]);
  });
});

Deno.test("models fetch says how to get what it cannot download", async () => {
  await withProject(async (fetch, folder) => {
    const { exit, err } = await fetch(undefined);
    assert.equal(exit, 2);
    assert.match(err, /it cannot be downloaded\. Ask around; then run "deno task fw models fetch tiny --from <file>"/);
    const family = await commandLine(["models", "fetch", "family"], { root: folder });
    assert.match(family.err, /Cannot fetch the model "family": its card stands for a family of models/);
  });
});
