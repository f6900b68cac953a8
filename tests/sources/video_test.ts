// Which frames the source `video` takes, when they are, and what is done a second time.
import assert from "node:assert/strict";
import { InputError } from "../../runtime/plugin.ts";
import video from "../../sources/video.ts";
import { inFolder, putFile } from "../temp_folder.ts";
import { ffmpeg, ffmpegTest, pattern } from "./ffmpeg.ts";
import { listed, recordsOf, sizeOfFrame, timesOf } from "./videos.ts";

const exact = ["-c:v", "libx264", "-preset", "ultrafast"];

ffmpegTest("video gives frames with key, time and what is known of the video", () =>
  inFolder(async (root) => {
    await ffmpeg(root, ...pattern("64x48", 10, 2), ...exact, "clip.mp4");
    const records = await recordsOf({ path: `${root}/clip.mp4`, fps: 2 });
    assert.deepEqual(records.map(({ key }) => key), [
      "clip.mp4/000000.000.jpg",
      "clip.mp4/000000.500.jpg",
      "clip.mp4/000001.000.jpg",
      "clip.mp4/000001.500.jpg",
    ]);
    const { bytes, facts, revision } = records[1] ?? {};
    assert.deepEqual(facts, {
      video: "clip.mp4",
      time: 0.5,
      frame: 1,
      video_width: 64,
      video_height: 48,
      video_fps: 10,
      video_codec: "h264",
    });
    assert.match(revision ?? "", /^\d+-[\d.]+$/);
    assert.deepEqual([...bytes?.subarray(-2) ?? []], [0xff, 0xd9]);
    assert.deepEqual(await recordsOf({ path: `${root}/clip.mp4`, fps: 2, threads: 1 }), records, "equal bytes");
  }));

ffmpegTest("video takes frames by rate, by number, by scene and by keyframe", () =>
  inFolder(async (root) => {
    const cuts = "if(lt(t,1),0,if(lt(t,1.5),200,90))";
    const source = `nullsrc=size=64x64:rate=10:duration=2,geq=lum='${cuts.replaceAll("t,", "T,")}':cb=128:cr=128`;
    await ffmpeg(root, "-f", "lavfi", "-i", source, ...exact, "-g", "6", "-sc_threshold", "0", "a.mp4");
    const times = async (options: object) => timesOf(await recordsOf({ path: `${root}/a.mp4`, ...options }));
    assert.deepEqual(await times({}), [0, 1]);
    assert.deepEqual(await times({ fps: 0.5 }), [0]);
    assert.deepEqual(await times({ fps: 4 }), [0, 0.3, 0.5, 0.8, 1, 1.3, 1.5, 1.8]);
    assert.equal((await times({ fps: 1000 })).length, 20, "no frame comes twice");
    assert.deepEqual(await times({ every: 7 }), [0, 0.7, 1.4]);
    assert.deepEqual(await times({ scene: 0.2 }), [0, 1, 1.5]);
    assert.deepEqual(await times({ keyframes: true }), [0, 0.6, 1.2, 1.8]);
    assert.deepEqual(await times({ every: 1, start: 0.55, end: 0.8 }), [0.6, 0.7]);
    assert.deepEqual(await times({ every: 1, start: 0.5, max_frames: 2 }), [0.5, 0.6]);
  }));

ffmpegTest("video names a frame alike, whatever else is taken", () =>
  inFolder(async (root) => {
    await ffmpeg(root, ...pattern("32x32", 30, 3), ...exact, "-g", "20", "-output_ts_offset", "0.7", "a.mkv");
    const keysOf = async (options: object) => {
      return (await recordsOf({ path: `${root}/a.mkv`, ...options })).map(({ key, bytes }) => ({ key, bytes }));
    };
    const all = await keysOf({ every: 1 });
    assert.equal(all.length, 90);
    for (
      const options of [{ fps: 3 }, { fps: 7, start: 1.4 }, { every: 1, start: 2.1, end: 2.5 }, { keyframes: true }]
    ) {
      const some = await keysOf(options);
      assert.ok(some.length > 2);
      for (const one of some) assert.deepEqual(one, all.find(({ key }) => key === one.key), JSON.stringify(options));
    }
  }));

