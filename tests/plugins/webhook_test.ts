import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import { createServer } from "node:net";
import { once } from "node:events";
import webhook from "../../plugins/webhook.ts";
import { createWebHost } from "../../runtime/host/web.ts";
import type { DeliveryOutcome, Item } from "../../runtime/plugin.ts";
import { sizeOf } from "../../runtime/plugin.ts";
import { readHeader } from "../../runtime/image/header.ts";
import { hit, noon, openSink, type SinkDoors } from "./sinks.ts";

const secrets = [1, 2].map(() => `whsec_${randomBytes(32).toString("base64")}`);

type Got = { readonly headers: Headers; readonly text: string };

Deno.test("webhook signs what it sends so that a receiver can check it, and says all of a hit", async () => {
  await withReceiver(() => new Response(null, { status: 204 }), async (url, got) => {
    const image_url = "https://pictures.example/v{{number}}/{{ camera }}/{{ time }}.jpg?id={{item}}";
    const outcomes = await send({ url, secret: secrets[0], image_url }, [
      hit("gate/1", 0, { zone: "door", frames: 2, of: 3 }),
    ]);
    assert.deepEqual(outcomes, [{ outcome: "delivered", reply: { count: 1, status: 204 } }]);
    const [one] = got;
    assert.ok(one);
    assert.deepEqual(verified(one, secrets[0] ?? ""), true);
    assert.equal(verified(one, secrets[1] ?? ""), false);
    assert.equal(one.headers.get("webhook-timestamp"), String(noon));
    assert.match(one.headers.get("webhook-id") ?? "", /^[0-9a-f]{32}$/);
    assert.equal(one.headers.get("content-type"), "application/json");
    const body = JSON.parse(one.text);
    assert.equal(body.type, "dataset.threats");
    assert.equal(body.timestamp, "2026-11-21T12:00:00.000Z");
    assert.deepEqual(body.data.alerts, [{
      rule: "loitering",
      users: ["anna"],
      labels: { person: 1 },
      score: 0.91,
      frames: 2,
      of: 3,
      zone: "door",
      item: `gate/1-${noon}.jpg`,
      camera: "gate/1",
      location: "North gate",
      owner: "anna",
      boxes: [{ label: "person", score: 0.91, box: [20, 30, 60, 120] }],
      unix: noon,
      time: "2026-11-21T12:00:00Z",
      local_time: "2026-11-21T13:00:00+01:00",
      timezone: "Europe/Rome",
      number: 3,
      image_url: `https://pictures.example/v3/gate%2F1/2026-11-21T12-00-00Z.jpg?id=gate%2F1-${noon}.jpg`,
    }]);
  });
});

Deno.test("webhook signs with both secrets while they change, and with none when there is none", async () => {
  await withReceiver(() => new Response("ok"), async (url, got) => {
    await send({ url, secret: secrets }, [hit("gate-1")]);
    await send({ url }, [hit("gate-1")]);
    assert.deepEqual(secrets.map((secret) => got[0] && verified(got[0], secret)), [true, true]);
    assert.equal(got[1]?.headers.has("webhook-signature"), false);
    assert.equal(got[1]?.headers.get("webhook-id"), got[0]?.headers.get("webhook-id"));
  });
});

Deno.test("webhook sends one digest for many hits, with the first of them and the pictures of four", async () => {
  await withReceiver(() => new Response("ok"), async (url, got) => {
    const items = Array.from({ length: 500 }, (_, index) => hit(`gate-${index % 3}`, index * 60));
    await send({ url, max_per_delivery: 10, picture: 100 }, items);
    assert.equal(got.length, 1);
    const { data } = JSON.parse(got[0]?.text ?? "");
    assert.deepEqual([data.count, data.more, data.alerts.length], [500, 490, 10]);
    assert.deepEqual(data.cameras.map(({ count }: { count: number }) => count), [167, 167, 166]);
    const pictures = data.alerts.flatMap(({ picture }: { picture?: { base64: string } }) => picture ?? []);
    assert.equal(pictures.length, 4);
    const header = readHeader(Uint8Array.fromBase64(pictures[0].base64));
    assert.deepEqual([header.format, sizeOf({ ...imageOf(items), header })], ["jpeg", { width: 100, height: 75 }]);
  });
});

