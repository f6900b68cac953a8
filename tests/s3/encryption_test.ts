import assert from "node:assert/strict";
import { StoreError } from "../../runtime/contract/errors.ts";
import { parseS3Address } from "../../runtime/s3/address.ts";
import { openS3Client } from "../../runtime/s3/client.ts";
import { openS3Store } from "../../runtime/store/s3.ts";
import { bytesOf, noise } from "../suites/object_bytes.ts";
import { bareBucket } from "./bucket.ts";
import type { Passed } from "./fault_proxy.ts";
import type { Rule } from "./faults.ts";
import { type RawBucket, withBucket } from "./raw_bucket.ts";
import { s3Test } from "./server.ts";

const limits = { partBytes: 5 << 20, copyBytes: 6 << 20 };
const large = noise(6_500_000, 4);
const kms = "&sse=aws:kms&kms_key=testkey-1";

/** Every way to write there is, then to read, to list and to remove; gives the requests that came. */
async function doAll(
  bucket: RawBucket,
  more: string,
  rules: readonly Rule[] = [],
): Promise<readonly Passed[]> {
  const proxy = bucket.proxy(rules);
  const connection = await openS3Client(parseS3Address(bucket.address(proxy.endpoint, more)), { limits });
  const key = (name: string) => `${bucket.prefix}/${name}`;
  try {
    await connection.put(key("put"), bytesOf("put"));
    await connection.putNew(key("new"), bytesOf("new"));
    await connection.copy(key("put"), key("copied"));
    await connection.copy(key("put"), key("typed"), { contentType: "text/plain" });
    const read = (at: number, length: number) => Promise.resolve(large.subarray(at, at + length));
    await connection.upload(key("large"), { size: large.length, read });
    await connection.copy(key("large"), key("copied large"));
    for (const name of ["put", "copied", "typed"]) {
      assert.deepEqual((await connection.get(key(name)))?.bytes, bytesOf("put"), name);
    }
    assert.deepEqual((await connection.get(key("copied large")))?.bytes, large);
    assert.equal((await connection.head(key("large")))?.size, large.length);
    assert.equal((await Array.fromAsync(connection.list(key("")))).length, 6);
    await connection.remove([key("new")]);
  } finally {
    connection.close();
    await proxy.close();
  }
  return proxy.passed;
}

/** What makes an object: a part has no encryption of its own. */
function makesObject({ method, kind, target }: Passed): boolean {
  return kind === "put" || kind === "copy" ||
    (kind === "multipart" && method === "POST" && target.includes("?uploads"));
}

const names = ["x-amz-server-side-encryption", "x-amz-server-side-encryption-aws-kms-key-id"] as const;

function encryptions(passed: readonly Passed[]): readonly (string | undefined)[][] {
  const texts = passed.map(({ headers }) => JSON.stringify(names.map((name) => headers.get(name) ?? "")));
  return [...new Set(texts)].map((text) => JSON.parse(text));
}

s3Test(
  "openS3Client() has every object encrypted by the key that the address names",
  () =>
    withBucket(async (bucket) => {
      const passed = await doAll(bucket, kms);
      assert.deepEqual(encryptions(passed.filter(makesObject)), [["aws:kms", "testkey-1"]]);
      assert.deepEqual(encryptions(passed.filter((request) => !makesObject(request))), [["", ""]]);
      const bare = bareBucket(bucket.endpoint, bucket.bucket);
      for (const name of ["put", "copied", "typed", "large", "copied large"]) {
        assert.deepEqual(await bare.encryptionOf(`${bucket.prefix}/${name}`), ["aws:kms", "testkey-1"], name);
      }
    }),
);

s3Test(
  "openS3Client() asks for AES256 or the bucket's key on every object, and for nothing where it is not told to",
  () =>
    withBucket(async (bucket) => {
      // This server knows encryption by keys with names only.
      const rules = [{ fault: { kind: "unencrypted" } }] as const;
      for (const [more, expected] of [["&sse=AES256", "AES256"], ["&sse=aws:kms", "aws:kms"], ["", ""]] as const) {
        const passed = await doAll(bucket, more, rules);
        assert.equal(passed.filter(makesObject).length, 6);
        assert.deepEqual(encryptions(passed.filter(makesObject)), [[expected, ""]]);
        assert.deepEqual(encryptions(passed.filter((request) => !makesObject(request))), [["", ""]]);
      }
    }),
);

s3Test(
  "openS3Client() says on every request that the requester pays, where the address does",
  () =>
    withBucket(async (bucket) => {
      const payers = (passed: readonly Passed[]) => [
        ...new Set(passed.map(({ headers }) => headers.get("x-amz-request-payer"))),
      ];
      assert.deepEqual(payers(await doAll(bucket, "&requester_pays=true")), ["requester"]);
      assert.deepEqual(payers(await doAll(bucket, "")), [undefined]);
    }),
);

s3Test(
  "openS3Store() has all that it writes encrypted: what is named, refs, streams, copies and published files",
  () =>
    withBucket(async (bucket) => {
      const store = await openS3Store(bucket.address(bucket.endpoint, kms));
      await store.put("blobs/a", bytesOf("a"), { named: true });
      await store.put("refs/a", bytesOf("a"), { ifAbsent: true });
      await store.putStream(ReadableStream.from([large, large, large]), () => "blobs/large");
      await store.copy("blobs/a", "blobs/b");
      await store.views?.show("blobs/a", "set/v1/a.jpg");
      await store.views?.say("set/latest.json", "{}");
      await store.flush();
      assert.deepEqual(await store.get("blobs/b"), bytesOf("a"));
      const bare = bareBucket(bucket.endpoint, bucket.bucket);
      const keys = await bucket.keys();
      assert.equal(keys.length, 7, "and where it tried conditional writes");
      for (const key of keys) {
        assert.deepEqual(await bare.encryptionOf(`${bucket.prefix}/${key}`), ["aws:kms", "testkey-1"]);
      }
    }),
);

s3Test(
  "openS3Client() says that the server does not encrypt so, or does not know the key",
  () =>
    withBucket(async (bucket) => {
      const cases = {
        "&sse=AES256": /: the server ignores sse=AES256, and what it wrote is not encrypted; choose a server/,
        "&sse=aws:kms": /: the server cannot use aws:kms \(.*\); check sse and kms_key in the address/,
        "&sse=aws:kms&kms_key=none": /: the server cannot use the key "none" \(.*\); check sse and kms_key/,
      };
      for (const [more, message] of Object.entries(cases)) {
        const connection = await openS3Client(parseS3Address(bucket.address(bucket.endpoint, more)), {
          sleep: () => assert.fail("it is tried again"),
        });
        const key = `${bucket.prefix}/a`;
        const read = () => Promise.resolve(bytesOf("a"));
        const writes = [() => connection.put(key, bytesOf("a")), () => connection.upload(key, { size: 1, read })];
        for (const write of writes) {
          await assert.rejects(write, (thrown) => {
            assert.ok(thrown instanceof StoreError, `${thrown}`);
            assert.match(thrown.message, message);
            return true;
          });
        }
        connection.close();
      }
    }),
);
