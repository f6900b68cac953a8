import assert from "node:assert/strict";
import { ask, refusalOf, serve, textFrom, withWeb } from "./servers.ts";

function to(location: string, status = 302): Response {
  return new Response("elsewhere", { status, headers: { location } });
}

Deno.test("send() follows redirects, relative ones too, and says where the answer came from", async () => {
  await using server = serve((request) => {
    const { pathname } = new URL(request.url);
    return pathname === "/a" ? to("/b/c", 301) : pathname === "/b/c" ? to("d?e#f", 308) : new Response(pathname);
  });
  await withWeb(async ({ web }) => {
    const { url, bytes } = await ask(web, `${server.url}/a`);
    assert.deepEqual([url, new TextDecoder().decode(bytes)], [`${server.url}/b/d?e`, "/b/d"]);
  });
});

Deno.test("send() ends where redirects go round in circles, or go on too long", async () => {
  let asked = 0;
  await using server = serve((request) => to(new URL(request.url).pathname === "/loop" ? "/loop" : `/${++asked}`));
  await withWeb(async ({ web }) => {
    assert.match(await refusalOf(ask(web, `${server.url}/loop`)), /^too_many_redirects: .* more than 5 times$/);
    assert.match(await refusalOf(ask(web, `${server.url}/`, { redirects: 0 })), /^too_many_redirects: /);
    assert.equal(asked, 1);
  });
});

Deno.test("send() looks at the address of every hop", async () => {
  let reached = false;
  await using inside = serve(() => new Response(`${reached = true}`));
  const targets = [
    "http://169.254.169.254/latest/meta-data/iam/security-credentials/",
    `http://inside.example:${inside.port}/`,
    `http://[::1]:${inside.port}/`,
    "http://10.0.0.1/",
  ];
  const lookup = (hostname: string) => Promise.resolve([hostname === "inside.example" ? "127.0.0.2" : "127.0.0.1"]);
  await using server = serve((request) => to(targets[Number(new URL(request.url).pathname.slice(1))] ?? "/"));
  await withWeb(async ({ web }) => {
    for (const index of targets.keys()) {
      const refusal = await refusalOf(ask(web, `${server.url}/${index}`));
      assert.match(refusal, /^forbidden_address: /);
      assert.ok(refusal.includes(`${server.url}/${index}`), "the URL that was asked for is told, not where it leads");
    }
  }, { lookup });
  assert.ok(!reached);
});

Deno.test("send() does not follow to other schemes or nowhere", async () => {
  for (const location of ["file:///etc/passwd", "ftp://example.org/", "javascript:alert(1)", "http://[", ""]) {
    await using server = serve(() => to(location));
    const expected = location === "" ? /^too_many_redirects: / : /^bad_redirect: /;
    await withWeb(async ({ web }) => assert.match(await refusalOf(ask(web, server.url)), expected, location));
  }
  await using server = serve(() => to("http://user:secret@127.0.0.1/"));
  await withWeb(async ({ web }) => assert.match(await refusalOf(ask(web, server.url)), /^bad_url: [^@]*$/));
});

Deno.test("send() takes no keys to another server", async () => {
  await using other = serve((request) => new Response(JSON.stringify(Object.fromEntries(request.headers))));
  await using server = serve((request) => to(new URL(request.url).pathname === "/same" ? "/a" : `${other.url}/a`));
  await using same = serve((request) =>
    request.url.endsWith("/a") ? new Response(request.headers.get("authorization")) : to("/a")
  );
  const headers = { Authorization: "Bearer key", Cookie: "a=b", "X-Api-Key": "key", Accept: "image/*" };
  await withWeb(async ({ web }) => {
    const seen = JSON.parse(await textFrom(web, server.url, { headers }));
    assert.deepEqual([seen.authorization, seen.cookie, seen["x-api-key"]], [undefined, undefined, undefined]);
    assert.equal(seen.accept, "image/*");
    assert.equal(await textFrom(web, same.url, { headers }), "Bearer key");
  });
});

Deno.test("send() sends a body on only where the server says so", async () => {
  await using server = serve(async (request) => {
    const { pathname } = new URL(request.url);
    return pathname === "/a"
      ? new Response(`${request.method} ${await request.text()}`)
      : to("/a", Number(pathname.slice(1)));
  });
  const body = new TextEncoder().encode("hello");
  await withWeb(async ({ web }) => {
    for (
      const [status, expected] of [[301, "GET "], [302, "GET "], [303, "GET "], [307, "POST hello"], [
        308,
        "POST hello",
      ]]
    ) {
      assert.equal(await textFrom(web, `${server.url}/${status}`, { method: "POST", body }), expected);
    }
  });
});
