// Paints the example video: deno task paint-video
import { film, filmScene } from "./street/film.ts";
import { paintScene } from "./street/paint.ts";

/** Small enough to be committed; what is lost shows in shadows only. */
const compression = ["-c:v", "libx264", "-preset", "veryslow", "-crf", "27", "-pix_fmt", "yuv420p", "-g", "50"];
/** Colours as televisions have them, said in the file; no word about who encoded it. */
const colors = [
  "-vf",
  "scale=out_color_matrix=bt709:out_range=tv",
  "-colorspace",
  "bt709",
  "-color_primaries",
  "bt709",
];
const plain = ["-color_trc", "bt709", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-threads", "1"];

/** Frames in which nothing moves are painted once. */
function* paintFrames(): Generator<Uint8Array> {
  let before = "";
  let pixels = new Uint8Array();
  for (let frame = 0; frame < film.fps * film.seconds; frame++) {
    const scene = filmScene(frame);
    const text = JSON.stringify(scene);
    if (text !== before) pixels = new Uint8Array(paintScene(scene).pixels);
    before = text;
    yield pixels;
  }
}

async function paintVideo(path: string): Promise<void> {
  const input = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", `${film.width}x${film.height}`, "-r", String(film.fps)];
  const args = ["-v", "error", "-y", ...input, "-i", "pipe:0", ...colors, ...compression, ...plain];
  const command = new Deno.Command("ffmpeg", { args: [...args, "-movflags", "+faststart", path], stdin: "piped" });
  const encoder = command.spawn();
  const writer = encoder.stdin.getWriter();
  for (const pixels of paintFrames()) await writer.write(pixels);
  await writer.close();
  const { success } = await encoder.status;
  if (!success) throw new Error(`Cannot paint "${path}": ffmpeg failed`);
  console.log(`${path}  ${Deno.statSync(path).size} bytes`);
}

if (import.meta.main) {
  const folder = Deno.args[0] ?? "examples/video";
  await Deno.mkdir(folder, { recursive: true });
  await paintVideo(`${folder}/harbour-street.mp4`);
}
