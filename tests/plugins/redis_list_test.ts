import assert from "node:assert/strict";
import redisList from "../../plugins/redis_list.ts";
import type { Json } from "../../runtime/contract/json.ts";
import type { Delivery, DeliveryOutcome, Message, Sink, VersionChange } from "../../runtime/plugin.ts";
import { noWorld } from "../../runtime/engine/no_world.ts";
import { redisTest } from "../redis.ts";
import { sketchedItem } from "../suites/memory_dataset.ts";

const never = new AbortController().signal;

async function opened(asked: Record<string, unknown>): Promise<Sink> {
  return await redisList.open(redisList.options.parse(asked), {
    web: noWorld.web,
    picture: () => Promise.reject(new TypeError("no pictures here")),
    now: () => 0,
    log: () => {},
  });
}

function deliveryOf(bodies: readonly Json[], id = "a".repeat(32)): Delivery {
  return {
    id,
    dataset: "test",
    group: "results",
    at: "2026-11-21T12:00:00.000Z",
    attempt: 1,
    count: bodies.length,
    async *messages() {
      for (const [at, body] of bodies.entries()) {
        const message: Message = { id: `m${at}`, key: `k${at}`, group: "results", number: 3, version: "v", body };
        yield message;
      }
    },
  };
}

async function deliver(asked: Record<string, unknown>, delivery: Delivery): Promise<DeliveryOutcome | void> {
  return await (await opened(asked)).deliver(delivery, never);
}

const items = ["a", "b", "c"].map((key) => ({
  ...sketchedItem({ key, facts: { prediction: key.toUpperCase(), url: `http://127.0.0.1/${key}` } }),
  isNew: key !== "b",
}));
const change: VersionChange = {
  dataset: "test",
  number: 3,
  version: "v3",
  counts: { records: 3, kept: 3, dropped: 0, rejected: 0, items: 3, losses: {}, notes: {} },
  async *items() {
    yield* items;
  },
  async *added() {
    for (const { isNew, ...item } of items) if (isNew) yield item;
  },
};

async function messagesFor(asked: Record<string, unknown>) {
  const sink = await opened({ url: "redis://127.0.0.1", key: "list", ...asked });
  return await Array.fromAsync(sink.messages?.(change, never) ?? []);
}

Deno.test("redis_list makes a message of each new image, of all, or of several", async () => {
  const results = await messagesFor({ push: "results", facts: ["prediction"] });
  assert.deepEqual(results, [
    { key: "v3 a", group: "results", body: { id: "a", facts: { prediction: "A" } } },
    { key: "v3 c", group: "results", body: { id: "c", facts: { prediction: "C" } } },
  ]);
  const all = await messagesFor({ push: "results", which: "all" });
  assert.deepEqual(all.map(({ key }) => key), ["v3 a", "v3 b", "v3 c"]);
  const batches = await messagesFor({ push: "batches", which: "all", batch_size: 2, facts: ["prediction"] });
  assert.deepEqual(batches.map(({ body }) => body), [
    { batch: 1, results: [{ id: "a", facts: { prediction: "A" } }, { id: "b", facts: { prediction: "B" } }] },
    { batch: 2, results: [{ id: "c", facts: { prediction: "C" } }] },
  ]);
  assert.equal((await opened({ url: "redis://127.0.0.1", key: "list" })).messages, undefined);
});

redisTest(
  "redis_list pushes messages in order, each once however often it is delivered",
  async ({ url, redis, prefix }) => {
    const asked = { url, key: prefix, push: "results" };
    const bodies = Array.from({ length: 250 }, (_, at) => ({ id: `image ${at}` }));
    for (let attempt = 0; attempt < 2; attempt++) {
      assert.deepEqual(await deliver(asked, deliveryOf(bodies)), { outcome: "delivered", reply: { length: 250 } });
    }
    const texts = await redis.lrange(prefix, 0, -1);
    assert.deepEqual(
      texts.map((text) => JSON.parse(text)),
      bodies.map(({ id }, at) => ({ message: `m${at}`, dataset: "test", number: 3, version: "v", id })),
    );
    await deliver(asked, deliveryOf([{ id: "later" }], "b".repeat(32)));
    assert.equal(await redis.llen(prefix), 251, "another delivery is not taken for this one");
    const ttl = await redis.ttl(`framewright:pushed:{${prefix}}:${"a".repeat(32)}`);
    assert.ok(ttl > 86_000 && ttl <= 86_400, `the mark is kept for ${ttl} s`);
  },
);

