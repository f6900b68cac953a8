import assert from "node:assert/strict";
import { digestOf } from "../../runtime/contract/json.ts";
import { StoreError } from "../../runtime/contract/errors.ts";
import { parseS3Address } from "../../runtime/s3/address.ts";
import { openS3Client, type S3Connection } from "../../runtime/s3/client.ts";
import { honoursConditions } from "../../runtime/s3/conditions.ts";
import type { S3Limits } from "../../runtime/s3/retry.ts";
import { bytesOf, noise, wholeOf } from "../suites/object_bytes.ts";
import { openBucket, s3Test, type TestBucket } from "./server.ts";

const small: Partial<S3Limits> = { partBytes: 5 << 20, copyBytes: 6 << 20, page: 7, totalMs: 20_000 };

async function connected(bucket: TestBucket, parameters = ""): Promise<S3Connection> {
  return await openS3Client(parseS3Address(bucket.address("", parameters)), { limits: small });
}

s3Test("openS3Client() writes and copies large objects in parts, and reads them in pieces", async () => {
  await using bucket = await openBucket();
  const connection = await connected(bucket);
  const body = noise(12 << 20, 3);
  await connection.upload("big", {
    size: body.length,
    read: (at, length) => Promise.resolve(body.subarray(at, at + length)),
  }, { contentType: "image/png" });
  await connection.copy("big", "a copy/ü+%&");
  for (const key of ["big", "a copy/ü+%&"]) {
    assert.match((await connection.head(key))?.etag ?? "", /-3$/, "three parts");
    const whole = await wholeOf((await connection.getStream(key))?.pieces);
    assert.deepEqual(whole.length, body.length);
    assert.ok(whole.every((byte, at) => byte === body[at]), key);
  }
});

s3Test("openS3Client() takes back an upload whose bytes cannot be read", async () => {
  await using bucket = await openBucket();
  const connection = await connected(bucket);
  const read = (at: number) =>
    at === 0 ? Promise.resolve(noise(5 << 20, 1)) : Promise.reject(new RangeError("no more bytes"));
  await assert.rejects(connection.upload("big", { size: 12 << 20, read }), new RangeError("no more bytes"));
  assert.equal(await connection.head("big"), undefined);
  assert.deepEqual(await bucket.uploads(), []);
});

s3Test("openS3Client() lists page after page, whatever characters keys are made of", async () => {
  await using bucket = await openBucket();
  const connection = await connected(bucket);
  const odd = ["l/a+b", "l/a b", "l/a%2Fb", "l/é", "l/\u{10000}", "l/\uffee", "l/a\nb", "l/<&>"];
  const keys = [...Array.from({ length: 20 }, (_, at) => `l/${at}`), ...odd];
  for (const key of keys) await connection.put(key, bytesOf(key));
  const seen = await Array.fromAsync(connection.list("l/"), ({ key }) => key);
  const inOrder = keys.toSorted((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
  assert.deepEqual(seen, inOrder);
  await connection.remove(seen);
  assert.deepEqual(await Array.fromAsync(connection.list("")), []);
});

s3Test("putNew() lets one of many writers win, and knows its own write again", async () => {
  await using bucket = await openBucket();
  const connections = await Promise.all(Array.from({ length: 12 }, () => connected(bucket)));
  for (let round = 0; round < 5; round++) {
    const key = `refs/${round}`;
    const won = await Promise.all(connections.map((each, at) => each.putNew(key, bytesOf(`${at}`))));
    assert.equal(won.filter(Boolean).length, 1);
    assert.deepEqual((await connections[0]?.get(key))?.bytes, bytesOf(`${won.indexOf(true)}`));
  }
});

s3Test("honoursConditions() finds that this server does, once and again", async () => {
  await using bucket = await openBucket();
  const connection = await connected(bucket);
  assert.equal(await honoursConditions(connection, "p/conditional"), true);
  assert.equal(await honoursConditions(connection, "p/conditional"), true);
});

s3Test("openS3Client() has the server encrypt where the address says so", async () => {
  await using bucket = await openBucket();
  const connection = await connected(bucket, "&sse=aws:kms&kms_key=testkey-1");
  await connection.put("a", bytesOf("hello"));
  await connection.copy("a", "b");
  assert.deepEqual((await connection.get("b"))?.bytes, bytesOf("hello"));
  const body = noise(7 << 20, 2);
  await connection.put("large", body);
  await connection.copy("large", "b/large");
  assert.equal(digestOf((await connection.get("b/large"))?.bytes ?? ""), digestOf(body));
  for (const key of ["a", "b", "b/large"]) assert.deepEqual(await bucket.encryptionOf(key), ["aws:kms", "testkey-1"]);
});

s3Test("openS3Client() says what is wrong with credentials, and how to mend it", async () => {
  await using bucket = await openBucket();
  const cases = [
    ["AKTEST", "wrong", /the secret key does not fit the access key \(SignatureDoesNotMatch.*AWS_SECRET_ACCESS_KEY/],
    ["AKNONE", "SKTEST", /the server does not know these credentials \(InvalidAccessKeyId.*AWS_ACCESS_KEY_ID/],
  ] as const;
  for (const [id, secret, message] of cases) {
    const credentials = () => Promise.resolve({ accessKeyId: id, secretAccessKey: secret });
    const connection = await openS3Client(parseS3Address(bucket.address("")), { limits: small, credentials });
    for (
      const work of [() => connection.get("a"), () => connection.head("a"), () => connection.put("a", bytesOf("x"))]
    ) {
      await assert.rejects(work, (thrown) => thrown instanceof StoreError && message.test(thrown.message));
    }
  }
});

s3Test("openS3Client() says that there is no bucket", async () => {
  await using bucket = await openBucket();
  const address = parseS3Address(bucket.address("").replace(bucket.bucket, "no-such-bucket-here"));
  const connection = await openS3Client(address, { limits: small });
  const message = /there is no bucket "no-such-bucket-here".*make it, or mend the name/;
  await assert.rejects(connection.get("a"), message);
  await assert.rejects(Array.fromAsync(connection.list("")), message);
  await assert.rejects(connection.putNew("a", bytesOf("x")), message);
});