Deno.test("webhook tells of a version, and of an image that was erased without its picture", async () => {
  await withReceiver(() => new Response("ok"), async (url, got) => {
    await send({ url, of: "version" }, [hit("gate-1")]);
    await send({ url, picture: 100 }, [hit("gate-1")], { erased: true });
    const [version, erased] = got.map(({ text }) => JSON.parse(text));
    assert.equal(version.type, "dataset.version");
    assert.equal(version.data.title, "New version cameras v3: 1 item");
    assert.equal(version.data.versions[0].counts.records, 3);
    assert.equal("picture" in erased.data.alerts[0], false);
  });
});

Deno.test("webhook fills templates for chats and SMS, whatever a location holds", async () => {
  const evil = 'Gate "1"}, <!channel> & {{ secret }}\n';
  await withReceiver(() => new Response("ok"), async (url, got) => {
    const template = {
      text: "{{ title }}",
      blocks: [{ n: "{{count}}", all: "{{ alerts }}", where: "at {{location}}" }],
    };
    await send({ url, template, escape: "html" }, [hit("gate-1", 0, {}, evil)]);
    const slack = JSON.parse(got[0]?.text ?? "");
    const shown = 'Gate "1"}, &lt;!channel&gt; &amp; {{ secret }}\n';
    assert.equal(slack.text, `loitering: 1 person at gate-1 (${shown.replace("\n", " ")})`);
    assert.equal(slack.blocks[0].where, `at ${shown}`);
    assert.deepEqual([slack.blocks[0].n, slack.blocks[0].all[0].location], [1, evil]);
    const headers = { Authorization: "Basic dDpz" };
    await send({ url, headers, form: true, template: { To: "+39", Body: "{{title}} {{local_time}}" } }, [
      hit("gate-1", 0, {}, evil),
    ]);
    const form = new URLSearchParams(got[1]?.text);
    assert.equal(got[1]?.headers.get("content-type"), "application/x-www-form-urlencoded");
    assert.equal(got[1]?.headers.get("authorization"), "Basic dDpz");
    assert.equal(
      form.get("Body"),
      `loitering: 1 person at gate-1 (${evil.replace("\n", " ")}) 2026-11-21T13:00:00+01:00`,
    );
  });
});

Deno.test("webhook says what becomes of an answer: delivered, tried again, or never", async () => {
  const answers: readonly (readonly [() => Response, Partial<DeliveryOutcome> & Record<string, unknown>])[] = [
    [() => new Response("x".repeat(100_000)), { outcome: "delivered" }],
    [() => new Response(null, { status: 429, headers: { "retry-after": "120" } }), {
      outcome: "again",
      isDown: true,
      afterMs: 120_000,
    }],
    [() => new Response(null, { status: 503 }), { outcome: "again", isDown: true }],
    [() => new Response(null, { status: 400 }), { outcome: "again" }],
    [() => new Response(null, { status: 302, headers: { location: "/x" } }), { outcome: "again" }],
    [() => new Response(null, { status: 410 }), { outcome: "failed" }],
  ];
  for (const [answer, expected] of answers) {
    await withReceiver(answer, async (url) => {
      const [outcome] = await send({ url: `${url}secret/path?token=hunter2` }, [hit("gate-1")]);
      assert.ok(outcome);
      const { reply: _, ...told } = outcome;
      if ("why" in told) {
        assert.match(told.why, /^Cannot post to "http:\/\/127\.0\.0\.1:\d+": /);
        assert.equal("maybeSent" in told, false, told.why);
        assert.deepEqual({ ...told, why: undefined }, { ...expected, why: undefined });
      } else assert.deepEqual(told, expected);
    });
  }
});

