// Computes the pixels of images: a file, its edits in order, a raster or another file.
import { ItemError } from "../contract/errors.ts";
import type { Encoding, Image, ImageHeader, PixelUse, Raster } from "../contract/image.ts";
import type { Codec, Source } from "./codec.ts";
import { edited, resizeEdits, sizeOf } from "./edits.ts";
import { saysSrgb } from "./icc.ts";
import { tooLongFor, tooManyPixels } from "./limits.ts";
import { decoded, renderAll, type WholeFile } from "./render_walk.ts";

/** Goes up when the same edits may give other pixels, or another reason why there are none: part of cache keys, beside the codec's identity. */
export const renderVersion = 2;

/** What a picture of an image is made of is its bytes, its edits and the codec, nothing else: neither other images
 *  rendered with it nor edits that come later. A crop of a resized image has exactly the pixels of the resized one.
 *
 *  Rules: `view` pixels are sRGB, an embedded colour profile having been applied; `model` pixels are as stored, as the
 *  tools that models are trained with read them. CMYK becomes sRGB. 16 bits become 8. Grey becomes three equal
 *  channels. Transparency stays a fourth channel in rasters and in PNG and WebP, and is laid on white in JPEG. Of an
 *  animation or a document the first frame or page is taken. A picture is turned by an `orient` edit only. */
export interface Renderer {
  /** The pixels of `image`, whose blob is `bytes`. Throws `ItemError`: `undecodable`, `too_many_pixels`. */
  raster(bytes: Uint8Array, image: Image, use: PixelUse): Promise<Raster>;
  /** One `view` picture for each image, all of which have the blob `bytes`; work they have in common is done once.
   *  An image that cannot be rendered gets the `ItemError` that says why: as above, or `unencodable`. The pictures
   *  carry no metadata. */
  encodeMany(
    bytes: Uint8Array,
    images: readonly Image[],
    encoding: Encoding,
  ): Promise<(Uint8Array | ItemError)[]>;
  /** A small JPEG of `image` that fits into a box of `edge` pixels; never enlarged. Throws `ItemError` as above. */
  thumbnail(bytes: Uint8Array, image: Image, edge: number): Promise<Uint8Array>;
}

export interface RendererOptions {
  /** Images with more pixels, as stored or after any edit, are refused. */
  readonly maxPixels: number;
}

export function createRenderer(codec: Codec, { maxPixels }: RendererOptions): Renderer {
  const fileOf = (bytes: Uint8Array, header: ImageHeader, use: PixelUse): WholeFile => {
    const profile = use === "view" && header.icc && !saysSrgb(bytes, header.format);
    return { from: "file", bytes, header, profile, maxPixels };
  };
  const raster = async (bytes: Uint8Array, image: Image, use: PixelUse) => {
    const file = fileOf(bytes, image.header, use);
    const refuse = (image: Image) => tooManyPixels(image, maxPixels);
    return only(await renderAll({ codec, file, refuse, finish: (source) => pixelsOf(codec, source) }, [image]));
  };
  const encodeMany = async (bytes: Uint8Array, images: readonly Image[], encoding: Encoding) => {
    const [first] = images;
    if (first === undefined) return [];
    const file = fileOf(bytes, first.header, "view");
    const refuse = (image: Image) => tooManyPixels(image, maxPixels) ?? tooLongFor(image, encoding.format);
    return await renderAll({ codec, file, refuse, finish: (source) => encodedOf(codec, source, encoding) }, images);
  };
  const thumbnail = async (bytes: Uint8Array, image: Image, edge: number) => {
    return only(await encodeMany(bytes, [smaller(image, edge)], { format: "jpeg", quality: 80 }));
  };
  return { raster, encodeMany, thumbnail };
}

function smaller(image: Image, edge: number): Image {
  const size = sizeOf(image);
  const fits = size.width <= edge && size.height <= edge;
  return fits ? image : edited(image, ...resizeEdits(size, { width: edge, height: edge }, "contain"));
}

function only<T>(results: readonly (T | ItemError)[]): T {
  const [result] = results;
  if (result === undefined) throw new TypeError("Cannot render: nothing came of it");
  if (result instanceof ItemError) throw result;
  return result;
}

async function pixelsOf(codec: Codec, source: Source): Promise<Raster> {
  if (source.from === "file") return await decoded(codec, source);
  return source.resize === undefined ? source.raster : await codec.pixels(source);
}

/** Only JPEG files are encoded as they are decoded: others may hold transparency or more bits, and a codec that scales
 *  or flattens before it rounds gives other pixels than `raster`. */
async function encodedOf(codec: Codec, source: Source, encoding: Encoding): Promise<Uint8Array> {
  if (source.from === "raster" || source.header.format === "jpeg") return await codec.encoded(source, encoding);
  const raster = await decoded(codec, source);
  return await codec.encoded({ from: "raster", raster }, encoding);
}
