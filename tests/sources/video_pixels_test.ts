// What the frames of `sources/video.ts` look like: upright, in the right colours, as other decoders see them.
import assert from "node:assert/strict";
import type { ListedRecord } from "../../runtime/plugin.ts";
import { assetPath, assetTest } from "../assets.ts";
import { inFolder } from "../temp_folder.ts";
import { ffmpeg, ffmpegTest, pattern } from "./ffmpeg.ts";
import { assertNear, colorAt, recordsOf, sizeOfFrame } from "./videos.ts";

const patches = { red: [190, 60, 50], green: [50, 170, 60], blue: [50, 70, 190], grey: [128, 128, 128] } as const;

/** Four patches side by side, from known RGB values. */
function patchesOf(): string[] {
  const hex = Object.values(patches).map((rgb) => rgb.map((value) => value.toString(16).padStart(2, "0")).join(""));
  return [
    ...hex.flatMap((color) => ["-f", "lavfi", "-i", `color=c=0x${color}:s=32x64:r=5:d=1,format=gbrp`]),
    "-filter_complex",
  ];
}

async function checkPatches(root: string, file: string, size: readonly [number, number]): Promise<void> {
  for (const format of ["jpeg", "png"]) {
    const [frame] = await recordsOf({ path: `${root}/${file}`, format });
    assert.ok(frame?.bytes !== undefined, `${file}: ${frame?.broken?.detail}`);
    assert.deepEqual(await sizeOfFrame(frame), size);
    for (const [index, [name, rgb]] of Object.entries(patches).entries()) {
      const found = await colorAt(frame, [index / 4 + 0.08, 0.3, 0.08, 0.4]);
      assertNear(found, rgb, 5, `${file}, ${format}, ${name}`);
    }
  }
}

ffmpegTest(
  "video gives the colours that were recorded, whatever matrix, range and depth they are stored in",
  () =>
    inFolder(async (root) => {
      const kinds: Record<string, { matrix: string; range: string; pixels: string; codec: string[] }> = {
        "601.mp4": { matrix: "bt601", range: "tv", pixels: "yuv420p", codec: ["libx264", "-colorspace", "smpte170m"] },
        "709.mp4": { matrix: "bt709", range: "tv", pixels: "yuv420p", codec: ["libx264", "-colorspace", "bt709"] },
        "full.mp4": { matrix: "bt709", range: "pc", pixels: "yuv420p", codec: ["libx264", "-colorspace", "bt709"] },
        "422.mkv": { matrix: "bt709", range: "tv", pixels: "yuv422p", codec: ["ffv1", "-colorspace", "bt709"] },
        "ten.mkv": { matrix: "bt709", range: "tv", pixels: "yuv420p10le", codec: ["ffv1", "-colorspace", "bt709"] },
        "mjpeg.avi": { matrix: "bt601", range: "pc", pixels: "yuvj420p", codec: ["mjpeg", "-q:v", "2"] },
      };
      for (const [file, { matrix, range, pixels, codec }] of Object.entries(kinds)) {
        const graph = `hstack=inputs=4,scale=out_color_matrix=${matrix}:out_range=${range},format=${pixels}`;
        const tags = ["-color_range", range, "-c:v", ...codec];
        await ffmpeg(root, ...patchesOf(), graph, ...tags, file);
        await checkPatches(root, file, [128, 64]);
      }
    }),
);

ffmpegTest("video turns frames as the video says, or leaves them", () =>
  inFolder(async (root) => {
    const halves = "color=red:s=64x32:r=5:d=1[a];color=blue:s=64x32:r=5:d=1[b];[a][b]vstack";
    await ffmpeg(root, "-f", "lavfi", "-i", halves, "-c:v", "libx264", "plain.mp4");
    const top = [0.2, 0.05, 0.6, 0.15] as const;
    const left = [0.05, 0.2, 0.15, 0.6] as const;
    const red = [254, 0, 0];
    const blue = [0, 0, 254];
    const plain = Deno.readFileSync(`${root}/plain.mp4`);
    const cases = [["90", left, blue], ["180", top, blue], ["270", left, red]] as const;
    for (const [degrees, place, color] of cases) {
      Deno.writeFileSync(`${root}/turned.mp4`, turnedClockwise(plain, Number(degrees)));
      const [turned] = await recordsOf({ path: `${root}/turned.mp4` });
      const [stored] = await recordsOf({ path: `${root}/turned.mp4`, rotate: "none" });
      assert.ok(turned?.facts !== undefined && stored?.facts !== undefined);
      const found = await colorAt(turned, place);
      const other = degrees === "180" ? undefined : await colorAt(turned, [0.8, 0.2, 0.15, 0.6]);
      if (other !== undefined) assertNear(other, color === red ? blue : red, 12, `${degrees}, the other side`);
      assertNear(found, color, 12, degrees);
      assertNear(await colorAt(stored, top), red, 12, `${degrees}, as stored`);
      const size = await sizeOfFrame(turned);
      assert.deepEqual([turned.facts.video_width, turned.facts.video_height], size);
    }
    const [frame] = await recordsOf({ path: `${root}/turned.mp4`, size: [32, 1000] });
    assert.ok(frame !== undefined);
    assert.equal((await sizeOfFrame(frame))[0], 32, "scaled after turning");
  }));