ffmpegTest("video keeps the times of a video whose rate varies", () =>
  inFolder(async (root) => {
    const times = "if(lt(N,5),N*0.1,if(lt(N,10),2+(N-5)*0.5,6+(N-10)*0.01))/TB+0.5";
    const varying = ["-vf", `settb=1/1000,setpts='${times}'`, "-fps_mode", "passthrough", "-enc_time_base", "1/1000"];
    await ffmpeg(root, ...pattern("32x32", 10, 1.3), ...varying, ...exact, "-bf", "0", "a.mkv");
    const all = await recordsOf({ path: `${root}/a.mkv`, every: 1 });
    assert.deepEqual(timesOf(all), [0, 0.1, 0.2, 0.3, 0.4, 2, 2.5, 3, 3.5, 4, 6, 6.01, 6.02]);
    assert.deepEqual(all.map(({ facts }) => facts?.frame), [...all.keys()]);
    assert.deepEqual(timesOf(await recordsOf({ path: `${root}/a.mkv`, fps: 1 })), [0, 2, 3, 4, 6]);
  }));

ffmpegTest(
  "video scales down and never up, keeps proportions, and copes with odd sizes",
  () =>
    inFolder(async (root) => {
      await ffmpeg(
        root,
        "-f",
        "lavfi",
        "-i",
        "testsrc=size=101x57:rate=5:duration=1",
        "-c:v",
        "ffv1",
        "-pix_fmt",
        "yuv444p",
        "a.mkv",
      );
      const size = async (options: object) => {
        const [first] = await recordsOf({ path: `${root}/a.mkv`, ...options });
        assert.ok(first !== undefined);
        return await sizeOfFrame(first);
      };
      for (const format of ["jpeg", "png"]) {
        assert.deepEqual(await size({ format }), [101, 57]);
        assert.deepEqual(await size({ format, size: [50, 50] }), [50, 28]);
        assert.deepEqual(await size({ format, size: [1000, 19] }), [34, 19]);
        assert.deepEqual(await size({ format, size: [1000, 1000] }), [101, 57]);
      }
    }),
);

ffmpegTest(
  "video reads folders, by the endings of names or by globs, and odd names as they are",
  () =>
    inFolder(async (root) => {
      await ffmpeg(root, ...pattern("32x32", 5, 1), ...exact, "a.mp4");
      const clip = Deno.readFileSync(`${root}/a.mp4`);
      const odd = [
        "-i.mp4",
        "a.mp4-2.mp4",
        "B.MOV",
        "%d %s.mp4",
        "file:x.mp4",
        "pipe:0.mp4",
        "sub/ü'\";\\.mp4",
        "no.txt",
      ];
      for (const name of odd) putFile(root, name, clip);
      putFile(root, ".hidden.mp4", clip);
      const videos = async (options = {}) => {
        const records = await recordsOf({ path: root, max_frames: 1, ...options });
        assert.deepEqual(records.filter(({ broken }) => broken !== undefined), []);
        return records.map(({ facts }) => facts?.video);
      };
      const expected = ["a.mp4", ...odd.filter((name) => name !== "no.txt")];
      assert.deepEqual((await videos()).toSorted(), expected.toSorted());
      assert.deepEqual(await videos({ include: ["sub/**", "*.txt"] }), ["no.txt", "sub/ü'\";\\.mp4"]);
      assert.deepEqual(await videos({ include: ["*.mp4"], exclude: ["[!-]*"] }), ["-i.mp4"]);
      await assert.rejects(recordsOf({ path: `${root}/none` }), (thrown) => thrown instanceof InputError);
    }),
);

