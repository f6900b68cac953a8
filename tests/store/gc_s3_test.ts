import assert from "node:assert/strict";
import { digestOf } from "../../runtime/contract/json.ts";
import { openDataset } from "../../runtime/engine/reader.ts";
import { createStorage, openStore } from "../../runtime/store/open.ts";
import { purge, target, withTarget } from "../engine/purge_fixtures.ts";
import { openBucket, s3Test } from "../s3/server.ts";
import { clean } from "./gc_fixtures.ts";
import { keysOf, readWhole } from "./whole_store.ts";

s3Test(
  "purgeImage() and collectGarbage() clean a bucket as they clean a folder, while nobody holds a lease",
  async () => {
    await using bucket = await openBucket();
    const store = await openStore(bucket.address("cleaned"));
    const storage = await withTarget(store);
    const lease = await storage.leases.open("run test");
    const { promise: waits, resolve } = Promise.withResolvers<void>();
    const purging = purge(storage, target, () => resolve());
    await waits;
    await lease.check();
    await lease.close();
    assert.equal((await purging)?.purge.versions.length, 3);
    for (const text of ["first secret", "second secret"]) assert.equal(await storage.blobs.has(digestOf(text)), false);
    assert.equal((await openDataset(storage, "test", 1)).version.counts.dropped, 2);
    assert.equal((await readWhole(storage)).versions, 3);
    const report = await clean(storage, 30, { keeping: { last: 1 } });
    assert.deepEqual(report.expired.map(({ number }) => number), [1, 2]);
    const again = createStorage(await openStore(bucket.address("cleaned")));
    const { versions, blobs } = await readWhole(again);
    assert.equal(versions, 1);
    assert.equal((await keysOf(again)).filter((key) => key.startsWith("blobs/")).length, blobs);
  },
);
