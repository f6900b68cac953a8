import assert from "node:assert/strict";
import { pauseAfter, retryAfterOf } from "../../runtime/fetch/retry_after.ts";
import { ask, refusalOf, serve, serveRaw, textFrom, withWeb } from "./servers.ts";

function status(code: number, retryAfter?: string): Response {
  return new Response("", { status: code, headers: retryAfter === undefined ? {} : { "retry-after": retryAfter } });
}

Deno.test("send() tries again what may pass, and only that", async () => {
  for (const code of [408, 425, 429, 500, 502, 503, 504]) {
    await using server = serve((_, number) => number < 3 ? status(code) : new Response("hello"));
    await withWeb(async ({ web, pauses }) => {
      assert.equal(await textFrom(web, server.url, { tries: 3 }), "hello");
      assert.equal(pauses.length, 2);
    });
  }
  for (const code of [400, 401, 403, 404, 410, 451]) {
    let asked = 0;
    await using server = serve((_, number) => status(code, `${asked = number}`));
    await withWeb(async ({ web }) => {
      assert.match(await refusalOf(ask(web, server.url, { tries: 3 })), new RegExp(`^http_${code}: `));
      assert.equal(asked, 1);
    });
  }
});

Deno.test("send() gives up after its tries, and says that it may pass", async () => {
  let asked = 0;
  await using server = serve((_, number) => status((asked = number) && 503));
  await withWeb(async ({ web }) => {
    const expected = /^passing http_503: Cannot read ".*": its server answers 503$/;
    assert.match(await refusalOf(ask(web, server.url, { tries: 4 })), expected);
    assert.equal(asked, 4);
  });
});

Deno.test("send() waits as long as a server asks, and gives up where that is too long", async () => {
  const today = () => Date.UTC(2026, 0, 1, 12, 0, 0);
  const wait = async (retryAfter: string) => {
    await using server = serve((_, number) => number === 1 ? status(429, retryAfter) : new Response("hello"));
    return await withWeb(async ({ web, pauses }) => {
      const text = await textFrom(web, server.url, { tries: 2 }).catch((thrown) => `${thrown.cause.code}`);
      return { text, pauses };
    }, { today });
  };
  for (const asked of ["7", "Thu, 01 Jan 2026 12:00:07 GMT"]) {
    const { text, pauses } = await wait(asked);
    assert.equal(text, "hello");
    assert.ok(pauses[0] !== undefined && pauses[0] >= 7000 && pauses[0] <= 7500, `${pauses}`);
  }
  assert.deepEqual(await wait("3600"), { text: "http_429", pauses: [] });
});

Deno.test("send() tries again where nobody answers and where the connection breaks off", async () => {
  await using server = serveRaw(async ({ hear, say, hangUp }, number) => {
    await hear();
    if (number < 3) return hangUp();
    await say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
  });
  const vacant = await (async () => {
    await using gone = serve(() => new Response("x"));
    return gone.url;
  })();
  await withWeb(async ({ web, pauses }) => {
    assert.equal(await textFrom(web, server.url, { tries: 3 }), "hi");
    const expected = /^passing unreachable: .* nobody answers at its address$/;
    assert.match(await refusalOf(ask(web, vacant, { tries: 3 })), expected);
    assert.equal(pauses.length, 4);
  });
});

Deno.test("send() goes on to the next address of a host where nobody answers at the first", async () => {
  await using server = serve(() => new Response("hello"));
  const lookup = () => Promise.resolve(["127.0.0.9", "127.0.0.1"]);
  await withWeb(async ({ web, pauses }) => {
    const url = `http://two.example:${server.port}/`;
    assert.equal(await textFrom(web, url, { allow: ["127.0.0.0/8"] }), "hello");
    assert.equal(pauses.length, 0);
  }, { lookup });
});

Deno.test("retryAfterOf() reads seconds and dates, and nothing else", () => {
  const now = Date.UTC(2026, 0, 1);
  assert.equal(retryAfterOf("120", now), 120_000);
  assert.equal(retryAfterOf("Thu, 01 Jan 2026 00:01:00 GMT", now), 60_000);
  assert.equal(retryAfterOf("Wed, 31 Dec 2025 00:00:00 GMT", now), 0);
  for (const text of [undefined, "", "-1", "1.5", "soon", "99999999999999", "2026-01-01", "Thu, nonsense"]) {
    assert.equal(retryAfterOf(text, now), undefined, String(text));
  }
});

Deno.test("pauseAfter() grows with jitter and never comes sooner than asked", () => {
  assert.deepEqual([1, 2, 3, 9].map((tries) => pauseAfter(tries, undefined, () => 0.5)), [250, 500, 1000, 5000]);
  assert.equal(pauseAfter(5, undefined, () => 0), 0);
  assert.equal(pauseAfter(1, 7000, () => 0), 7000);
});
