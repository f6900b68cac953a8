import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { ask, refusalOf, sayOnce, serve, serveRaw, textFrom, withWeb } from "./servers.ts";

const ok = "HTTP/1.1 200 OK\r\n";

Deno.test("send() gives status, headers and bytes, and sends what it was given", async () => {
  await using server = serve(async (request) =>
    new Response(`${request.method} ${request.headers.get("x-a")} ${await request.text()}`, { headers: { "X-B": "c" } })
  );
  await withWeb(async ({ web }) => {
    const got = await ask(web, `${server.url}/a?b#c`, { headers: { "X-A": "1" } });
    assert.equal(new TextDecoder().decode(got.bytes), "GET 1 ");
    assert.deepEqual([got.status, got.url, got.headers["x-b"]], [200, `${server.url}/a?b`, "c"]);
    const body = new TextEncoder().encode("hello");
    assert.equal(await textFrom(web, server.url, { method: "POST", body, headers: { "x-a": "2" } }), "POST 2 hello");
    assert.equal((await ask(web, server.url, { method: "HEAD" })).bytes.length, 0);
  });
});

Deno.test("send() keeps connections and uses them again", async () => {
  let connections = 0;
  await using server = serveRaw(async ({ say, hear }) => {
    connections++;
    for (;;) {
      const path = (await hear()).split(" ")[1];
      if (path === "/gone") await say("HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nsorry");
      else await say(`${ok}Content-Length: 2\r\n\r\nhi`);
    }
  });
  await withWeb(async ({ web }) => {
    for (const path of ["/a", "/b", "/gone", "/c", "/gone", "/d"]) await ask(web, server.url + path).catch(() => {});
    assert.ok(connections <= 2, `${connections}`); // a body that nobody wants is read behind our back
  });
});

Deno.test("send() names every way in which an answer can be bad", async () => {
  const cases: readonly (readonly [string, string, boolean?])[] = [
    ["", "passing cut_short", true],
    [`${ok}Content-Length: 100\r\n\r\nabc`, "passing cut_short", true],
    [`${ok}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`, "passing cut_short", true],
    [`${ok}Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n`, "bad_answer"],
    [`${ok}Content-Length: 5\r\nContent-Length: 3\r\n\r\nhello`, "bad_answer"],
    [`${ok}X: ${"a".repeat(100_000)}\r\n\r\n`, "bad_answer"],
    [`${ok}${"X: a\r\n".repeat(20_000)}\r\n`, "bad_answer"],
    ["SSH-2.0-OpenSSH_9.2\r\n\r\n", "bad_answer"],
    ["HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", "bad_answer"],
    [`${ok}Content-Length: 200000\r\n\r\na`, "too_large"],
    [`${ok}Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello`, "bad_encoding"],
    [`${ok}Content-Encoding: zstd\r\nContent-Length: 5\r\n\r\nhello`, "bad_encoding"],
    ["HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nsorry", "http_404"],
    ["HTTP/1.1 999 Denied\r\nContent-Length: 0\r\n\r\n", "passing http_999"],
    ["HTTP/1.1 304 Not Modified\r\n\r\n", "http_304"],
    ["HTTP/1.1 206 Partial Content\r\nContent-Length: 2\r\n\r\nhi", "http_206"],
    ["HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", "bad_redirect"],
    [`${ok}X-Robots-Tag: noai\r\nContent-Length: 2\r\n\r\nhi`, "opted_out"],
  ];
  await withWeb(async ({ web }) => {
    for (const [said, expected, hangUp = false] of cases) {
      await using server = sayOnce(said, { hangUp });
      const refusal = await refusalOf(ask(web, `${server.url}/a.jpg`));
      assert.equal(refusal.split(":")[0], expected, `${said.slice(0, 80)} -> ${refusal}`);
      assert.match(refusal, /: Cannot read "http:\/\/127\.0\.0\.1:\d+\/a\.jpg": [^.]+$/);
    }
  });
});

Deno.test("send() reads answers of old and odd servers", async () => {
  const cases = [
    "HTTP/1.0 200 OK\r\n\r\nhello",
    `${ok}\r\nhello`,
    `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${ok}Content-Length: 5\r\n\r\nhello`,
    `${ok}Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\nX-Trailer: 1\r\n\r\n`,
  ];
  await withWeb(async ({ web }) => {
    for (const said of cases) {
      await using server = sayOnce(said, { hangUp: true });
      assert.equal(await textFrom(web, server.url), "hello", said);
    }
  });
});

