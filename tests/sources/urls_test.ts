import assert from "node:assert/strict";
import { InputError } from "../../runtime/contract/errors.ts";
import urls from "../../sources/urls.ts";
import { serve } from "../fetch/servers.ts";
import { paintedJpeg } from "../suites/painted.ts";
import { inFolder } from "../temp_folder.ts";
import { type ImageServer, runOver, serveImages } from "./web_images.ts";

type Around = { readonly folder: string; readonly server: ImageServer; readonly list: readonly [string, string] };

/** Two images, `a` and `b`, and a list of them. */
async function withImages<T>(
  kind: Parameters<typeof serveImages>[0],
  body: (around: Around) => Promise<T>,
): Promise<T> {
  return await inFolder(async (folder) => {
    await using server = serveImages(kind);
    server.images.set("/a", { bytes: bytesOf("image a") });
    server.images.set("/b", { bytes: bytesOf("image b") });
    const list = ["list.csv", `id,url\na,${server.url}/a\nb,${server.url}/b\n`] as const;
    return await body({ folder, server, list });
  });
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

Deno.test("urls reads each new row with one request", () =>
  withImages({}, async ({ server, ...around }) => {
    const { records, read, earlier } = await runOver(around);
    assert.deepEqual(records.map(({ key, facts }) => [key, facts]), [
      ["a", { url: `${server.url}/a` }],
      ["b", { url: `${server.url}/b` }],
    ]);
    assert.deepEqual(read, { a: "7", b: "7" });
    assert.deepEqual(server.asked(), ["GET /a", "GET /b"]);
    assert.deepEqual(Object.keys(earlier[0]?.facts ?? {}).sort(), ["content_type", "etag", "url"]);
  }));

for (const validators of ["etag", "weak", "date", "none"] as const) {
  Deno.test(`urls asks for what is known, and reads only what has changed (validators: ${validators})`, () =>
    withImages({ validators }, async ({ server, ...around }) => {
      const first = await runOver(around);
      server.asked();
      const second = await runOver(around, first);
      assert.deepEqual(second.records, first.records);
      assert.deepEqual(second.read, {});
      const asked = server.asked();
      assert.equal(asked.length, 2);
      if (validators !== "none") { for (const one of asked) assert.match(one, / if /); }
      server.images.set("/a", { bytes: bytesOf("another a") });
      const third = await runOver(around, second);
      assert.deepEqual(third.read, { a: "9" });
      assert.notEqual(third.records[0]?.revision, first.records[0]?.revision);
      assert.equal(third.records[1]?.revision, first.records[1]?.revision);
      assert.deepEqual((await runOver(around, third)).records, third.records);
      server.asked();
      const trusting = await runOver({ ...around, options: { refresh: "never" } }, third);
      assert.deepEqual([trusting.records, server.asked()], [third.records, []]);
    }));
}

Deno.test("urls takes a tag that became weak, or a server that knows no conditions, for unchanged", () =>
  withImages({ validators: "weak" }, async ({ server, ...around }) => {
    const first = await runOver(around);
    for (const image of server.images.values()) {
      const facts = first.earlier[image.bytes.at(-1) === 97 ? 0 : 1]?.facts;
      image.headers = { etag: String(facts?.etag).replace("W/", "") };
    }
    assert.deepEqual((await runOver(around, first)).read, {});
  }));

Deno.test("urls keeps what cannot be asked for now, and gives up what is gone", () =>
  withImages({}, async ({ server, ...around }) => {
    const first = await runOver(around);
    server.images.set("/a", { bytes: bytesOf("image a"), status: 503 });
    const second = await runOver(around, first);
    assert.deepEqual([second.records, second.read], [first.records, {}]);
    assert.match(second.logs.join(), /^1 images could not be asked for now/);
    server.images.delete("/a");
    const third = await runOver(around, second);
    assert.deepEqual(third.read, { a: "http_404" });
    const fourth = await runOver(around, third);
    assert.deepEqual([fourth.records, fourth.read], [third.records, { a: "http_404" }]);
    server.images.set("/a", { bytes: bytesOf("image a") });
    assert.deepEqual((await runOver(around, fourth)).read, { a: "7" });
  }));

Deno.test("urls reads a row anew whose URL is another one", () =>
  withImages({}, async ({ server, ...around }) => {
    const first = await runOver(around);
    server.asked();
    const list = ["list.csv", `id,url\na,${server.url}/b\nb,${server.url}/b\n`] as const;
    const second = await runOver({ ...around, list }, first);
    assert.deepEqual(second.read, { a: "7" });
    assert.deepEqual(server.asked().map((one) => one.replace(/".*"/, "…")), ["GET /b", "GET /b 0-0 if …"]);
  }));

Deno.test("urls counts rows that will not do, each under a key of its own", () =>
  inFolder(async (folder) => {
    await using server = serve(() => new Response("image"));
    const lines = [
      `b,${server.url}/1`,
      `,${server.url}/2`,
      `b,${server.url}/3`,
      "c,",
      `row 1,${server.url}/5`,
      `${"x".repeat(501)},${server.url}/6`,
      '"broken',
      "d,not a url",
      "e,http://10.0.0.1/a",
      "f,file:///etc/passwd",
      `g,http://user:secret@127.0.0.1/`,
      ` h , ${server.url}/12 `,
      "i",
      `ü,${server.url}/14`,
    ];
    const { records, read } = await runOver({ folder, list: ["list.csv", `id,url\n${lines.join("\n")}\n`] });
    const broken = records.flatMap(({ key, broken }) => broken === undefined ? [] : [[key, broken.reason]]);
    assert.deepEqual(broken, [
      ["row 13", "broken_row"],
      ["row 2", "bad_id"],
      ["row 3", "duplicate_id"],
      ["row 4", "no_url"],
      ["row 5", "bad_id"],
      ["row 6", "bad_id"],
      ["row 7", "broken_row"],
    ]);
    assert.deepEqual(read, {
      b: "5",
      d: "bad_url",
      e: "forbidden_address",
      f: "bad_url",
      g: "bad_url",
      h: "5",
      ü: "5",
    });
    const again = await runOver({ folder, list: ["list.csv", `id,url\n${lines.join("\n")}\n`] });
    assert.deepEqual(again.records, records);
  }));

Deno.test("urls reads lists of every form, with columns of any name and others as facts", () =>
  withImages({}, async ({ folder, server }) => {
    const url = `${server.url}/a`;
    const named = { id: "sku", url: "image", facts: ["year"] };
    const cases: readonly (readonly [string, string, Record<string, unknown>, Record<string, unknown>])[] = [
      ["a.tsv", `sku\tyear\timage\n7\t2012\t${url}\n`, named, { url, year: "2012" }],
      ["a.jsonl", `{"sku":7,"year":2012,"image":"${url}"}\n`, named, { url, year: 2012 }],
      ["a.tsv", `7\t${url}\n`, { header: false }, { url }],
      ["a.txt", `7\t${url}\n`, { header: false, format: "tsv" }, { url }],
    ];
    for (const [name, text, options, facts] of cases) {
      const { records, read } = await runOver({ folder, list: [name, text], options });
      assert.deepEqual([records.map(({ key }) => key), records[0]?.facts, read], [["7"], facts, { 7: "7" }], name);
    }
    const missing = runOver({ folder, list: ["a.csv", "id,link\n1,x\n"] });
    await assert.rejects(missing, (thrown) => thrown instanceof InputError && /no column "url"/.test(thrown.message));
  }));

Deno.test("urls refuses options that contradict each other", () => {
  for (const options of [{ id: "url" }, { facts: ["etag"] }, { facts: ["id"] }, { concurrency: 0 }, { read: "some" }]) {
    assert.ok(!urls.options.safeParse({ path: "a.csv", ...options }).success, JSON.stringify(options));
  }
});

Deno.test("urls reads only the bytes of a header, and more where it is longer", () =>
  inFolder(async (folder) => {
    const plain = await paintedJpeg(640, 480);
    const comment = new Uint8Array(30_004).fill(32);
    comment.set([0xff, 0xfe, 0x75, 0x32]); // a comment of 30,000 bytes
    const long = new Uint8Array([...plain.subarray(0, 2), ...comment, ...plain.subarray(2), ...new Uint8Array(99_999)]);
    const gif = new Uint8Array(9000).fill(59);
    gif.set(bytesOf("GIF89a"));
    const page = bytesOf(`<html>${"x".repeat(9000)}</html>`);
    const expected = {
      gif: "9000",
      long: `65536 of ${long.length}`,
      page: `4096 of ${page.length}`,
      plain: `4096 of ${plain.length}`,
    };
    for (const [ranges, validators] of [[true, "etag"], [false, "etag"], [true, "none"]] as const) {
      await using server = serveImages({ ranges, validators });
      for (const [name, bytes] of Object.entries({ plain, long, gif, page })) server.images.set(`/${name}`, { bytes });
      const rows = [...server.images.keys()].map((path) => `${path.slice(1)},${server.url}${path}`);
      const around = {
        folder,
        list: ["list.csv", `id,url\n${rows.join("\n")}\n`],
        options: { read: "header" },
      } as const;
      const first = await runOver(around);
      assert.deepEqual(first.read, expected);
      assert.deepEqual(server.asked().filter((one) => /plain|page/.test(one)), [
        "GET /page 0-4095",
        "GET /plain 0-4095",
      ]);
      assert.deepEqual((await runOver(around, first)).read, {});
      server.images.set("/plain", { bytes: await paintedJpeg(320, 240) });
      assert.deepEqual(Object.keys((await runOver(around, first)).read), ["plain"]);
    }
  }));

Deno.test("urls ends the run where nobody answers, the first time and later, and says so", () =>
  inFolder(async (folder) => {
    const said = /list\.csv": nobody answers at 127\.0\.0\.1:\d+; is its server running\?$/;
    const ends = (run: Promise<unknown>) =>
      assert.rejects(run, (thrown) => thrown instanceof InputError && said.test(thrown.message));
    const server = serveImages();
    server.images.set("/a", { bytes: bytesOf("image") });
    const rows = Array.from({ length: 6 }, (_, at) => `${at},${server.url}/a`);
    const around = { folder, list: ["list.csv", `id,url\n${rows.join("\n")}\n`] } as const;
    const first = await runOver(around);
    await server[Symbol.asyncDispose]();
    await ends(runOver(around, first));
    await ends(runOver(around));
  }));
