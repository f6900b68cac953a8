// Small distinct photographs-to-be: noise and gradients, so that no two pictures are alike.
import sharp from "sharp";
import { numbersOf } from "../../runtime/contract/random.ts";

/** Fills a folder with `count` JPEG frames of 320 x 180 pixels, in two sub-folders. */
export async function makeFrames(folder: string, count: number): Promise<void> {
  for (const camera of ["cam1", "cam2"]) await Deno.mkdir(`${folder}/${camera}`, { recursive: true });
  await Promise.all(Array.from({ length: count }, async (_, index) => {
    const random = numbersOf(`frame ${index}`);
    const data = Uint8Array.from({ length: 32 * 18 * 3 }, () => Math.floor(random() * 256));
    const small = sharp(data, { raw: { width: 32, height: 18, channels: 3 } });
    const name = `2024-mugello_race_cam${index % 2 + 1}_${String(index).padStart(6, "0")}.jpg`;
    await small.resize(320, 180).jpeg({ quality: 80 }).toFile(`${folder}/cam${index % 2 + 1}/${name}`);
  }));
}
