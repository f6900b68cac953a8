import assert from "node:assert/strict";
import { parseS3Address } from "../../runtime/s3/address.ts";
import { openS3Client, type S3Connection } from "../../runtime/s3/client.ts";
import type { Checkout } from "../../runtime/store/checkout.ts";
import { indexIn } from "../../runtime/store/held_files.ts";
import { createMemoryStore } from "../../runtime/store/memory.ts";
import { createStorage } from "../../runtime/store/open.ts";
import { type BucketRequest, publishToBucket } from "../../runtime/store/publish_bucket.ts";
import { environment, type RawBucket, withBucket } from "../s3/raw_bucket.ts";
import type { Texts } from "./checkouts.ts";

for (const [name, value] of Object.entries(environment)) Deno.env.set(name, value);

const one = { "a.jpg": "a", "sub/b.html": "b", "ü/c#?.json": "c" };
const two = { "a.jpg": "a", "sub/b.html": "b2", "d.csv": "d" };

type Around = RawBucket & {
  readonly bucket_: S3Connection;
  /** Every key that was written, in order. */
  readonly puts: string[];
  publish(texts: Texts, more?: Partial<BucketRequest>): Promise<Checkout>;
  /** Keys below the prefix, without the index. */
  held(): Promise<string[]>;
};

async function inBucket(body: (around: Around) => Promise<void>): Promise<void> {
  await withBucket(async (raw) => {
    const client = await openS3Client(parseS3Address(raw.address()));
    const { blobs } = createStorage(createMemoryStore());
    const puts: string[] = [];
    const bucket: S3Connection = {
      ...client,
      put: (key, ...rest) => (puts.push(key.slice(raw.prefix.length + 1)), client.put(key, ...rest)),
    };
    const publish = async (texts: Texts, more: Partial<BucketRequest> = {}) =>
      await publishToBucket({
        bucket,
        blobs,
        index: "framewright.json",
        version: { dataset: "test", number: 1, version: "id" },
        files: (async function* () {
          for (const [path, text] of Object.entries(texts)) {
            yield { path, ...await blobs.put(new TextEncoder().encode(text)) };
          }
        })(),
        keepOld: false,
        force: false,
        onPlan: () => {},
        onFile: () => {},
        signal: new AbortController().signal,
        ...more,
      });
    const held = async () => (await raw.keys()).filter((key) => key !== "framewright.json").sort();
    try {
      await body({ ...raw, bucket_: bucket, puts, publish, held });
    } finally {
      client.close();
    }
  });
}

Deno.test("publishToBucket() sends what differs, removes what is gone, and writes its index last", async () => {
  await inBucket(async ({ publish, puts, held, bucket_, prefix }) => {
    assert.deepEqual(await publish(one), { written: 3, kept: 0, removed: 0, left: 0, bytes: 3 });
    assert.equal(puts.at(-1), "framewright.json");
    assert.deepEqual(await held(), Object.keys(one).sort());
    assert.deepEqual(await publish(one), { written: 0, kept: 3, removed: 0, left: 0, bytes: 0 });
    puts.length = 0;
    assert.deepEqual(await publish(two, { keepOld: true }), { written: 2, kept: 1, removed: 0, left: 1, bytes: 3 });
    assert.deepEqual(puts.toSorted(), ["d.csv", "framewright.json", "sub/b.html"]);
    assert.equal((await publish(two)).removed, 1);
    assert.deepEqual(await held(), Object.keys(two).sort());
    const index = await bucket_.get(`${prefix}/framewright.json`);
    const said = indexIn(new TextDecoder().decode(index?.bytes));
    assert.deepEqual([...said?.files.keys() ?? []], Object.keys(two));
  });
});

Deno.test("publishToBucket() leaves objects of others alone, and adopts those that hold the same bytes", async () => {
  await inBucket(async ({ publish, put, held, bucket_, prefix }) => {
    await put("a.jpg", "a");
    await put("theirs.txt", "theirs");
    assert.equal((await publish(one)).written, 2);
    assert.deepEqual(await held(), [...Object.keys(one), "theirs.txt"].sort());
    await put("d.csv", "x");
    await assert.rejects(publish(two), /there are other objects of these names: "d\.csv"; choose another prefix, or/);
    await publish(two, { force: true });
    assert.equal(new TextDecoder().decode((await bucket_.get(`${prefix}/d.csv`))?.bytes), "d");
    assert.deepEqual(await held(), [...Object.keys(two), "theirs.txt"].sort());
  });
});

Deno.test("publishToBucket() puts right what somebody changed or removed, and what an interruption left", async () => {
  await inBucket(async ({ publish, put, remove, bucket_, prefix, held }) => {
    await publish(one);
    await put("a.jpg", "X");
    await remove("sub/b.html");
    assert.equal((await publish(one)).written, 2);
    assert.equal(new TextDecoder().decode((await bucket_.get(`${prefix}/a.jpg`))?.bytes), "a");
    const stop = new AbortController();
    const onFile = () => stop.abort(new DOMException("stopped", "AbortError"));
    await assert.rejects(publish(two, { onFile, signal: stop.signal }), { name: "AbortError" });
    const index = await bucket_.get(`${prefix}/framewright.json`);
    assert.deepEqual([...indexIn(new TextDecoder().decode(index?.bytes))?.files.keys() ?? []], Object.keys(one));
    await publish(two);
    assert.deepEqual(await held(), Object.keys(two).sort());
  });
});

Deno.test("publishToBucket() uses no index that it does not know", async () => {
  await inBucket(async ({ publish, put }) => {
    await put("framewright.json", '{"format":2}');
    await assert.rejects(publish(one), /Cannot use "framewright.json" in "s3:.*": it is no index of ours/);
  });
});
