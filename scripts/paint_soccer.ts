// Paints the example frames: deno run --allow-read --allow-write --allow-env --allow-ffi scripts/paint_soccer.ts
import { Image } from "imagescript";
import { type Frame, frames } from "./soccer/frames.ts";
import { paintScene } from "./soccer/paint.ts";
import { sceneFor } from "./soccer/scene.ts";

const quality = 84;

/** The bytes of a frame's file. */
export async function paintFrame(frame: Frame): Promise<Uint8Array> {
  const { width, height, pixels } = paintScene(sceneFor(frame));
  const image = new Image(width, height);
  for (let at = 0; at < width * height; at++) {
    image.bitmap.set(pixels.subarray(at * 3, at * 3 + 3), at * 4);
    image.bitmap[at * 4 + 3] = 255;
  }
  return await image.encodeJPEG(quality);
}

async function paintAll(folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  let total = 0;
  for (const frame of frames) {
    const bytes = await paintFrame(frame);
    await Deno.writeFile(`${folder}/${frame.name}.jpg`, bytes);
    console.log(`${frame.name}.jpg  ${bytes.length} bytes`);
    total += bytes.length;
  }
  console.log(`${frames.length} files, ${total} bytes`);
}

if (import.meta.main) await paintAll(Deno.args[0] ?? "examples/soccer");
