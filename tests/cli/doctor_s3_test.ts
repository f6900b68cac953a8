import assert from "node:assert/strict";
import { clockFinding } from "../../runtime/cli/doctor/clock.ts";
import { checkBucketStore } from "../../runtime/cli/doctor/bucket_store.ts";
import type { Rule } from "../s3/faults.ts";
import { environment, type RawBucket, withBucket } from "../s3/raw_bucket.ts";
import { s3Test } from "../s3/server.ts";
import { framewright } from "./process.ts";
import { projectRoot } from "./terminals.ts";

/** What the check says behind a proxy with faults, and what is left in the bucket. */
async function examined({ address, keys, proxy: open }: RawBucket, rules: readonly Rule[], more = "") {
  const proxy = open(rules);
  try {
    const findings = await checkBucketStore(address(proxy.endpoint, more), environment);
    return { of: (what: string) => findings.find((finding) => finding.what === what), left: await keys() };
  } finally {
    await proxy.close();
  }
}

s3Test("doctor() finds a bucket well, and leaves nothing in it", () =>
  withBucket(async ({ address, keys }) => {
    const options = { folder: projectRoot, env: environment };
    const { exit, out, err } = await framewright(["doctor", "--store", address()], options);
    assert.deepEqual({ exit, err }, { exit: 0, err: "" });
    assert.match(out, /✓ conditional writes {2}honoured/);
    assert.match(out, /✓ clock {15}agrees/);
    assert.deepEqual(await keys(), []);
  }));

s3Test(
  "doctor() ends with the exit code of the store when nobody answers, and when the key is wrong",
  () =>
    withBucket(async ({ address }) => {
      const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const { port } = listener.addr;
      listener.close();
      const options = { folder: projectRoot, env: environment };
      const gone = await framewright(["doctor", "--store", address(`http://127.0.0.1:${port}`)], options);
      assert.equal(gone.exit, 6);
      assert.match(gone.out, /✗ bucket .*cannot be reached or does not$/m);
      const env = { ...environment, AWS_SECRET_ACCESS_KEY: "another secret" };
      const wrong = await framewright(["doctor", "--store", address()], { folder: projectRoot, env });
      assert.equal(wrong.exit, 6);
      assert.match(wrong.out, /✗ bucket .*The secret key does not fit the access key/);
      assert.ok(!wrong.out.includes("another secret"));
    }),
);

s3Test(
  "checkBucketStore() finds out that conditions are ignored, and takes a promise of a single writer",
  () =>
    withBucket(async (bucket) => {
      const rules = [{ kind: "put", fault: { kind: "unconditional" } }] as const;
      const { of, left } = await examined(bucket, rules);
      assert.equal(of("conditional writes")?.state, "problem");
      assert.match(of("conditional writes")?.mend ?? "", /&single_writer=true$/);
      assert.equal((await examined(bucket, rules, "&single_writer=true")).of("conditional writes")?.state, "warning");
      assert.deepEqual(left, []);
    }),
);

s3Test("checkBucketStore() says which permission is missing", () =>
  withBucket(async (bucket) => {
    const denied = { kind: "error", status: 403, code: "AccessDenied" } as const;
    const states = async (kind: Rule["kind"] & string, what: string) =>
      (await examined(bucket, [{ kind, fault: denied }])).of(what)?.state;
    assert.equal(await states("list", "bucket"), "problem");
    assert.equal(await states("put", "write"), "problem");
    assert.equal(await states("get", "read"), "problem");
    assert.equal(await states("remove", "remove"), "warning");
    assert.equal(await states("other", "versioning"), "ok");
  }));

s3Test("checkBucketStore() tells a clock that is wrong", () =>
  withBucket(async (bucket) => {
    const { of } = await examined(bucket, [{ fault: { kind: "clock", byMs: -20 * 60_000, refuse: true } }]);
    assert.deepEqual([of("clock")?.state, of("clock")?.found], ["problem", "20 min ahead of the server's"]);
    const slightly = await examined(bucket, [{ fault: { kind: "clock", byMs: 90_000 } }]);
    assert.deepEqual([slightly.of("clock")?.state, slightly.of("bucket")?.state], ["warning", "ok"]);
  }));

Deno.test("checkBucketStore() finds what is wrong with an address", async () => {
  for (const address of ["s3://", "s3://b/x?regoin=eu", "s3://bucket?endpoint=http://example.com", "s3://k:s@bucket"]) {
    const [first, ...rest] = await checkBucketStore(address, environment);
    assert.deepEqual([first?.what, first?.state, rest], ["address", "problem", []], address);
    assert.ok(!first?.found.includes("k:s"));
  }
});

Deno.test("clockFinding() minds a minute, and what servers refuse", () => {
  const states = [0, 59_000, -61_000, 899_000, -900_000].map((off) => clockFinding(1e12, 1e12 + off).state);
  assert.deepEqual(states, ["ok", "ok", "warning", "warning", "problem"]);
});