Deno.test("webhook says that a receiver may have it that broke off or was too slow, and of none that it does", async () => {
  const answers: readonly (() => string | undefined)[] = [
    () => undefined, // breaks off
    () => "", // says nothing
    () => "HTTP/1.1 2",
    () => "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf",
  ];
  for (const answer of answers) {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => {
        const text = answer();
        if (text === undefined) socket.destroy();
        else socket.write(text);
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const at = server.address();
    assert.ok(typeof at === "object" && at !== null);
    const [outcome] = await send({ url: `http://127.0.0.1:${at.port}/`, timeout: 1 }, [hit("gate-1")]);
    assert.ok(outcome?.outcome === "again" && outcome.maybeSent === true, JSON.stringify(outcome));
    server.close();
  }
  const closed = createServer().listen(0, "127.0.0.1");
  await once(closed, "listening");
  const at = closed.address();
  assert.ok(typeof at === "object" && at !== null);
  closed.close();
  await once(closed, "close");
  const [refused] = await send({ url: `http://127.0.0.1:${at.port}/` }, [hit("gate-1")]);
  assert.ok(refused?.outcome === "again" && refused.isDown === true && refused.maybeSent === undefined);
});

Deno.test("webhook reaches no private address that is not allowed, and says how to allow it", async () => {
  await withReceiver(() => new Response("ok"), async (url, got) => {
    const [outcome] = await send({ url, allow: [] }, [hit("gate-1")]);
    assert.ok(outcome?.outcome === "again");
    assert.match(
      outcome.why,
      /not on the open Internet \(loopback\).*\. Name its host with `allow:` if that is meant$/,
    );
    assert.equal(got.length, 0);
  });
});

Deno.test("webhook sends nothing when all is too old, and notes it", async () => {
  const [outcome] = await send({ url: "http://127.0.0.1:9/", older_than: "1h" }, [hit("gate-1", -7200)]);
  assert.deepEqual(outcome, {
    outcome: "delivered",
    reply: { count: 0, skipped: 1, why: "all of it is too old" },
  });
});

Deno.test("webhook refuses options that cannot work, with the way out", () => {
  const wrong: readonly (readonly [Record<string, unknown>, RegExp])[] = [
    [{ url: "ftp://x/" }, /url/i],
    [{ secret: "hunter2" }, /whsec_/],
    [{ secret: `whsec_${"A".repeat(8)}` }, /24 to 64 bytes/],
    [{ template: { text: "{{ camara }}" } }, /`\{\{ camara \}\}` is not known; there are title, text/],
    [{ image_url: "https://x/{{ title }}" }, /`\{\{ title \}\}` is not known; there are dataset, number/],
    [{ form: true }, /needs a template/],
    [{ form: true, template: { a: ["x"] } }, /an object of texts/],
    [{ headers: { "X-A": "b\r\nEvil: yes" } }, /headers|string/i],
    [{ cooldown: "10" }, /write a length/],
    [{ quiet_hours: "22-7" }, /22:00-07:00/],
    [{ quiet_timezone: "CEST+1" }, /Europe\/Rome/],
  ];
  for (const [options, message] of wrong) {
    const { error } = webhook.options.safeParse({ url: "https://hooks.example/x", ...options });
    assert.match(JSON.stringify(error?.issues), message, JSON.stringify(options));
  }
});

function imageOf([item]: readonly Item[]) {
  assert.ok(item);
  return item.image;
}

async function send(options: Record<string, unknown>, items: readonly Item[], doors: SinkDoors = {}) {
  await using web = createWebHost();
  const { deliveries, deliver } = await openSink(
    webhook,
    { of: "threats", allow: ["127.0.0.1"], ...options },
    { web, ...doors },
  );
  const outcomes: DeliveryOutcome[] = [];
  for (const delivery of await deliveries(items)) outcomes.push(await deliver(delivery));
  return outcomes;
}

/** As the specification of Standard Webhooks says it, not as the product does it. */
function verified({ headers, text }: Got, secret: string): boolean {
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  const signed = `${headers.get("webhook-id")}.${headers.get("webhook-timestamp")}.${text}`;
  const expected = `v1,${createHmac("sha256", key).update(signed).digest("base64")}`;
  return (headers.get("webhook-signature") ?? "").split(" ").includes(expected);
}

async function withReceiver(answer: () => Response, body: (url: string, got: readonly Got[]) => Promise<void>) {
  const got: Got[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    got.push({ headers: request.headers, text: await request.text() });
    return answer();
  });
  try {
    await body(`http://127.0.0.1:${server.addr.port}/`, got);
  } finally {
    await server.shutdown();
  }
}
