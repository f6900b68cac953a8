import assert from "node:assert/strict";
import { StoreError, TransientError } from "../../runtime/contract/errors.ts";
import { type Around, small, tries, withFaults } from "./faulty_client.ts";
import { parseS3Address } from "../../runtime/s3/address.ts";
import { openS3Client } from "../../runtime/s3/client.ts";
import { withBucket } from "./raw_bucket.ts";
import { s3Test } from "./server.ts";
import type { Fault } from "./faults.ts";

const busy = { kind: "error", status: 503, code: "SlowDown" } as const;
const failing = { kind: "error", status: 500, code: "InternalError" } as const;

s3Test("openS3Client() waits twice as long before each further try, and longer where the server is busy", async () => {
  const pausesOf = (fault: Fault) =>
    withFaults([{ kind: "put", fault }], async ({ faulty, key, pauses, proxy }) => {
      await assert.rejects(faulty.put(key("a"), small), TransientError);
      assert.equal(proxy.passed.length, tries);
      return [...pauses];
    });
  const [failed, throttled] = [await pausesOf(failing), await pausesOf(busy)];
  assert.deepEqual(failed, [50, 100, 200]); // with chance in the middle: half of 100, 200, 400
  assert.deepEqual(throttled, [250, 500, 1000]);
});

s3Test("openS3Client() waits at least as long as Retry-After says", async () => {
  await withFaults([{ kind: "put", times: 2, fault: { ...busy, retryAfter: 3 } }], async (around) => {
    const { faulty, direct, key, pauses } = around;
    await faulty.put(key("a"), small);
    assert.equal(pauses.length, 2);
    assert.ok(pauses.every((ms) => ms >= 3000), String(pauses));
    assert.deepEqual((await direct.get(key("a")))?.bytes, small);
  });
});

s3Test("openS3Client() gives up at once when Retry-After is longer than anybody waits, and says so", async () => {
  await withFaults([{ kind: "put", fault: { ...busy, retryAfter: 3600 } }], async ({ faulty, key, pauses, proxy }) => {
    await assert.rejects(
      faulty.put(key("a"), small),
      /asks for fewer requests .* and to wait 3600 s; run again later$/,
    );
    assert.deepEqual([pauses, proxy.passed.length], [[], 1]);
  });
});

const lasting = {
  ExpiredToken: [403, /the credentials have expired \(ExpiredToken\); get new ones/],
  InvalidAccessKeyId: [403, /the server does not know these credentials/],
  AccessDenied: [403, /the server denies it \(AccessDenied\); these credentials need the rights/],
  NoSuchBucket: [404, /there is no bucket "faults-.*" at http/],
  QuotaExceeded: [403, /there is no room left/],
} as const;

for (const [code, [status, says]] of Object.entries(lasting)) {
  s3Test(`openS3Client() asks once and says what to do when the server says ${code}`, async () => {
    const acts: readonly ((around: Around) => Promise<unknown>)[] = [
      ({ faulty, key }) => faulty.put(key("a"), small),
      ({ faulty, key }) => faulty.putNew(key("a"), small),
      ({ faulty, key }) => faulty.get(key("a")),
      ({ faulty, key }) => Array.fromAsync(faulty.list(key(""))),
      ({ faulty, key }) => faulty.remove([key("a")]),
      ({ faulty, key }) => faulty.upload(key("a"), { size: 3, read: () => Promise.resolve(new Uint8Array(3)) }),
    ];
    for (const act of acts) {
      await withFaults([{ fault: { kind: "error", status, code } }], async (around) => {
        await assert.rejects(act(around), (thrown) => thrown instanceof StoreError && says.test(thrown.message));
        assert.deepEqual([around.pauses, around.proxy.passed.length], [[], 1]);
      });
    }
  });
}

