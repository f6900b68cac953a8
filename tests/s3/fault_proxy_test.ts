import assert from "node:assert/strict";
import { openFaultProxy } from "./fault_proxy.ts";
import { createChooser, type Fault, requestOf, type Rule } from "./faults.ts";

const credentials = { id: "id", secret: "secret", region: "us-east-1" } as const;
const body = "0123456789".repeat(10);

type Heard = { readonly headers: Headers; readonly text: string };

/** A server that keeps what it is asked, behind a proxy with these rules. */
async function behind<T>(
  rules: readonly Rule[],
  work: (url: string, heard: readonly Heard[]) => Promise<T>,
): Promise<T> {
  const heard: Heard[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    heard.push({ headers: request.headers, text: await request.text() });
    return new Response(body, { headers: { etag: '"0a"' } });
  });
  const proxy = openFaultProxy({ server: server.addr, credentials, rules });
  try {
    return await work(`${proxy.endpoint}/bucket/some%20key`, heard);
  } finally {
    await proxy.close();
    await server.shutdown();
  }
}

async function got(url: string, init: RequestInit = {}): Promise<string> {
  try {
    const response = await fetch(url, init);
    return `${response.status} ${await response.text()}`;
  } catch {
    return "no answer";
  }
}

Deno.test("openFaultProxy() passes on what comes as it is, with the Host that the client named", () =>
  behind([], async (url, heard) => {
    const sent = "x".repeat(300_000);
    assert.equal(await got(url, { method: "PUT", body: sent, headers: { "x-amz-meta-a": "1" } }), `200 ${body}`);
    assert.equal(await got(url), `200 ${body}`);
    const [put] = heard;
    assert.equal(put?.text, sent);
    assert.equal(put?.headers.get("x-amz-meta-a"), "1");
    assert.equal(put?.headers.get("host"), new URL(url).host);
  }));

const ends: readonly (readonly [Fault, string, number])[] = [
  [{ kind: "refused", forMs: 60_000 }, "no answer", 0],
  [{ kind: "reset_request", afterBytes: 0 }, "no answer", 0],
  [{ kind: "reset_request", afterBytes: 5 }, "no answer", 0],
  [{ kind: "reset_answer", afterBytes: -1 }, "no answer", 1],
  [{ kind: "reset_answer", afterBytes: 5 }, "no answer", 1],
  [{ kind: "lost_answer" }, "no answer", 1],
  [{ kind: "slow", bytes: 9, pauseMs: 1 }, `200 ${body}`, 1],
  [{ kind: "unconditional" }, `200 ${body}`, 1],
];

for (const [fault, answer, reached] of ends) {
  const name = Object.values(fault).join(" ");
  Deno.test(`openFaultProxy() makes the fault "${name}", and no other once the rule is used up`, () =>
    behind([{ times: 1, fault }], async (url, heard) => {
      const put = { method: "PUT", body: "some bytes", headers: { "if-none-match": "*" } };
      assert.equal(await got(url, put), answer);
      assert.equal(heard.length, reached);
      if (fault.kind === "unconditional") assert.equal(heard[0]?.headers.get("if-none-match"), null);
      if (fault.kind !== "refused") assert.equal(await got(url, put), `200 ${body}`);
    }));
}

Deno.test("openFaultProxy() answers in place of the server, with Retry-After, ETag and Date as told", () => {
  const error = { kind: "error", status: 503, code: "SlowDown", retryAfter: 7 } as const;
  const rules: readonly Rule[] = [
    { nth: 1, fault: error },
    { nth: 1, fault: { kind: "wrong_etag" } },
    { nth: 1, fault: { kind: "clock", byMs: 3_600_000 } },
  ];
  return behind(rules, async (url) => {
    const [busy, etag, clock] = [await fetch(url), await fetch(url), await fetch(url)];
    assert.deepEqual([busy.status, busy.headers.get("retry-after")], [503, "7"]);
    assert.match(await busy.text(), /<Code>SlowDown<\/Code>/);
    assert.deepEqual([etag.headers.get("etag"), await etag.text()], ['"f5"', body]);
    const ahead = Date.parse(clock.headers.get("date") ?? "") - Date.now();
    assert.ok(Math.abs(ahead - 3_600_000) < 10_000, String(ahead));
    assert.equal(await clock.text(), body);
  });
});

Deno.test("createChooser() strikes the same requests of a seed, in whatever order they come, and others of another", () => {
  const requests = Array.from({ length: 400 }, (_, at) => requestOf(`GET /bucket/${at} HTTP/1.1`, new Map()));
  const struck = (seed: string, order: typeof requests) => {
    const choose = createChooser([{ chance: 0.2, fault: { kind: "silence" } }], seed);
    return order.filter((request) => choose(request) !== undefined).map(({ key }) => key).sort();
  };
  const first = struck("a", requests);
  assert.deepEqual(struck("a", requests.toReversed()), first);
  assert.notDeepEqual(struck("b", requests), first);
  assert.ok(first.length > 50 && first.length < 110, String(first.length));
});

Deno.test("requestOf() tells what a request asks for", () => {
  const kind = (line: string, headers: readonly (readonly [string, string])[] = []) =>
    requestOf(`${line} HTTP/1.1`, new Map(headers)).kind;
  assert.equal(kind("GET /b/?list-type=2&prefix=a"), "list");
  assert.equal(kind("PUT /b/a%20b"), "put");
  assert.equal(kind("PUT /b/a", [["x-amz-copy-source", "b/c"]]), "copy");
  assert.equal(kind("PUT /b/a?partNumber=1&uploadId=x"), "part");
  assert.equal(kind("POST /b/a?uploads"), "multipart");
  assert.equal(kind("POST /b/?delete"), "remove");
  assert.equal(kind("GET /b/?versioning"), "other");
  assert.equal(requestOf("PUT /b/a%20b/c HTTP/1.1", new Map()).key, "a b/c");
});
