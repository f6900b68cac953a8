// Paints the example images of security cameras: deno task paint-cameras
import { Image } from "imagescript";
import { type Frame, frames } from "./cameras/frames.ts";
import { paintFrame } from "./cameras/paint.ts";

const quality = 76;
/** Share of a truncated file that is left. */
const shareLeft = 0.55;

/** The bytes of a frame's file. */
export async function frameFile(frame: Frame): Promise<Uint8Array> {
  const { width, height, pixels } = paintFrame(frame);
  const image = new Image(width, height);
  for (let at = 0; at < width * height; at++) {
    image.bitmap.set(pixels.subarray(at * 3, at * 3 + 3), at * 4);
    image.bitmap[at * 4 + 3] = 255;
  }
  const jpeg = await image.encodeJPEG(quality);
  return frame.flaw === "truncated" ? jpeg.subarray(0, Math.round(jpeg.length * shareLeft)) : jpeg;
}

async function paintAll(folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  let total = 0;
  for (const frame of frames) {
    const bytes = await frameFile(frame);
    await Deno.writeFile(`${folder}/${frame.name}`, bytes);
    console.log(`${frame.name}  ${bytes.length} bytes`);
    total += bytes.length;
  }
  console.log(`${frames.length} files, ${total} bytes`);
}

if (import.meta.main) await paintAll(Deno.args[0] ?? "examples/cameras");