for (const how of ["cut", "missing", "no_token", "nonsense"] as const) {
  s3Test(`openS3Client() believes no listing that is ${how}, and asks again`, async () => {
    const rule = { kind: "list", fault: { kind: "listing", how } } as const;
    const list = async ({ faulty, direct, key }: Around) => {
      for (const name of ["a", "b", "c"]) await direct.put(key(name), small);
      return (await Array.fromAsync(faulty.list(key("")))).length;
    };
    await withFaults([{ ...rule, nth: 1 }], async (around) => assert.equal(await list(around), 3));
    await withFaults([rule], async (around) => {
      await assert.rejects(list(around), (thrown) => thrown instanceof TransientError);
      assert.equal(around.proxy.passed.length, tries);
    });
  });
}

/** More than a part, and never the same byte for long. */
const large = Uint8Array.from({ length: (5 << 20) + 12_345 }, (_, at) => (at * 2_654_435_761) >>> 24);

async function upload({ faulty, key }: Around): Promise<void> {
  await faulty.upload(key("large"), {
    size: large.length,
    read: (at, length) => Promise.resolve(large.slice(at, at + length)),
  });
}

s3Test("openS3Client() uploads parts right when requests fail, answers are lost and connections end", async () => {
  const faults: readonly Fault[] = [failing, busy, { kind: "lost_answer" }, { kind: "reset_request", afterBytes: 9 }];
  for (const fault of faults) {
    await withFaults([{ kind: ["part", "multipart"], nth: [1, 3, 6], fault }], async (around) => {
      await upload(around);
      assert.deepEqual((await around.direct.get(around.key("large")))?.bytes, large);
    });
  }
});

s3Test("openS3Client() leaves nothing behind when an upload cannot be completed", async () => {
  await withFaults([{ kind: "part", nth: 2, fault: { kind: "wrong_etag" } }], async (around) => {
    await assert.rejects(upload(around), StoreError);
    assert.equal(await around.direct.head(around.key("large")), undefined);
  });
});

s3Test("openS3Client() goes on with a stream where it broke off, and notices another object", async () => {
  const cut = { kind: "get", times: 3, fault: { kind: "reset_answer", afterBytes: 1_000_000 } } as const;
  const read = async ({ faulty, key }: Around) =>
    await new Response(ReadableStream.from((await faulty.getStream(key("large")))?.pieces ?? [])).bytes();
  await withFaults([cut], async (around) => {
    await around.direct.put(around.key("large"), large);
    assert.deepEqual(await read(around), large);
    assert.equal(around.proxy.passed.length, 4);
  });
  await withFaults([cut], async (around) => {
    await around.direct.put(around.key("large"), large);
    const stream = await around.faulty.getStream(around.key("large"));
    await around.direct.put(around.key("large"), large.toReversed());
    const reading = Array.fromAsync(stream?.pieces ?? []);
    await assert.rejects(reading, (thrown) => thrown instanceof StoreError && thrown.failure === "conflict");
  });
});

Deno.test("parseS3Address() takes the client's patience, and refuses what is none", () => {
  const { timeoutMs, retries } = parseS3Address("s3://bucket?timeout=2.5&retries=0", {});
  assert.deepEqual({ timeoutMs, retries }, { timeoutMs: 2500, retries: 0 });
  for (const wrong of ["timeout=0", "timeout=1e3", "timeout=601", "timeout=-1", "retries=x", "retries=101"]) {
    assert.throws(() => parseS3Address(`s3://bucket?${wrong}`, {}), /must be a number from/, wrong);
  }
});

s3Test("openS3Client() is as patient as the address says", () =>
  withBucket(async (bucket) => {
    const proxy = bucket.proxy([{ fault: { kind: "silence" } }]);
    const address = bucket.address(proxy.endpoint, "&timeout=0.2&retries=1");
    const client = await openS3Client(parseS3Address(address), { sleep: () => Promise.resolve() });
    await assert.rejects(client.head("a"), /nothing was heard for 0.2 s/);
    assert.equal(proxy.passed.length, 2);
    client.close();
    await proxy.close();
  }));