redisTest("redis_list pushes nothing twice when the answer is lost on the way", async ({ url, redis, prefix }) => {
  await using proxy = deafProxy(new URL(url));
  const bodies = Array.from({ length: 150 }, (_, at) => ({ id: `image ${at}` }));
  const lost = await deliver({ url: proxy.url, key: prefix }, deliveryOf(bodies));
  assert.ok(lost?.outcome === "again" && lost.maybeSent === true && lost.isDown === true, JSON.stringify(lost));
  assert.equal(await redis.llen(prefix), 100, "the first portion had arrived");
  assert.equal((await deliver({ url, key: prefix }, deliveryOf(bodies)))?.outcome, "delivered");
  const ids = (await redis.lrange(prefix, 0, -1)).map((text) => JSON.parse(text).id);
  assert.deepEqual(ids, bodies.map(({ id }) => id));
});

redisTest("redis_list takes out the oldest beyond `max_length`", async ({ url, redis, prefix }) => {
  const bodies = [1, 2, 3, 4, 5].map((number) => ({ id: String(number) }));
  const outcome = await deliver({ url, key: prefix, max_length: 3 }, deliveryOf(bodies));
  assert.deepEqual(outcome, { outcome: "delivered", reply: { length: 3 } });
  assert.deepEqual((await redis.lrange(prefix, 0, -1)).map((text) => JSON.parse(text).id), ["3", "4", "5"]);
});

redisTest("redis_list says what Redis says, and tries again later", async ({ url, redis, prefix }) => {
  await redis.set(prefix, "no list");
  const wrong = await deliver({ url, key: prefix }, deliveryOf([{ id: "a" }]));
  assert.ok(wrong?.outcome === "again" && wrong.isDown === undefined, JSON.stringify(wrong));
  assert.match(wrong.why, /^Cannot push to ".*" in Redis at [\w.:]+: .*WRONGTYPE/);
  await redis.del(prefix);
  assert.equal((await deliver({ url, key: prefix }, deliveryOf([{ id: "a" }])))?.outcome, "delivered");
});

Deno.test("redis_list says that nobody answers, without the password", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const url = `redis://me:geheim@127.0.0.1:${port}/2`;
  const outcome = await deliver({ url, key: "list" }, deliveryOf([{ id: "a" }]));
  assert.ok(outcome?.outcome === "again" && outcome.isDown === true && outcome.maybeSent === undefined);
  assert.match(outcome.why, new RegExp(`^Cannot push to "list" in Redis at 127.0.0.1:${port}/2: .*refused`, "i"));
  assert.doesNotMatch(outcome.why, /geheim/);
  const missing = await ready(url);
  assert.match(missing[0]?.what ?? "", new RegExp(`^Redis at 127.0.0.1:${port}/2 does not answer: .*refused`, "i"));
});

redisTest("redis_list is ready where Redis answers", async ({ url }) => {
  assert.deepEqual(await ready(url), []);
  assert.match((await ready(url.replace("//", "//nobody:wrong@")))[0]?.what ?? "", /WRONGPASS|AUTH/);
});

Deno.test("redis_list refuses addresses of others", () => {
  for (const url of ["http://127.0.0.1", "127.0.0.1:6379", ""]) {
    assert.equal(redisList.options.safeParse({ url, key: "list" }).success, false, url);
  }
});

async function ready(url: string) {
  const host = {
    programs: noWorld.programs,
    connect: () => Promise.resolve(undefined),
    digestOfFile: () => Promise.resolve(undefined),
  };
  return await redisList.ready?.(redisList.options.parse({ url, key: "list" }), host, never) ?? [];
}

/** Stands before Redis and passes everything on until Redis has answered a command EVAL: that answer never arrives. */
function deafProxy({ hostname, port }: URL): AsyncDisposable & { readonly url: string } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const served = serve(listener, hostname, Number(port || "6379"));
  return {
    url: `redis://127.0.0.1:${listener.addr.port}`,
    async [Symbol.asyncDispose]() {
      listener.close();
      await served;
    },
  };
}

async function serve(listener: Deno.TcpListener, hostname: string, port: number): Promise<void> {
  for await (const client of listener) {
    const server = await Deno.connect({ hostname, port });
    let hasPushed = false;
    const onward = (async () => {
      for await (const bytes of client.readable) {
        hasPushed ||= /\beval\b/i.test(new TextDecoder().decode(bytes));
        const writer = server.writable.getWriter();
        await writer.write(bytes);
        writer.releaseLock();
      }
    })().catch(() => {});
    const back = (async () => {
      for await (const bytes of server.readable) {
        if (hasPushed) return client.close();
        const writer = client.writable.getWriter();
        await writer.write(bytes);
        writer.releaseLock();
      }
    })().catch(() => {});
    await Promise.all([onward, back]);
    for (const end of [client, server]) {
      try {
        end.close();
      } catch {
        // closed already
      }
    }
  }
}
