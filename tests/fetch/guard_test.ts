import assert from "node:assert/strict";
import { InputError } from "../../runtime/contract/errors.ts";
import { ask, refusalOf, serve, textFrom, withWeb } from "./servers.ts";

const forbidden = /^forbidden_address: .* its host is at an address that is not on the open Internet \(/;

Deno.test("send() reaches nothing that is not on the open Internet, however it is spelled", async () => {
  let asked = 0;
  await using server = serve(() => new Response(`${++asked}`));
  const hosts = ["127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"];
  const names = ["localhost", "LOCALHOST", "１２７.0.0.1"];
  await withWeb(async ({ web }) => {
    for (const host of [...hosts, ...names]) {
      assert.match(await refusalOf(ask(web, `http://${host}:${server.port}/`, { allow: [] })), forbidden, host);
    }
    for (const host of ["169.254.169.254", "[fd00:ec2::254]", "10.0.0.1", "100.64.0.1", "[2002:7f00:1::]"]) {
      assert.match(await refusalOf(ask(web, `http://${host}/latest/meta-data`)), forbidden, host);
    }
  });
  assert.equal(asked, 0);
});

Deno.test("send() looks at addresses, whatever the name says, and connects to those that it looked at", async () => {
  await using server = serve((request) => new Response(request.headers.get("host")));
  const known: Readonly<Record<string, readonly string[]>> = {
    "inside.example": ["10.0.0.1"],
    "metadata.example": ["169.254.169.254"],
    "loop.example": ["127.0.0.1"],
    "mixed.example": ["10.0.0.1", "127.0.0.1"],
    "zone.example": ["fe80::1%eth0"],
  };
  let lookups = 0;
  const lookup = (hostname: string) => {
    lookups++;
    const addresses = known[hostname];
    return addresses
      ? Promise.resolve(addresses)
      : Promise.reject(Object.assign(new TypeError(), { code: "ENOTFOUND" }));
  };
  await withWeb(async ({ web }) => {
    const at = (host: string, allow = ["127.0.0.1"]) => ask(web, `http://${host}:${server.port}/`, { allow });
    for (const host of ["inside.example", "metadata.example"]) assert.match(await refusalOf(at(host)), forbidden);
    assert.match(await refusalOf(at("loop.example", [])), /\(loopback\), and is not allowed$/);
    assert.match(await refusalOf(at("none.example")), /^dns: .* its host is not known$/);
    assert.match(await refusalOf(at("zone.example")), /^dns: .* its host has no address$/);
    lookups = 0;
    for (const host of ["loop.example", "mixed.example"]) {
      const answers = [await at(host), await at(host)];
      for (const { bytes } of answers) assert.equal(new TextDecoder().decode(bytes), `${host}:${server.port}`);
    }
    assert.equal(lookups, 1); // `mixed.example`; the other one was known
  }, { lookup });
});

Deno.test("send() says that a host which does not exist is not known", async () => {
  await withWeb(async ({ web }) => {
    assert.match(
      await refusalOf(ask(web, "http://nowhere.invalid/")),
      /^(passing )?dns: Cannot read "http:\/\/nowhere.invalid\/": /,
    );
  });
});

Deno.test("`allow` names addresses, networks and hosts", async () => {
  await using server = serve(() => new Response("hello"));
  const lookup = () => Promise.resolve(["127.0.0.1"]);
  await withWeb(async ({ web }) => {
    const url = `http://cameras.lan:${server.port}/`;
    for (const allow of [["127.0.0.1"], ["127.0.0.0/8"], ["cameras.lan"], ["10.0.0.0/8", "Cameras.LAN."]]) {
      assert.equal(await textFrom(web, url, { allow }), "hello");
    }
    for (const allow of [[], ["10.0.0.0/8"], ["lan"], ["other.lan"], ["127.0.0.2"]]) {
      assert.match(await refusalOf(ask(web, url, { allow })), forbidden);
    }
    for (const allow of ["10.0.0.0/40", "a b", "http://a", "*", ""]) {
      await assert.rejects(ask(web, url, { allow: [allow] }), (thrown) => thrown instanceof InputError);
    }
  }, { lookup });
});

Deno.test("`allow` opens addresses where clouds hand out keys only when it names them", async () => {
  const lookup = () => Promise.resolve(["169.254.169.254"]);
  await withWeb(async ({ web }) => {
    for (const allow of [["metadata.internal"], ["169.254.0.0/16"], ["0.0.0.0/0"]]) {
      assert.match(
        await refusalOf(ask(web, "http://metadata.internal/", { allow })),
        /\(metadata\), and is not allowed$/,
      );
    }
  }, { lookup });
});

Deno.test("send() goes through no proxy that the environment names", async () => {
  await using proxy = serve(() => new Response("from the proxy"));
  await using server = serve(() => new Response("from the server"));
  const names = ["HTTP_PROXY", "http_proxy", "ALL_PROXY"];
  const before = names.map((name) => Deno.env.get(name));
  names.forEach((name) => Deno.env.set(name, proxy.url));
  try {
    await withWeb(async ({ web }) => assert.equal(await textFrom(web, server.url), "from the server"));
  } finally {
    names.forEach((name, at) => before[at] === undefined ? Deno.env.delete(name) : Deno.env.set(name, before[at]));
  }
});

Deno.test("send() refuses URLs that it cannot ask for, and tells no secret", async () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ["", /^bad_url: Cannot read "": it is no URL$/],
    ["no url", /it is no URL$/],
    ["ftp://example.org/a", /only http and https are read$/],
    ["file:///etc/passwd", /only http and https are read$/],
    ["data:image/png;base64,AAAA", /only http and https are read$/],
    [
      "http://user:secret@example.org/a?key=secret",
      /^bad_url: Cannot read "http:\/\/example.org\/a\?…": it names a user/,
    ],
    ["//user:secret@example.org/a?key=secret", /^bad_url: Cannot read "\/\/example.org\/a\?…": it is no URL$/],
    [`http://example.org/${"a".repeat(10_000)}`, /^bad_url: .*: it has more than 8192 characters$/],
    ["http://10.0.0.1/a?key=secret#secret", /^forbidden_address: Cannot read "http:\/\/10.0.0.1\/a\?…": /],
  ];
  await withWeb(async ({ web }) => {
    for (const [url, expected] of cases) {
      const refusal = await refusalOf(ask(web, url));
      assert.match(refusal, expected);
      assert.ok(!refusal.includes("secret") && refusal.length < 400, refusal);
    }
  });
});
