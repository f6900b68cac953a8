// Videos that are none, are damaged, or want to reach beyond themselves: one rejected record each, and the others go on.
import assert from "node:assert/strict";
import { assetPath, assetTest } from "../assets.ts";
import { inFolder, putFile } from "../temp_folder.ts";
import { ffmpeg, ffmpegTest, pattern } from "./ffmpeg.ts";
import { type Listed, listed, recordsOf } from "./videos.ts";

/** What was refused: the reason by video; and how many frames each video gave. */
function outcomeOf({ records }: Listed): { refused: Record<string, string>; frames: Record<string, number> } {
  const refused: Record<string, string> = {};
  const frames: Record<string, number> = {};
  for (const { key, broken, facts } of records) {
    const video = String(facts?.video);
    if (broken === undefined) frames[video] = (frames[video] ?? 0) + 1;
    else {
      assert.equal(key, video);
      assert.equal(refused[video], undefined, "one record");
      refused[video] = broken.reason;
    }
  }
  return { refused, frames };
}

ffmpegTest("video rejects what is no video, says why, and goes on with the others", () =>
  inFolder(async (root) => {
    await ffmpeg(root, ...pattern("32x32", 5, 1), "good.mp4");
    const good = Deno.readFileSync(`${root}/good.mp4`);
    await ffmpeg(root, "-f", "lavfi", "-i", "sine=duration=1", "sound.mp4");
    await ffmpeg(root, "-i", "good.mp4", "-frames:v", "1", "cover.jpg");
    const cover = ["-map", "0", "-map", "1", "-c:v", "mjpeg", "-disposition:v:0", "attached_pic"];
    await ffmpeg(root, "-f", "lavfi", "-i", "sine=duration=1", "-i", "cover.jpg", ...cover, "cover.m4v");
    putFile(root, "empty.mp4", "");
    putFile(root, "text.mp4", "This is a text file.\n".repeat(100));
    putFile(root, "noise.mkv", Uint8Array.from({ length: 20_000 }, (_, index) => (index * index * 31) >> 3 & 255));
    putFile(root, "no_index.mp4", good.slice(0, good.length - 300));
    putFile(root, "zeros.avi", new Uint8Array(10_000));
    Deno.symlinkSync("/etc/hostname", `${root}/link.mp4`);
    const all = await listed({ path: root, exclude: ["*.jpg"] });
    assert.deepEqual(outcomeOf(all), {
      refused: {
        "cover.m4v": "no_video",
        "empty.mp4": "undecodable",
        "link.mp4": "outside_folder",
        "no_index.mp4": "undecodable",
        "noise.mkv": "undecodable",
        "sound.mp4": "no_video",
        "text.mp4": "undecodable",
        "zeros.avi": "undecodable",
      },
      frames: { "good.mp4": 1 },
    });
    const details = all.records.flatMap(({ broken }) => broken === undefined ? [] : [broken.detail]);
    for (const detail of details) assert.doesNotMatch(detail, /0x[0-9a-f]{6}|\/tmp|\n/, detail);
    assert.match(details.join("\n"), /moov atom not found/);
    const again = await listed({ path: root, exclude: ["*.jpg"] }, { earlier: all.records });
    assert.deepEqual(again.started, [], "what was refused is not tried again while it stays the same");
  }));

ffmpegTest(
  "video keeps the frames before the place where a file breaks off, and says so",
  () =>
    inFolder(async (root) => {
      const encoded = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "5", "-movflags", "+faststart"];
      await ffmpeg(root, ...pattern("64x64", 10, 10), ...encoded, "whole.mp4");
      const whole = Deno.readFileSync(`${root}/whole.mp4`);
      putFile(root, "cut.mp4", whole.slice(0, whole.length * 0.6));
      await ffmpeg(root, ...pattern("64x64", 10, 10), "-c:v", "mjpeg", "whole.mkv");
      const matroska = Deno.readFileSync(`${root}/whole.mkv`);
      putFile(root, "cut.mkv", matroska.slice(0, matroska.length * 0.3));
      const { refused, frames } = outcomeOf(await listed({ path: root }));
      assert.deepEqual(refused, { "cut.mkv": "damaged", "cut.mp4": "damaged" });
      assert.deepEqual([frames["whole.mp4"], frames["whole.mkv"]], [10, 10]);
      for (const [name, least, most] of [["cut.mp4", 3, 7], ["cut.mkv", 2, 4]] as const) {
        const count = frames[name] ?? 0;
        assert.ok(count >= least && count <= most, `${name}: ${count}`);
      }
      const [flaw] = (await listed({ path: `${root}/cut.mp4` })).records;
      assert.match(
        flaw?.broken?.detail ?? "",
        /^The video breaks off at about \d\.\d s, after \d frames; ffmpeg says: /,
      );
      assert.deepEqual(
        outcomeOf(await listed({ path: `${root}/cut.mp4`, end: 3 })).refused,
        {},
        "it has what was asked",
      );
      assert.deepEqual(outcomeOf(await listed({ path: `${root}/whole.mp4`, start: 100 })).refused, {
        "whole.mp4": "no_frames",
      });
    }),
);

