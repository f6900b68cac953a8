// The codec that uses libvips through sharp: fast, native, and loaded only when it is opened.
import type Sharp from "sharp";
import type { Sharp as SharpImage } from "sharp";
import { InputError, ItemError } from "../contract/errors.ts";
import type { Encoding, Raster } from "../contract/image.ts";
import type { Codec, FileSource, Resize, Source } from "./codec.ts";
import { structureProblem } from "./structure.ts";

/** What `openNativeCodec().identity` will be, known without loading anything. A test holds it to the truth. */
export const nativeIdentity = "sharp 0.35.5, libvips 8.18.7";

const allowedLoaders = [
  "VipsForeignLoadJpegBuffer",
  "VipsForeignLoadPngBuffer",
  "VipsForeignLoadWebpBuffer",
  "VipsForeignLoadNsgifBuffer",
  "VipsForeignLoadTiffBuffer",
  "VipsForeignLoadHeifBuffer",
];

/** Loads sharp and sets it up for the whole process: one thread an image, no cache, and no loader but those of the
 *  six image formats. Throws `InputError` when it cannot be loaded. */
export async function openNativeCodec(): Promise<Codec> {
  const sharp = await loadSharp();
  sharp.concurrency(1);
  sharp.cache(false);
  sharp.block({ operation: ["VipsForeignLoad"] });
  sharp.unblock({ operation: allowedLoaders });
  return {
    identity: nativeIdentity,
    pixels: (source) => pixels(sharp, source),
    encoded: (source, encoding) => encoded(sharp, source, encoding),
  };
}

async function loadSharp(): Promise<typeof Sharp> {
  try {
    return (await import("sharp")).default;
  } catch (cause) {
    // A native addon that may not be loaded says "unsupported platform" or the like, never which permission it lacks.
    throw new InputError(
      'Cannot load the image codec "sharp": it is a native addon, which needs --allow-ffi, --allow-read and ' +
        "--allow-env, and its files as `deno install` puts them",
      [],
      { cause },
    );
  }
}

async function pixels(sharp: typeof Sharp, source: Source): Promise<Raster> {
  const { data, info } = await settled(opened(sharp, source).raw().toBuffer({ resolveWithObject: true }), source);
  const { width, height, channels } = info;
  if (channels !== 3 && channels !== 4) {
    throw new ItemError("undecodable", `Cannot decode image: it has ${channels} channels, not 3 or 4`);
  }
  return { width, height, channels, data: plain(data) };
}

async function encoded(sharp: typeof Sharp, source: Source, encoding: Encoding): Promise<Uint8Array> {
  // sharp lays transparency on white before it scales, whatever it is asked first.
  const twoSteps = source.from === "raster" && source.resize !== undefined && source.raster.channels === 4 &&
    encoding.format === "jpeg";
  const ready: Source = twoSteps ? { from: "raster", raster: await pixels(sharp, source) } : source;
  const image = withEncoding(opened(sharp, ready), encoding);
  return plain(await settled(image.toBuffer(), source));
}

function opened(sharp: typeof Sharp, source: Source): SharpImage {
  if (source.from === "file") return openedFile(sharp, source);
  const { data, width, height, channels } = source.raster;
  const image = sharp(data, { raw: { width, height, channels } });
  const { resize } = source;
  return resize === undefined ? image : resized(image, resize);
}

function openedFile(sharp: typeof Sharp, source: FileSource): SharpImage {
  const { bytes, header, profile, maxPixels, crop, resize, keep, turn } = source;
  const image = sharp(bytes, { ignoreIcc: !profile, failOn: "warning", limitInputPixels: maxPixels });
  // Of deep pictures sharp makes Display P3, unless it is told the profile that it takes for granted elsewhere.
  if (profile && header.icc && header.depth > 8 && header.channels >= 3) {
    image.withIccProfile("srgb", { attach: false });
  }
  if (crop !== undefined) image.extract({ left: crop.x, top: crop.y, width: crop.width, height: crop.height });
  if (resize !== undefined) resized(image, resize);
  // Only from the corner: libvips rounds positions step by step from where a strip begins, so that a cut which moves
  // the left or upper edge changes pixels by a level or two at some sizes.
  if (keep !== undefined) image.extract({ left: 0, top: 0, width: keep.width, height: keep.height });
  return turned(image, turn);
}

function resized(image: SharpImage, { width, height, filter = "lanczos" }: Resize): SharpImage {
  return image.resize(width, height, { fit: "fill", kernel: filter === "lanczos" ? "lanczos3" : filter });
}

/** Asked for after the resize, so that sharp turns last: mirrors first, then quarter turns. */
function turned(image: SharpImage, turn: number): SharpImage {
  switch (turn) {
    case 2:
      return image.flop();
    case 3:
      return image.rotate(180);
    case 4:
      return image.flip();
    case 5:
      return image.flop().rotate(270);
    case 6:
      return image.rotate(90);
    case 7:
      return image.flop().rotate(90);
    case 8:
      return image.rotate(270);
    default:
      return image;
  }
}

function withEncoding(image: SharpImage, { format, quality }: Encoding): SharpImage {
  switch (format) {
    case "jpeg":
      return image.flatten({ background: "#ffffff" }).jpeg({ quality, chromaSubsampling: "4:2:0" });
    case "png":
      return image.png();
    case "webp":
      return image.webp({ quality });
  }
}

/** libvips has one place for the complaints of all threads, so that what it says may be of another image. What enters
 *  a version says only what the file itself tells; the rest is in `cause`. */
async function settled<T>(work: Promise<T>, source: Source): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (source.from !== "file") {
      throw new ItemError("unencodable", "Cannot encode image: the encoder failed", { cause });
    }
    const { bytes, header: { format, width, height }, maxPixels } = source;
    if (width * height > maxPixels) {
      const said = `${width}x${height} exceeds the limit of ${maxPixels} pixels`;
      throw new ItemError("too_many_pixels", `Cannot decode image: ${said}`, { cause });
    }
    const said = structureProblem(bytes, format) ?? `the decoder for ${format} refuses its data`;
    throw new ItemError("undecodable", `Cannot decode image: ${said}`, { cause });
  }
}

/** Without the methods of `Buffer`, some of which differ from those of `Uint8Array`. Shares the memory. */
function plain(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
