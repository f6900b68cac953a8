// Paints the example frames: deno run --allow-read --allow-write --allow-env --allow-ffi scripts/paint_motogp.ts
import { Image } from "imagescript";
import { withOrientation } from "./motogp/exif.ts";
import { type Frame, frames, noImage } from "./motogp/frames.ts";
import { paintScene } from "./motogp/paint.ts";
import { sceneFor } from "./motogp/scene.ts";

const quality = 74;
/** Share of a truncated file that is left. */
const shareLeft = 0.6;

/** The bytes of a frame's file. */
export async function paintFrame(frame: Frame): Promise<Uint8Array> {
  const { width, height, pixels } = paintScene(sceneFor(frame));
  const isRotated = frame.flaw === "rotated";
  const stored = isRotated ? turnedLeft(pixels, width, height) : pixels;
  const image = isRotated ? new Image(height, width) : new Image(width, height);
  for (let at = 0; at < width * height; at++) {
    image.bitmap.set(stored.subarray(at * 3, at * 3 + 3), at * 4);
    image.bitmap[at * 4 + 3] = 255;
  }
  const jpeg = await image.encodeJPEG(quality);
  if (isRotated) return withOrientation(jpeg, 6);
  return frame.flaw === "truncated" ? jpeg.subarray(0, Math.round(jpeg.length * shareLeft)) : jpeg;
}

/** The picture a quarter turn to the left: turned to the right, as orientation 6 asks, it is upright. */
function turnedLeft(pixels: Uint8Array, width: number, height: number): Uint8Array {
  const turned = new Uint8Array(pixels.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * 3;
      turned.set(pixels.subarray(from, from + 3), ((width - 1 - x) * height + y) * 3);
    }
  }
  return turned;
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
  await Deno.writeTextFile(`${folder}/${noImage.name}.jpg`, noImage.text);
  console.log(`${frames.length + 1} files, ${total} bytes`);
}

if (import.meta.main) await paintAll(Deno.args[0] ?? "examples/motogp");