/** An MP4 whose display matrix says that it is to be turned. */
function turnedClockwise(file: Uint8Array, degrees: number): Uint8Array {
  const turned = file.slice();
  const box = new TextDecoder("latin1").decode(file).indexOf("tkhd");
  const matrix = new DataView(turned.buffer, box + 4 + 40);
  const [cos, sin] = [Math.round(Math.cos(degrees * Math.PI / 180)), Math.round(Math.sin(degrees * Math.PI / 180))];
  for (const [index, value] of [cos, sin, 0, -sin, cos].entries()) matrix.setInt32(index * 4, value << 16);
  return turned;
}

ffmpegTest("video takes interlaced fields apart", () =>
  inFolder(async (root) => {
    // A bright bar that jumps: two fields woven together show it twice, as a comb.
    const graph = "color=black:s=128x64:r=20:d=1[a];color=white:s=16x64:r=20:d=1[b];" +
      "[a][b]overlay=x='mod(n*24,96)',format=yuv420p,tinterlace=mode=interleave_top,setfield=tff";
    const flags = ["-c:v", "mpeg2video", "-flags", "+ilme+ildct", "-q:v", "2", "-top", "1"];
    await ffmpeg(root, "-f", "lavfi", "-i", graph, ...flags, "a.mpg");
    const frames = (await recordsOf({ path: `${root}/a.mpg`, every: 1, format: "png" })).filter(({ bytes }) => bytes);
    assert.ok(frames.length >= 8, `${frames.length} frames`);
    const worst = Math.max(...await Promise.all(frames.slice(1).map(combOf)));
    assert.ok(worst < 60, `rows differ by ${worst}`);
  }));

/** How much rows differ from the mean of their neighbours at most, in a column, on average. */
async function combOf(frame: ListedRecord): Promise<number> {
  const { default: sharp } = await import("sharp");
  const raw = await sharp(frame.bytes).greyscale().raw().toBuffer({ resolveWithObject: true });
  const { data, info: { width, height } } = raw;
  let worst = 0;
  for (let x = 0; x < width; x++) {
    let sum = 0;
    for (let y = 1; y < height - 1; y++) {
      const at = (row: number) => data[row * width + x] ?? 0;
      sum += Math.abs(at(y) - (at(y - 1) + at(y + 1)) / 2);
    }
    worst = Math.max(worst, sum / (height - 2));
  }
  return worst;
}

ffmpegTest("video gives frames without a word about where they come from", () =>
  inFolder(async (root) => {
    await ffmpeg(
      root,
      ...pattern("32x32", 5, 1),
      "-metadata",
      "comment=secret",
      "-metadata",
      "location=+48.1",
      "a.mp4",
    );
    for (const format of ["jpeg", "png"]) {
      const [frame] = await recordsOf({ path: `${root}/a.mp4`, format });
      const text = new TextDecoder("latin1").decode(frame?.bytes);
      assert.doesNotMatch(text, /secret|48\.1|Lavc|Exif|tEXt/);
    }
  }));

assetTest("video gives the frames that OpenCV gives, at the same times", async () => {
  const path = assetPath("video/intel_car-detection.mp4");
  const records = await recordsOf({ path, every: 40, format: "png" });
  const code = `
import cv2, json, sys
video = cv2.VideoCapture(sys.argv[1])
found, index = [], 0
while True:
    good, frame = video.read()
    if not good: break
    time = video.get(cv2.CAP_PROP_POS_MSEC)
    if index % 40 == 0:
        found.append([round(time), *frame[100:300, 200:500, ::-1].reshape(-1, 3).mean(axis=0).tolist()])
    index += 1
print(json.dumps(found))`;
  const python = new Deno.Command("/usr/bin/python3", { args: ["-c", code, path] });
  const { stdout, stderr, success } = await python.output();
  const complaint = new TextDecoder().decode(stderr);
  if (!success && /No module named/.test(complaint)) return console.warn("Left out: python3-opencv is not installed");
  assert.ok(success, complaint);
  const theirs: [number, number, number, number][] = JSON.parse(new TextDecoder().decode(stdout));
  assert.equal(records.length, theirs.length);
  for (const [index, [time, ...color]] of theirs.entries()) {
    const record = records[index];
    assert.ok(record !== undefined);
    assert.equal(Math.round(Number(record.facts?.time) * 1000), time);
    assertNear(await colorAt(record, [200 / 768, 100 / 432, 300 / 768, 200 / 432]), color, 1.5, `at ${time} ms`);
  }
});
