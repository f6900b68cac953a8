import assert from "node:assert/strict";
import { openStore } from "../../runtime/store/open.ts";
import { openBucket, s3Test } from "../s3/server.ts";
import { inFolder } from "../temp_folder.ts";
import { fw, summaryOf } from "./command.ts";
import { makeFrames } from "./frames.ts";

s3Test(
  "`verify` reads and replays a dataset in a bucket from anywhere, and finds what was damaged there",
  () =>
    inFolder(async (root) => {
      await using bucket = await openBucket();
      const place = ["--store", bucket.address("teams/blue"), "--json"];
      await makeFrames(`${root}/frames`, 5);
      const settings = [`frames=${root}/frames`, "detect=false"].flatMap((setting) => ["--set", setting]);
      const { dataset, version } = summaryOf(await fw("run", "pipelines/motogp.yaml", ...settings, ...place));
      Deno.removeSync(`${root}/frames`, { recursive: true });

      const sound = await fw("verify", dataset, "--replay", ...place);
      assert.equal(sound.code, 0, sound.stdout + sound.stderr);
      const replayed = JSON.parse(sound.stdout.trim().split("\n").at(-1) ?? "");
      assert.deepEqual([replayed.event, replayed.same, replayed.version], ["replayed", true, version]);

      const store = await openStore(bucket.address("teams/blue"));
      const keys = await Array.fromAsync(store.list("blobs/"), ({ key }) => key);
      await store.put(keys[0] ?? "", new TextEncoder().encode("rot"));
      await store.remove([keys[1] ?? ""]);
      await store.flush();
      const damaged = await fw("verify", ...place);
      assert.equal(damaged.code, 6);
      const findings = damaged.stdout.trim().split("\n").map((line) => JSON.parse(line))
        .filter(({ event }) => event === "finding");
      assert.deepEqual(findings.map(({ key }) => key), keys.slice(0, 2));
      assert.ok(findings.every(({ affects }) => affects.length > 0));
      assert.match((await fw("runs", dataset, ...place)).stdout, /"state":"published"/);
    }),
);
