// Paints pictures to train and to measure the demo model with, and notes the boxes around what they show:
// deno run -A scripts/demo_model/make_data.ts <folder> <painter> <first seed> <count>
import { Image } from "imagescript";
import { type Painted, painters } from "./painters.ts";

const [folder, name = "", first = "", count = ""] = Deno.args;
const paint = painters[name];
if (folder === undefined || paint === undefined) {
  throw new TypeError(`Cannot paint "${name}": give a folder, one of ${Object.keys(painters)}, a seed and a count`);
}
await Deno.mkdir(folder, { recursive: true });
for (let seed = Number(first); seed < Number(first) + Number(count); seed++) {
  const painted = paint(seed);
  const file = `${name}_${seed}.jpg`;
  await Deno.writeFile(`${folder}/${file}`, await jpegOf(painted));
  const line = JSON.stringify({ file, boxes: painted.boxes });
  await Deno.writeTextFile(`${folder}/boxes.jsonl`, line + "\n", { append: true });
}

async function jpegOf({ width, height, pixels }: Painted): Promise<Uint8Array> {
  const image = new Image(width, height);
  for (let at = 0; at < width * height; at++) {
    image.bitmap.set(pixels.subarray(at * 3, at * 3 + 3), at * 4);
    image.bitmap[at * 4 + 3] = 255;
  }
  return await image.encodeJPEG(88);
}
