import assert from "node:assert/strict";
import { StoreError } from "../../runtime/contract/errors.ts";
import type { ObjectStore } from "../../runtime/contract/store.ts";
import { openS3Store } from "../../runtime/store/s3.ts";
import type { FaultProxy } from "./fault_proxy.ts";
import type { Fault, Rule } from "./faults.ts";
import { withBucket } from "./raw_bucket.ts";
import { s3Test } from "./server.ts";

const bytes = new TextEncoder().encode("some bytes");
/** A busy machine may be silent for a while. */
const limits = { tries: 4, silenceMs: 1_500 };

type Around = { readonly faulty: ObjectStore; readonly direct: ObjectStore; readonly proxy: FaultProxy };

async function withStore<T>(rules: readonly Rule[], body: (around: Around) => Promise<T>, more = ""): Promise<T> {
  return await withBucket(async (bucket) => {
    const proxy = bucket.proxy(rules);
    const sleep = () => new Promise<void>((resolve) => setTimeout(resolve, 15));
    try {
      const direct = await openS3Store(bucket.address());
      await direct.put("refs/there", bytes);
      await direct.flush();
      return await body({
        faulty: await openS3Store(bucket.address(proxy.endpoint, more), { s3: { limits, sleep } }),
        direct,
        proxy,
      });
    } finally {
      await proxy.close();
    }
  });
}

async function keysOf(store: ObjectStore): Promise<string[]> {
  const entries = await Array.fromAsync(store.list(""));
  return entries.map(({ key }) => key);
}

/** Each method, and that what it did or said is right. */
const methods: Readonly<Record<string, (around: Around) => Promise<void>>> = {
  async put({ faulty, direct }) {
    await faulty.put("blobs/a", bytes, { named: true });
    await faulty.flush();
    assert.deepEqual(await direct.get("blobs/a"), bytes);
  },
  async "put if absent"({ faulty, direct }) {
    assert.equal(await faulty.put("refs/new", bytes, { ifAbsent: true }), true);
    assert.equal(await faulty.put("refs/there", new Uint8Array(1), { ifAbsent: true }), false);
    assert.deepEqual([await direct.get("refs/new"), await direct.get("refs/there")], [bytes, bytes]);
  },
  async get({ faulty }) {
    assert.deepEqual(await faulty.get("refs/there"), bytes);
    assert.equal(await faulty.get("refs/absent"), undefined);
  },
  async getStream({ faulty }) {
    const pieces = await faulty.getStream("refs/there");
    assert.deepEqual(await new Response(ReadableStream.from(pieces ?? [])).bytes(), bytes);
  },
  async putStream({ faulty, direct }) {
    const { digest } = await faulty.putStream(ReadableStream.from([bytes]), (digest) => `blobs/${digest}`);
    assert.deepEqual(await direct.get(`blobs/${digest}`), bytes);
  },
  async list({ faulty }) {
    assert.deepEqual((await keysOf(faulty)).filter((key) => key.startsWith("refs/")), ["refs/there"]);
  },
  async copy({ faulty, direct }) {
    await faulty.copy("refs/there", "refs/copied");
    assert.deepEqual(await direct.get("refs/copied"), bytes);
  },
  async has({ faulty }) {
    assert.deepEqual([await faulty.has("refs/there"), await faulty.has("refs/absent")], [true, false]);
  },
  async remove({ faulty, direct }) {
    await faulty.remove(["refs/there"]);
    assert.equal(await direct.has("refs/there"), false);
  },
  async "views.show"({ faulty, direct }) {
    await faulty.views?.show("refs/there", "v1/some file.txt");
    await faulty.views?.show("refs/there", "v1/some file.txt");
    assert.deepEqual((await keysOf(direct)).filter((key) => key.startsWith("published/")), [
      "published/v1/some file.txt",
    ]);
  },
  async "views.hide"({ faulty, direct }) {
    await direct.views?.say("v1/a.txt", "a");
    await faulty.views?.hide("v1/");
    assert.deepEqual((await keysOf(direct)).filter((key) => key.startsWith("published/")), []);
  },
};

const passing: readonly Fault[] = [
  { kind: "reset_request", afterBytes: 0 },
  { kind: "reset_answer", afterBytes: -1 },
  { kind: "lost_answer" },
  { kind: "error", status: 500, code: "InternalError" },
  { kind: "error", status: 503, code: "SlowDown" },
];

/** Takes long to find out. */
const silence: Fault = { kind: "silence" };

for (const [method, act] of Object.entries(methods)) {
  s3Test(
    `openS3Store() gives a store whose ${method} gets over faults that pass, and says which ones stay`,
    async () => {
      await Promise.all([
        ...[...passing, silence].map((fault) => withStore([{ nth: [1, 3], fault }], act)),
        ...passing.map((fault) =>
          withStore([{ fault }], async (around) => {
            await assert.rejects(act(around), (thrown) => {
              assert.ok(thrown instanceof StoreError, String(thrown));
              assert.equal(thrown.failure, "unavailable");
              return /^Cannot [a-z]+ .*: .*(cannot be reached or does not answer|asks for fewer requests)/.test(
                thrown.message,
              );
            });
          })
        ),
      ]);
    },
  );
}

s3Test(
  "openS3Store() gives a store that writes no ref where the server ignores conditions, unless it is told so",
  async () => {
    const ignored = [{ kind: "put", fault: { kind: "unconditional" } }] as const;
    await withStore(ignored, async ({ faulty, direct }) => {
      for (const key of ["refs/there", "refs/new"]) {
        await assert.rejects(faulty.put(key, new Uint8Array(1), { ifAbsent: true }), /ignores `If-None-Match`/);
      }
      assert.deepEqual([await direct.get("refs/there"), await direct.has("refs/new")], [bytes, false]);
    });
    await withStore(ignored, async (around) => await methods["put if absent"]?.(around), "&single_writer=true");
  },
);

s3Test("openS3Store() gives a store whose flush fails when a write behind it did, again and again", async () => {
  const denied = { kind: "error", status: 403, code: "AccessDenied" } as const;
  await withStore([{ kind: "put", key: /blobs\/b$/, fault: denied }], async ({ faulty }) => {
    await faulty.put("blobs/a", bytes);
    await faulty.put("blobs/b", bytes);
    for (const _ of [1, 2]) {
      await assert.rejects(faulty.flush(), (thrown) => thrown instanceof StoreError && thrown.failure === "read_only");
    }
    await assert.rejects(faulty.put("refs/new", bytes, { ifAbsent: true }), StoreError);
    // What the write left out is not merely missing.
    for (const look of [() => faulty.get("blobs/b"), () => faulty.getStream("blobs/b"), () => faulty.has("blobs/b")]) {
      await assert.rejects(look, /the server denies it/);
    }
    assert.deepEqual(await faulty.get("refs/there"), bytes);
  });
});