ffmpegTest("video reads no address and no other file, whatever a file names", () =>
  inFolder(async (root) => {
    const secret = `${root}/outside/secret.mp4`;
    Deno.mkdirSync(`${root}/outside`);
    Deno.mkdirSync(`${root}/videos`);
    await ffmpeg(root, ...pattern("32x32", 5, 1), secret);
    await ffmpeg(root, ...pattern("32x32", 5, 1), "-f", "mpegts", `${root}/videos/part.ts`);
    for (const number of [1, 2]) {
      await ffmpeg(root, ...pattern("32x32", 1, 1), "-frames:v", "1", `videos/p${number}.png`);
    }
    let asked = 0;
    await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => {
      asked++;
      return new Response(Deno.readFileSync(secret));
    });
    const address = `http://127.0.0.1:${server.addr.port}/secret.mp4`;
    const playlist = (target: string) => `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:1,\n${target}\n#EXT-X-ENDLIST\n`;
    const traps: Record<string, string> = {
      "hls.mp4": playlist(address),
      "hls_file.mp4": playlist(`file://${secret}`),
      "hls_near.mp4": playlist("part.ts"),
      "hls_concat.mp4": playlist(`concat:${secret}|${address}`),
      "list.mp4": `ffconcat version 1.0\nfile '${secret}'\n`,
      "list_near.mp4": "ffconcat version 1.0\nfile part.ts\n",
      "list_net.mp4": `ffconcat version 1.0\nfile '${address}'\n`,
      "dash.mp4": `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period><AdaptationSet>` +
        `<Representation id="1" bandwidth="1"><BaseURL>${address}</BaseURL></Representation></AdaptationSet></Period></MPD>`,
      "sdp.mp4": "v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n",
      "p%d.mp4": "no picture",
      "http:x.mp4": "no video",
      "rtsp.mp4": `[Reference]\nRef1=${address}\n`,
    };
    for (const [name, text] of Object.entries(traps)) putFile(`${root}/videos`, name, text);
    const { refused, frames } = outcomeOf(await listed({ path: `${root}/videos` }));
    assert.deepEqual(frames, { "part.ts": 1 });
    assert.deepEqual(Object.keys(refused).toSorted(), Object.keys(traps).toSorted());
    assert.equal(asked, 0, "nobody was asked for anything");
  }));

ffmpegTest("video gives up a video that takes too much memory or too long", () =>
  inFolder(async (root) => {
    await ffmpeg(root, ...pattern("1280x720", 10, 1), "-preset", "ultrafast", "a.mp4");
    const starved = outcomeOf(await listed({ path: root, memory_mb: 64 }));
    assert.deepEqual([Object.keys(starved.refused), starved.frames], [["a.mp4"], {}]);
    Deno.writeTextFileSync(`${root}/still`, "#!/bin/sh\nexec sleep 1000\n", { mode: 0o755 });
    const still = await listed({ path: root, ffmpeg: `${root}/still`, silence: 1 });
    assert.deepEqual(outcomeOf(still), { refused: { "a.mp4": "stalled" }, frames: {} });
    const later = await listed({ path: root }, { earlier: still.records });
    assert.deepEqual(outcomeOf(later), { refused: {}, frames: { "a.mp4": 1 } }, "that may be gone tomorrow");
  }));

assetTest("video reads files of many makers, and rejects the one that is corrupt", async () => {
  const all = await listed({ path: assetPath("video"), fps: 5, exclude: ["intel*"] });
  const { refused, frames } = outcomeOf(all);
  assert.deepEqual(refused, { "filetype_fixture-corrupt.mkv": "undecodable" });
  assert.deepEqual(Object.keys(frames), [
    "filetype_fixture-mjpeg.mov",
    "filetype_fixture.mkv",
    "filetype_fixture.webm",
  ]);
  const [first] = await recordsOf({ path: assetPath("video/filetype_fixture.webm") });
  assert.equal(first?.facts?.video_codec, "vp8");
});
