import assert from "node:assert/strict";
import { createBucketsHost } from "../../runtime/host/buckets.ts";
import { compareUtf8, InputError, ItemError, type SourceRecord, TransientError } from "../../runtime/plugin.ts";
import s3 from "../../sources/s3.ts";
import type { Rule } from "../s3/faults.ts";
import { type RawBucket, withBucket } from "../s3/raw_bucket.ts";
import { s3Test } from "../s3/server.ts";
import { createSourceHost, textOf } from "./host.ts";

const never = new AbortController().signal;

/** Waits no longer than a test can. */
const limits = { tries: 3, totalMs: 2_000, pauseMs: 1, longestPauseMs: 2, silenceMs: 1_000 };

async function opened(options: Record<string, unknown>, maxBytes = 1000, page = 1000) {
  const buckets = createBucketsHost({ maxBytes, client: { limits: { ...limits, page } } });
  return await s3.open(s3.options.parse(options), { ...createSourceHost(), buckets });
}

async function recordsOf(options: Record<string, unknown>, maxBytes?: number, page?: number): Promise<SourceRecord[]> {
  return await Array.fromAsync((await opened(options, maxBytes, page)).records(never));
}

/** The source behind a proxy with faults. */
async function withFaults<T>(
  bucket: RawBucket,
  rules: readonly Rule[],
  body: (source: Awaited<ReturnType<typeof opened>>) => Promise<T>,
): Promise<T> {
  const proxy = bucket.proxy(rules);
  try {
    return await body(await opened({ url: bucket.address(proxy.endpoint) }));
  } finally {
    await proxy.close();
  }
}

s3Test(
  "s3 gives one record an object, with its ETag and the folder it lies in",
  () =>
    withBucket(async ({ put, address }) => {
      await put("b.jpg", "123");
      await put("a/c/d.jpg", "12");
      assert.deepEqual(await recordsOf({ url: address() }), [
        { key: "a/c/d.jpg", revision: "c20ad4d76fe97759aa27a0c99bff6710", facts: { folder: "a/c" } },
        { key: "b.jpg", revision: "202cb962ac59075b964b07152d234b70", facts: { folder: "." } },
      ]);
    }),
);

s3Test(
  "s3 leaves out folders, hidden parts, prefixes that only begin alike, and what the globs leave out",
  () =>
    withBucket(async ({ put, address, bucket, prefix, endpoint }) => {
      for (const key of ["p/", "p/a.jpg", "p/sub/", "p/sub/b.png", "p/.hidden/c.jpg", "p/.d.jpg", "p-2/e.jpg", "p"]) {
        await put(key, key);
      }
      const url = `s3://${bucket}/${prefix}/p?endpoint=${endpoint}`;
      const keys = async (globs = {}) => (await recordsOf({ url, ...globs })).map(({ key }) => key);
      assert.deepEqual(await keys(), ["a.jpg", "sub/b.png"]);
      assert.deepEqual(await keys({ include: ["**/*.png"] }), ["sub/b.png"]);
      assert.deepEqual(await keys({ exclude: ["sub/**"] }), ["a.jpg"]);
      assert.deepEqual((await recordsOf({ url: address() })).map(({ key }) => key).slice(0, 2), ["p", "p-2/e.jpg"]);
    }),
);

s3Test(
  "s3 reads odd keys as they are, in the order of their bytes, over many pages",
  () =>
    withBucket(async ({ put, address }) => {
      const odd = [
        "a b.jpg",
        "a%20b.jpg",
        "a+b.jpg",
        "ü.jpg",
        "😀.jpg",
        "\uFB01.jpg",
        "nl\n.jpg",
        "cr\r.jpg",
        "tab\t.jpg",
      ];
      const keys = [
        ...odd,
        "ctl\u0001x.jpg",
        "&<>\"'.jpg",
        "#?.jpg",
        "back\\slash.jpg",
        "x..jpg",
        "\u0085.jpg",
        "*!().jpg",
      ];
      for (const key of keys) await put(key, key);
      const source = await opened({ url: address() }, 1000, 3);
      const records = await Array.fromAsync(source.records(never));
      assert.deepEqual(records.map(({ key }) => key), keys.toSorted(compareUtf8));
      assert.ok(
        records.findIndex(({ key }) => key === "\uFB01.jpg") < records.findIndex(({ key }) => key === "😀.jpg"),
      );
      for (const record of records) {
        assert.equal(textOf(await source.read(record, never)), record.key);
      }
    }),
);

s3Test(
  "s3 marks keys that are no paths as broken, each under its own key",
  () =>
    withBucket(async ({ put, address }) => {
      const keys = ["../up.jpg", "./here.jpg", "/lead.jpg", "a/../b.jpg", "a//b.jpg"];
      for (const key of keys) await put(key, key);
      const records = await recordsOf({ url: address() });
      assert.deepEqual(records.map(({ key, broken }) => [key, broken?.reason]), keys.map((key) => [key, "bad_name"]));
    }),
);

s3Test(
  "s3 marks what is above the limit as broken, from the listing alone",
  () =>
    withBucket(async ({ put, address }) => {
      await put("large.jpg", "12345");
      const [record] = await recordsOf({ url: address() }, 4);
      assert.equal(record?.broken?.reason, "too_large");
      assert.match(record?.broken?.detail ?? "", /5 bytes, the limit is 4/);
    }),
);

