import assert from "node:assert/strict";
import { ask, refusalOf, sayOnce, serve, serveRaw, withWeb } from "./servers.ts";

const whole = "0123456789";

function part(range: string, body: string, more: Readonly<Record<string, string>> = {}): Response {
  return new Response(body, { status: 206, headers: { "content-range": range, ...more } });
}

/** What is read of the first four bytes; `requests`: the ranges that were asked for. */
async function headFrom(answer: (range: string | null) => Response, asked: Parameters<typeof ask>[2] = {}) {
  const ranges: (string | null)[] = [];
  await using server = serve((request) => {
    ranges.push(request.headers.get("range"));
    return answer(request.headers.get("range"));
  });
  return await withWeb(async ({ web }) => {
    const { bytes, wholeSize } = await ask(web, server.url, { head: 4, ...asked });
    return { text: new TextDecoder().decode(bytes), wholeSize, ranges };
  });
}

Deno.test("send() reads only the first bytes, by a range", async () => {
  const found = await headFrom(() => part("bytes 0-3/10", "0123"));
  assert.deepEqual(found, { text: "0123", wholeSize: 10, ranges: ["bytes=0-3"] });
  const small = await headFrom(() => part("bytes 0-2/3", "012"));
  assert.deepEqual(small, { text: "012", wholeSize: undefined, ranges: ["bytes=0-3"] });
});

Deno.test("send() reads the whole file where a range comes otherwise than asked", async () => {
  const wrong = [
    () => part("bytes 2-5/10", "2345"),
    () => part("bytes 0-1/10", "01"),
    () => part("bytes 0-9/10", whole),
    () => part("bytes 0-3/*", "0123"),
    () => part("items 0-3/10", "0123"),
    () => part("bytes 0-3/10", "0123", { "content-encoding": "gzip" }),
    () => new Response("0123", { status: 206 }),
    () => new Response("no", { status: 416, headers: { "content-range": "bytes */10" } }),
  ];
  for (const answer of wrong) {
    const found = await headFrom((range) => range === null ? new Response(whole) : answer());
    assert.deepEqual(found, { text: "0123", wholeSize: 10, ranges: ["bytes=0-3", null] });
  }
});

Deno.test("send() refuses a part that nobody asked for, and one that is shorter than it says", async () => {
  await using stubborn = serve(() => part("bytes 2-5/10", "2345"));
  await using short = sayOnce(
    "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-3/10\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n01\r\n0\r\n\r\n",
  );
  await withWeb(async ({ web }) => {
    assert.match(await refusalOf(ask(web, stubborn.url, { head: 4 })), /^http_206: /);
    assert.match(await refusalOf(ask(web, short.url, { head: 4 })), /^passing cut_short: /);
  });
});

Deno.test("send() stops reading where the server knows no ranges but says how long the file is", async () => {
  await using server = serveRaw(async ({ hear, say }) => {
    await hear();
    await say("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n0123456789"); // the rest never comes
  });
  await withWeb(async ({ web }) => {
    const { bytes, wholeSize } = await ask(web, server.url, { head: 4 });
    assert.deepEqual([new TextDecoder().decode(bytes), wholeSize], ["0123", 1_000_000_000]);
  });
});

Deno.test("send() counts to the end where nobody says how long the file is, up to the limit", async () => {
  const chunked = (text: string) => new Response(new Blob([text]).stream());
  const found = await headFrom(() => chunked("x".repeat(50_000)));
  assert.deepEqual([found.text, found.wholeSize], ["xxxx", 50_000]);
  await using server = serve(() => chunked("x".repeat(200_000)));
  await withWeb(async ({ web }) => assert.match(await refusalOf(ask(web, server.url, { head: 4 })), /^too_large: /));
});

Deno.test("send() asks for what has changed, and for nothing else", async () => {
  await using server = serve((request) => {
    const isSame = request.headers.get("if-none-match") === 'W/"a"' || request.headers.has("if-modified-since");
    return isSame ? new Response(null, { status: 304 }) : new Response(whole, { headers: { etag: 'W/"b"' } });
  });
  await withWeb(async ({ web }) => {
    assert.equal((await ask(web, server.url, { unless: { etag: 'W/"a"' } })).status, 304);
    assert.equal(
      (await ask(web, server.url, { unless: { lastModified: "Sat, 01 Jan 2022 00:00:00 GMT" } })).status,
      304,
    );
    const changed = await ask(web, server.url, { unless: { etag: '"b"' }, head: 4 });
    assert.deepEqual([changed.status, changed.headers.etag, changed.wholeSize], [200, 'W/"b"', 10]);
  });
});