Deno.test("send() gives an empty body as it is", async () => {
  await using server = sayOnce(`${ok}Content-Length: 0\r\n\r\n`);
  await withWeb(async ({ web }) => assert.equal((await ask(web, server.url)).bytes.length, 0));
});

Deno.test("send() ends what hangs before its headers, in its body, or goes on for ever", async () => {
  const endless = async (say: (text: string) => Promise<void>, text: string) => {
    for (;;) await say(text);
  };
  const talks: readonly ((say: (text: string) => Promise<void>) => Promise<void>)[] = [
    () => Promise.resolve(),
    (say) => say("HTTP/1.1 200 OK\r\nContent-Le"),
    (say) => say(`${ok}Content-Length: 100\r\n\r\nabc`),
    (say) => say(`${ok}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`),
  ];
  await withWeb(async ({ web }) => {
    const refusals = await Promise.all(talks.map(async (talk) => {
      await using server = serveRaw(async ({ say, hear }) => {
        await hear();
        await talk(say);
      });
      return await refusalOf(ask(web, server.url, { timeoutMs: 150 }));
    }));
    for (const refusal of refusals) assert.match(refusal, /^passing timeout: .* it took longer than 0\.15 s$/);
    await using flood = serveRaw(async ({ say, hear }) => {
      await hear();
      await say(`${ok}Transfer-Encoding: chunked\r\n\r\n`);
      await endless(say, `400\r\n${"a".repeat(1024)}\r\n`);
    });
    assert.match(await refusalOf(ask(web, flood.url)), /^too_large: .* it has more than 100000 bytes$/);
    await using headers = serveRaw(async ({ say, hear }) => {
      await hear();
      await say(ok);
      await endless(say, `X: ${"a".repeat(1024)}\r\n`);
    });
    assert.match(await refusalOf(ask(web, headers.url)), /^bad_answer: .* headers of the answer are too long$/);
  });
});

Deno.test("send() ends at once when it is told to", async () => {
  await using server = serveRaw(async ({ hear }) => void await hear());
  await withWeb(async ({ web }) => {
    const stopped = new AbortController();
    const policy = {
      maxBytes: 1,
      timeoutMs: 60_000,
      redirects: 0,
      tries: 9,
      perHost: 1,
      allow: ["127.0.0.1"],
      robots: [],
    };
    const first = web.send({ url: server.url, policy }, stopped.signal);
    const waiting = web.send({ url: server.url, policy }, stopped.signal);
    stopped.abort(new DOMException("enough", "AbortError"));
    await assert.rejects(first, { message: "enough" });
    await assert.rejects(waiting, { message: "enough" });
  });
});

Deno.test("send() decompresses what is compressed, and stops at a bomb", async () => {
  const bomb = gzipSync(new Uint8Array(50_000_000));
  const gzipped = (bytes: Uint8Array) => new Response(bytes.slice(), { headers: { "content-encoding": "gzip" } });
  await using server = serve((request) => {
    assert.equal(request.headers.get("accept-encoding"), "identity");
    const path = new URL(request.url).pathname;
    return gzipped(path === "/bomb" ? bomb : path === "/cut" ? gzipSync("hello").subarray(0, 12) : gzipSync("hello"));
  });
  await withWeb(async ({ web }) => {
    assert.equal(await textFrom(web, `${server.url}/plain`), "hello");
    assert.match(await refusalOf(ask(web, `${server.url}/bomb`)), /^too_large: /);
    assert.match(await refusalOf(ask(web, `${server.url}/cut`)), /^bad_encoding: .*\(gzip\)$/);
  });
});

Deno.test("send() sends no more requests to a host at once than it may", async () => {
  let running = 0;
  let most = 0;
  await using server = serve(async () => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, 5));
    running--;
    return new Response("x");
  });
  await withWeb(async ({ web }) => {
    await Promise.all(Array.from({ length: 20 }, () => ask(web, server.url, { perHost: 3 })));
    assert.equal(most, 3);
  });
});