s3Test("s3 tells an object that changed from one that is gone", () =>
  withBucket(async ({ put, remove, address }) => {
    await put("a.jpg", "before");
    await put("b.jpg", "before");
    const source = await opened({ url: address() });
    const [changed, gone] = await Array.fromAsync(source.records(never));
    assert.ok(changed && gone);
    await put("a.jpg", "after");
    await remove("b.jpg");
    await assert.rejects(async () => await source.read(changed, never), (thrown) => {
      assert.ok(thrown instanceof TransientError, String(thrown));
      return /^Cannot read "a.jpg": it has changed since it was listed$/.test(thrown.message);
    });
    await assert.rejects(async () => await source.read(gone, never), (thrown) => {
      assert.ok(thrown instanceof ItemError);
      return thrown.code === "gone";
    });
  }));

const refusals = [
  [{ status: 403, code: "AccessDenied" }, ItemError, "unreadable", /there is no permission to read it$/],
  [{ status: 403, code: "InvalidObjectState" }, ItemError, "archived", /it is in an archive; restore it/],
  [{ status: 403, code: "ExpiredToken" }, InputError, "source", /the credentials have expired/],
  [{ status: 403, code: "InvalidAccessKeyId" }, InputError, "source", /does not know these credentials/],
  [{ status: 404, code: "NoSuchKey" }, ItemError, "gone", /it is no longer there$/],
  [{ status: 500, code: "InternalError" }, TransientError, "transient", /the server does not answer$/],
  [{ status: 503, code: "SlowDown", retryAfter: 0 }, TransientError, "transient", /the server does not answer$/],
] as const;

for (const [{ code, ...rest }, wanted, word, pattern] of refusals) {
  s3Test(`s3 ends a read with ${wanted.name} when the server says ${code}`, () =>
    withBucket(async (bucket) => {
      await bucket.put("a.jpg", "x");
      const fault = { kind: "error", code, ...rest } as const;
      await withFaults(bucket, [{ kind: "get", fault }], async (source) => {
        const [record] = await Array.fromAsync(source.records(never));
        assert.ok(record);
        await assert.rejects(async () => await source.read(record, never), (thrown) => {
          assert.ok(thrown instanceof wanted, String(thrown));
          assert.equal(thrown.code, word);
          assert.match(thrown.message, pattern);
          return thrown instanceof InputError || !thrown.message.includes("127.0.0.1"); // it enters versions
        });
      });
    }));
}

s3Test(
  "s3 ends a run when the bucket is not there, and when nobody answers",
  () =>
    withBucket(async ({ put, prefix, bucket, endpoint }) => {
      await put("a.jpg", "x");
      const listing = async (url: string) => await recordsOf({ url });
      const source = { code: "source", name: "InputError" };
      await assert.rejects(() => listing(`s3://faults-not-there/${prefix}?endpoint=${endpoint}`), {
        ...source,
        message: /^Cannot read the bucket "s3:\/\/faults-not-there\/.*": there is no bucket "faults-not-there" at http/,
      });
      await assert.rejects(() => listing(`s3://${bucket}?regoin=eu`), { ...source, message: /Did you mean `region`/ });
      await assert.rejects(() => listing(`s3://${bucket}/x?endpoint=http://127.0.0.1:1`), {
        ...source,
        message: /cannot be reached or does not answer/,
      });
    }),
);

s3Test("s3 takes the server for gone when many reads in a row fail", () =>
  withBucket(async (bucket) => {
    await bucket.put("a.jpg", "x");
    const rules = [{ kind: "get", fault: { kind: "error", status: 500, code: "InternalError" } }] as const;
    await withFaults(bucket, rules, async (source) => {
      const [record] = await Array.fromAsync(source.records(never));
      assert.ok(record);
      const ends: string[] = [];
      while (ends.at(-1) !== "InputError" && ends.length < 100) {
        ends.push(await source.read(record, never).then(() => "read", (thrown) => thrown.name));
      }
      assert.deepEqual(ends, [...Array(15).fill("TransientError"), "InputError"]);
    });
  }));

s3Test("s3 believes no listing that contradicts itself", () =>
  withBucket(async (bucket) => {
    await bucket.put("a.jpg", "x");
    await bucket.put("b.jpg", "x");
    for (const how of ["cut", "missing", "no_token", "nonsense"] as const) {
      await withFaults(bucket, [{ kind: "list", fault: { kind: "listing", how } }], async (source) => {
        await assert.rejects(() => Array.fromAsync(source.records(never)), { name: "InputError", code: "source" }, how);
      });
      await withFaults(bucket, [{ kind: "list", nth: 1, fault: { kind: "listing", how } }], async (source) => {
        assert.equal((await Array.fromAsync(source.records(never))).length, 2, how);
      });
    }
  }));

s3Test("s3 stops at once when it is aborted", () =>
  withBucket(async (bucket) => {
    await bucket.put("a.jpg", "x");
    await withFaults(bucket, [{ kind: "get", fault: { kind: "silence" } }], async (source) => {
      const [record] = await Array.fromAsync(source.records(never));
      assert.ok(record);
      const reason = new DOMException("enough", "AbortError");
      const stop = new AbortController();
      const reading = assert.rejects(async () => await source.read(record, stop.signal), reason);
      stop.abort(reason);
      await reading;
    });
  }));
