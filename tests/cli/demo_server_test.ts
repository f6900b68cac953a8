import assert from "node:assert/strict";
import { inFolder } from "../temp_folder.ts";
import { framewright, startFramewright } from "./process.ts";
import { commandLine } from "./terminals.ts";

type Around = {
  readonly folder: string;
  /** `http://127.0.0.1:<port>` */
  readonly place: string;
  /** The file with the URLs. */
  readonly list: string;
};

/** A server of its own, which is interrupted at the end; gives what it said. */
async function withServer(args: readonly string[], body: (around: Around) => Promise<void>): Promise<string> {
  return await inFolder(async (folder) => {
    const list = `${folder}/list.tsv`;
    const server = startFramewright(["demo-server", "--port", "0", "--list", list, ...args], { folder });
    const errors = new Response(server.stderr).text();
    const output = server.stdout.pipeThrough(new TextDecoderStream()).getReader();
    let said = "";
    while (!said.includes("Ctrl-C")) said += (await output.read()).value ?? assert.fail(said + await errors);
    const [place = assert.fail(said + await errors)] = /http:\/\/[^/]+/.exec(said) ?? [];
    try {
      await body({ folder, place, list });
    } finally {
      server.kill("SIGINT");
    }
    await output.cancel();
    const [{ code }, complaint] = await Promise.all([server.status, errors]);
    assert.deepEqual([code, complaint], [0, ""]);
    return said;
  });
}

Deno.test("`demo-server` serves the examples with tags, parts and conditions, and ends cleanly", async () => {
  const said = await withServer([], async ({ place, list }) => {
    const rows = (await Deno.readTextFile(list)).trim().split("\n").slice(1).map((row) => row.split("\t"));
    assert.ok(rows.length > 40);
    const [id = "", url = ""] = rows.find(([id]) => id?.startsWith("motogp/")) ?? [];
    assert.equal(url, `${place}/${id}`);
    const whole = await fetch(url);
    const bytes = await whole.bytes();
    assert.deepEqual([whole.status, whole.headers.get("content-type")], [200, "image/jpeg"]);
    const etag = whole.headers.get("etag") ?? assert.fail("no tag");
    const asked = async (headers: Record<string, string>, method = "GET") => {
      const answer = await fetch(url, { headers, method });
      return [answer.status, answer.headers.get("content-range"), (await answer.bytes()).length];
    };
    const size = bytes.length;
    assert.deepEqual(await asked({ range: "bytes=0-99" }), [206, `bytes 0-99/${size}`, 100]);
    assert.deepEqual(await asked({ range: "bytes=-10" }), [206, `bytes ${size - 10}-${size - 1}/${size}`, 10]);
    assert.deepEqual(await asked({ range: `bytes=10-${size * 2}` }), [206, `bytes 10-${size - 1}/${size}`, size - 10]);
    assert.deepEqual(await asked({ range: `bytes=${size}-` }), [416, `bytes */${size}`, 0]);
    assert.deepEqual(await asked({ range: "bytes=0-99", "if-range": '"other"' }), [200, null, size]);
    assert.deepEqual(await asked({ "if-none-match": `"other", W/${etag}` }), [304, null, 0]);
    assert.deepEqual(await asked({ "if-none-match": '"other"' }), [200, null, size]);
    assert.deepEqual(await asked({}, "HEAD"), [200, null, 0]);
    assert.equal((await asked({}, "DELETE"))[0], 405);
    for (const path of ["/nothing.jpg", "/../deno.json", "/%2e%2e/deno.json", "/motogp", "/%", "/urls/images.tsv"]) {
      const answer = await fetch(`${place}${path}`);
      await answer.body?.cancel();
      assert.equal(answer.status, 404, path);
    }
    assert.match(await (await fetch(place)).text(), /<li><a href="\/motogp\//);
  });
  assert.match(
    said,
    /^Serving \d+ example pictures at http:\/\/127\.0\.0\.1:\d+\/\nTheir URLs are in list\.tsv\nCtrl-C stops it\n$/,
  );
});

Deno.test("`run` reads a list of URLs once, and asks only what has changed the second time", async () => {
  await withServer([], async ({ folder, list }) => {
    const set = ["--set", `list=${list}`, "--set", "max_rejected=20%"];
    const run = async () => {
      const ran = await framewright(["run", "pipelines/images_info.yaml", "--store", `${folder}/store`, ...set], {
        folder: Deno.cwd(),
      });
      assert.equal(ran.exit, 0, ran.err);
      return ran.out;
    };
    const first = await run();
    const path = `${/^ {2}files {2}(.*)$/m.exec(first)?.[1]}/images_info/images_info.json`;
    const found = JSON.parse(await Deno.readTextFile(path));
    const picture = "motogp/2023-jerez_q1_cam2_000064.jpg";
    const { url, image_info } = found[picture];
    assert.ok(url.endsWith(`/${picture}`));
    const size = (await Deno.stat(`examples/${picture}`)).size;
    assert.deepEqual(image_info, { image_size: size, image_dimension: [800, 600], image_format: "JPEG" });
    assert.match(await run(), /^Nothing changed: images_info\S* v1 stands/);
  });
});

Deno.test("`run` says that the demo server does not run, and how to start it", async () => {
  const isFree = await fetch("http://127.0.0.1:8777/").then((answer) => answer.body?.cancel(), () => true) === true;
  if (!isFree) return; // somebody looks at the examples on this machine
  await inFolder(async (folder) => {
    const { exit, err } = await framewright(["run", "pipelines/images_info.yaml", "--store", `${folder}/store`], {
      folder: Deno.cwd(),
    });
    assert.notEqual(exit, 0);
    assert.match(err, /nobody answers at 127\.0\.0\.1:8777; start it in another terminal: deno task fw demo-server\n$/);
  });
});

Deno.test("`demo-server` serves nobody but this machine, and says that its port is taken", async () => {
  for (const host of ["0.0.0.0", "::", "192.168.0.1", "example.org"]) {
    const { exit, err } = await commandLine(["demo-server", "--host", host]);
    assert.equal(exit, 2);
    assert.match(err, /only addresses of this machine itself/);
  }
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { err } = await commandLine(["demo-server", "--port", String(taken.addr.port)]);
  assert.match(err, /something else uses that port; choose another with --port/);
  assert.match((await commandLine(["demo-server", "--port", "70000"])).err, /0 to 65535/);
});
