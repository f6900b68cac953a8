import assert from "node:assert/strict";
import { createInputsHost } from "../../runtime/host/inputs.ts";
import { InputError } from "../../runtime/plugin.ts";
import { withBucket } from "../s3/raw_bucket.ts";
import { s3Test } from "../s3/server.ts";
import { inFolder } from "../temp_folder.ts";
import { ffmpeg, pattern } from "./ffmpeg.ts";
import { listed } from "./videos.ts";

s3Test(
  "video reads a prefix of a bucket or a single object, and leaves no download behind",
  () =>
    inFolder((root) =>
      withBucket(async ({ put, address }) => {
        await ffmpeg(root, ...pattern("32x32", 5, 2), "a.mp4");
        const clip = Deno.readFileSync(`${root}/a.mp4`);
        for (const key of ["day 1/a+b%20ü.mp4", "b.mp4", "c.txt"]) await put(key, clip);
        await put("broken.mp4", "no video");
        await put("odd?.mp4", clip);
        const scratch = `${root}/scratch`;
        const host = { inputs: createInputsHost({ scratch }) };
        const all = await listed({ path: address(), fps: 1 }, { host });
        assert.deepEqual(all.records.map(({ key, broken }) => [key, broken?.reason]), [
          ["b.mp4/000000.000.jpg", undefined],
          ["b.mp4/000001.000.jpg", undefined],
          ["broken.mp4", "undecodable"],
          ["day 1/a+b%20ü.mp4/000000.000.jpg", undefined],
          ["day 1/a+b%20ü.mp4/000001.000.jpg", undefined],
          ["odd?.mp4", "unreadable"],
        ]);
        assert.deepEqual([...Deno.readDirSync(scratch)], [], "downloads are gone");
        const settled = all.records.filter(({ key }) => !key.startsWith("odd"));
        const again = await listed({ path: address(), fps: 1, exclude: ["odd*"] }, { host, earlier: settled });
        assert.deepEqual([again.started, again.records.length], [[], 5]);
        const [prefix = "", parameters = ""] = address().split("?");
        const single = await listed({ path: `${prefix}/b.mp4?${parameters}` }, { host });
        assert.deepEqual(single.records.map(({ key }) => key), ["b.mp4/000000.000.jpg", "b.mp4/000001.000.jpg"]);
        const nothing = listed({ path: `s3://no-such-bucket-at-all?${parameters}` }, { host });
        await assert.rejects(nothing, (thrown) => thrown instanceof InputError);
      })
    ),
);
