// Paints scenes as the model will see them, 64 x 64 pixels through the product's own decoder:
// deno run -A scripts/demo_scenes/paint.ts <out.npy> <first seed> <count of each kind>
import sharp from "sharp";
import { digestOf } from "../../runtime/contract/json.ts";
import { edited } from "../../runtime/image/edits.ts";
import { readHeader } from "../../runtime/image/header.ts";
import { openNativeCodec } from "../../runtime/image/native.ts";
import { createRenderer } from "../../runtime/image/render.ts";
import { npyFile } from "../../runtime/kit/npy.ts";
import { type Painted, scenes } from "./scenes.ts";

const side = 64;
const [out = "", first = "", count = ""] = Deno.args;
const renderer = createRenderer(await openNativeCodec(), { maxPixels: 1e8 });
const pictures: Uint8Array[] = [];
for (const [index, paint] of Object.values(scenes).entries()) {
  for (let nth = 0; nth < Number(count); nth++) {
    pictures.push(await seenByModel(paint(Number(first) + 10_000 * index + nth)));
  }
}
const shape = [Object.keys(scenes).length, Number(count), side, side, 3];
await Deno.writeFile(out, npyFile("uint8", shape, Uint8Array.from(pictures.flatMap((picture) => [...picture]))));

async function seenByModel({ width, height, pixels }: Painted): Promise<Uint8Array> {
  const jpeg = await sharp(pixels, { raw: { width, height, channels: 3 } }).jpeg({ quality: 88 }).toBuffer();
  const bytes = new Uint8Array(jpeg);
  const image = { blob: { digest: digestOf(bytes), size: bytes.length }, header: readHeader(bytes), edits: [] };
  const small = edited(image, { op: "resize", width: side, height: side, filter: "linear" });
  return (await renderer.raster(bytes, small, "model")).data;
}