ffmpegTest("video reads nothing again of what has not changed", () =>
  inFolder(async (root) => {
    for (const name of ["a.mp4", "b.mp4"]) await ffmpeg(root, ...pattern("32x32", 5, 2), ...exact, name);
    putFile(root, "broken.mp4", "this is no video");
    const first = await listed({ path: root, fps: 2 });
    assert.equal(first.records.length, 9);
    const plain = (records: typeof first.records) => records.map(({ bytes: _, ...record }) => record);
    const again = await listed({ path: root, fps: 2 }, { earlier: first.records });
    assert.deepEqual([again.records, again.started], [plain(first.records), []]);
    await ffmpeg(root, ...pattern("32x32", 5, 3), ...exact, "b.mp4");
    Deno.removeSync(`${root}/broken.mp4`);
    await ffmpeg(root, ...pattern("32x32", 5, 1), ...exact, "c.mp4");
    const changed = await listed({ path: root, fps: 2 }, { earlier: first.records });
    assert.deepEqual(changed.started.toSorted(), ["ffmpeg", "ffmpeg", "ffprobe", "ffprobe"]);
    assert.deepEqual(plain(changed.records), plain((await listed({ path: root, fps: 2 })).records));
    assert.ok(changed.records.every(({ key, bytes }) => (bytes === undefined) === key.startsWith("a.mp4")));
  }));

ffmpegTest("video goes on where a listing with a limit ended", () =>
  inFolder(async (root) => {
    for (const name of ["a.mp4", "b.mp4"]) await ffmpeg(root, ...pattern("32x32", 5, 2), ...exact, name);
    const { records } = await listed({ path: root, fps: 5 });
    const plain = (some: typeof records) => some.map(({ bytes: _, ...record }) => record);
    for (const limit of [1, 9, 10, 11, 19]) {
      const rest = await listed({ path: root, fps: 5 }, { earlier: records.slice(0, limit) });
      assert.deepEqual(plain(rest.records), plain(records), `after ${limit}`);
      assert.equal(rest.records.filter(({ bytes }) => bytes !== undefined).length, 20 - limit);
    }
  }));

ffmpegTest("video stops when it is told to, and when its reader leaves", () =>
  inFolder(async (root) => {
    await ffmpeg(root, ...pattern("320x240", 30, 20), ...exact, "a.mp4");
    const options = { path: root, every: 1, format: "png" };
    assert.equal((await recordsOf(options, { most: 2 })).length, 2);
    const stop = new AbortController();
    const log = () => {};
    const listing = recordsOf(options, { signal: stop.signal, host: { log } });
    queueMicrotask(() => stop.abort());
    await assert.rejects(listing, { name: "AbortError" });
  }));

Deno.test("video says what is missing, and what to do", async () => {
  const find = (command: string) => Promise.resolve(command === "ffprobe" ? "/usr/bin/ffprobe" : undefined);
  const host = { programs: { find }, connect: () => Promise.resolve(undefined), digestOfFile: () => Promise.reject() };
  const missing = await video.ready?.(video.options.parse({ path: "x" }), host, new AbortController().signal);
  assert.deepEqual(missing, [{
    what: 'There is no program "ffmpeg"',
    way: "install it (Debian: apt-get install ffmpeg), or name its path with `ffmpeg:`",
  }]);
});

Deno.test("video refuses options that contradict each other", () => {
  for (const bad of [{ fps: 1, every: 2 }, { scene: 0.3, keyframes: true }, { start: 5, end: 5 }, { scene: 1 }]) {
    assert.equal(video.options.safeParse({ path: "x", ...bad }).success, false, JSON.stringify(bad));
  }
  assert.equal(video.options.safeParse({ path: "x", fps: 1, keyframes: false }).success, true);
});

Deno.test("video wants a network only for a bucket", () => {
  const { network } = video;
  assert.ok(typeof network === "function");
  const wants = (path: string) => network(video.options.parse({ path }));
  assert.deepEqual(["videos", "s3://bucket/videos", "S3://b"].map(wants), [false, true, true]);
});
