// Small pictures for tests, made when they are needed, and the real parts that read them.
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { openModels, openWeightsCache } from "../../runtime/detect/open_detectors.ts";
import { createSessions } from "../../runtime/detect/sessions/spawn.ts";
import { readHeader } from "../../runtime/image/header.ts";
import { openNativeCodec } from "../../runtime/image/native.ts";
import { createRenderer, type Renderer } from "../../runtime/image/render.ts";
import { digestOf, type Facts, type Item, type ItemHost } from "../../runtime/plugin.ts";
import { createProgramsHost } from "../../runtime/host/programs.ts";
import { itemRandom } from "../../runtime/host/random.ts";

/** A JPEG with a colourful gradient. Sizes in pixels. */
export async function paintedJpeg(width: number, height: number): Promise<Uint8Array> {
  const data = new Uint8Array(width * height * 3);
  for (let at = 0; at < width * height; at++) {
    const x = at % width / width;
    const y = Math.floor(at / width) / height;
    data.set([Math.round(255 * x), Math.round(255 * y), Math.round(255 * (1 - x))], at * 3);
  }
  return await encodedRaw(data, width, height, 3);
}

/** A JPEG of one shade of grey a column, stored with one channel or with three. */
export async function greyJpeg(width: number, height: number, channels: 1 | 3): Promise<Uint8Array> {
  const data = new Uint8Array(width * height * channels);
  for (let at = 0; at < data.length; at++) data[at] = Math.floor(at / channels) % width;
  return await encodedRaw(data, width, height, channels);
}

async function encodedRaw(data: Uint8Array, width: number, height: number, channels: 1 | 3): Promise<Uint8Array> {
  return new Uint8Array(await sharp(data, { raw: { width, height, channels } }).jpeg({ quality: 90 }).toBuffer());
}

/** The item that a source with these bytes would give. */
export function itemFrom(bytes: Uint8Array, facts: Facts = {}): Item {
  const blob = { digest: digestOf(bytes), size: bytes.length };
  return { key: "painted.jpg", child: "", image: { blob, header: readHeader(bytes), edits: [] }, facts };
}

let renderer: Promise<Renderer> | undefined;

/** The renderer of the native codec, opened once. */
export async function sharedRenderer(): Promise<Renderer> {
  renderer ??= openNativeCodec().then((codec) => createRenderer(codec, { maxPixels: 1e8 }));
  return await renderer;
}

/** The host of an item step whose items all have these bytes. */
export async function hostOf(bytes: Uint8Array): Promise<ItemHost> {
  const { raster } = await sharedRenderer();
  return {
    random: itemRandom(7, "step"),
    bytes: () => Promise.resolve(bytes),
    pixels: (image, use) => raster(bytes, image, use),
    ...openModels({
      root: fileURLToPath(new URL("../..", import.meta.url)),
      weights: openWeightsCache({}),
      spawn: createSessions().spawn,
      raster: (image) => raster(bytes, image, "model"),
      log: () => {},
    }),
    file: () => Promise.reject(new TypeError("Cannot write the image to a file: no example should need one")),
    programs: createProgramsHost({ env: Deno.env.toObject(), folder: Deno.cwd() }),
    log: () => {},
  };
}
