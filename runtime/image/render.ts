// Computes the pixels of images: a file, its edits in order, a raster or another file.
import { ItemError } from "../contract/errors.ts";
import type { Edit, Encoding, Image, ImageHeader, PixelUse, Raster } from "../contract/image.ts";
import type { Codec, FileSource, RasterSource, Source } from "./codec.ts";
import { edited, resizeEdits, sizeAfter, sizeOf } from "./edits.ts";
import { saysSrgb } from "./icc.ts";
import { applied } from "./pixels.ts";
import {
  commonLength,
  decodedSize,
  type Decoding,
  decodingOfExact,
  decodingOfHead,
  exactLength,
  headLength,
  keyOf,
  simplified,
  trimmed,
} from "./plan.ts";

/** Goes up when the same edits may give other pixels: part of cache keys, beside the codec's identity. */
export const renderVersion = 1;

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
  const raster = async (bytes: Uint8Array, image: Image, use: PixelUse): Promise<Raster> => {
    const walk = walkOf(codec, bytes, image.header, use, maxPixels, (source) => pixelsOf(codec, image.header, source));
    return one(await rendered(walk, [image]));
  };
  const encodeMany = (bytes: Uint8Array, images: readonly Image[], encoding: Encoding) => {
    const [first] = images;
    if (first === undefined) return Promise.resolve([]);
    const finish = (source: Source) => encodedOf(codec, first.header, source, encoding);
    return rendered(walkOf(codec, bytes, first.header, "view", maxPixels, finish), images);
  };
  const thumbnail = async (bytes: Uint8Array, image: Image, edge: number) => {
    const encoding = { format: "jpeg", quality: 80 } as const;
    return one(await encodeMany(bytes, [smaller(image, edge)], encoding));
  };
  return { raster, encodeMany, thumbnail };
}

function smaller(image: Image, edge: number): Image {
  const size = sizeOf(image);
  const fits = size.width <= edge && size.height <= edge;
  return fits ? image : edited(image, ...resizeEdits(size, { width: edge, height: edge }, "contain"));
}

function one<T>(results: readonly (T | ItemError)[]): T {
  const [result] = results;
  if (result === undefined) throw new TypeError("Cannot render: nothing came of it");
  if (result instanceof ItemError) throw result;
  return result;
}

/** All that stays the same while the images of one file are rendered. */
type Walk<T> = {
  readonly codec: Codec;
  readonly header: ImageHeader;
  readonly maxPixels: number;
  readonly file: Omit<FileSource, keyof Decoding>;
  readonly finish: (source: Source) => Promise<T>;
};

/** An image on its way: which one it is, and the edits that are still to do. */
type Branch = { readonly index: number; readonly edits: readonly Edit[] };

type Results<T> = (T | ItemError)[];

function walkOf<T>(
  codec: Codec,
  bytes: Uint8Array,
  header: ImageHeader,
  use: PixelUse,
  maxPixels: number,
  finish: (source: Source) => Promise<T>,
): Walk<T> {
  const profile = use === "view" && header.icc && !saysSrgb(bytes, header.format);
  return { codec, header, maxPixels, file: { from: "file", bytes, header, profile, maxPixels }, finish };
}

async function rendered<T>(walk: Walk<T>, images: readonly Image[]): Promise<Results<T>> {
  const results: Results<T> = new Array(images.length);
  const branches: Branch[] = [];
  images.forEach((image, index) => {
    const problem = tooLarge(image, walk.maxPixels);
    if (problem !== undefined) results[index] = problem;
    else branches.push({ index, edits: simplified(image.edits) });
  });
  for (const group of grouped(branches, (edits) => edits.slice(0, headLength(edits)))) {
    await settle(results, group, () => fromFile(walk, results, group));
  }
  return results;
}

/** Branches that start alike, together. */
function grouped(branches: readonly Branch[], startOf: (edits: readonly Edit[]) => readonly Edit[]): Branch[][] {
  const groups = new Map<string, Branch[]>();
  for (const branch of branches) {
    const key = keyOf(startOf(branch.edits));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [branch]);
    else group.push(branch);
  }
  return [...groups.values()];
}

/** Does the work for a group; an `ItemError` is then the result of every image of it that has none yet. */
async function settle<T>(results: Results<T>, group: readonly Branch[], work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ItemError)) throw error;
    for (const { index } of group) results[index] ??= error;
  }
}

async function fromFile<T>(walk: Walk<T>, results: Results<T>, group: readonly Branch[]): Promise<void> {
  const lists = group.map(({ edits }) => edits);
  const common = lists[0]?.slice(0, commonLength(lists)) ?? [];
  const head = headLength(common);
  const done = head > 0 ? head : exactLength(common);
  const rest = shortened(group, done);
  const decoding = head > 0
    ? trimmed(decodingOfHead(common.slice(0, head)), rest.map(({ edits }) => edits))
    : decodingOfExact(walk.header, common.slice(0, done));
  const source: FileSource = { ...walk.file, ...decoding };
  if (rest.every(({ edits }) => edits.length === 0)) return await finished(walk, results, rest, source);
  const raster = await decoded(walk.codec, walk.header, source);
  await fromRaster(walk, results, rest, raster);
}

async function fromRaster<T>(walk: Walk<T>, results: Results<T>, group: readonly Branch[], raster: Raster) {
  for (const same of grouped(group, (edits) => edits.slice(0, 1))) {
    await settle(results, same, () => oneEdit(walk, results, same, raster));
  }
}

/** `group`: branches whose next edit is the same. */
async function oneEdit<T>(walk: Walk<T>, results: Results<T>, group: readonly Branch[], raster: Raster): Promise<void> {
  const edit = group[0]?.edits[0];
  if (edit === undefined) return await finished(walk, results, group, { from: "raster", raster });
  const rest = shortened(group, 1);
  if (edit.op !== "resize") return await fromRaster(walk, results, rest, applied(raster, edit));
  const { width, height } = edit;
  const source: RasterSource = { from: "raster", raster, resize: { width, height } };
  if (rest.every(({ edits }) => edits.length === 0)) return await finished(walk, results, rest, source);
  await fromRaster(walk, results, rest, await walk.codec.pixels(source));
}

function shortened(group: readonly Branch[], done: number): Branch[] {
  return group.map(({ index, edits }) => ({ index, edits: edits.slice(done) }));
}

/** Equal images share one result. */
async function finished<T>(walk: Walk<T>, results: Results<T>, group: readonly Branch[], source: Source) {
  const result = await walk.finish(source);
  for (const { index } of group) results[index] = result;
}

async function pixelsOf(codec: Codec, header: ImageHeader, source: Source): Promise<Raster> {
  if (source.from === "file") return await decoded(codec, header, source);
  return source.resize === undefined ? source.raster : await codec.pixels(source);
}

/** Only JPEG files are encoded as they are decoded: others may hold transparency or more bits, and a codec that scales
 *  or flattens before it rounds gives other pixels than `raster`. */
async function encodedOf(codec: Codec, header: ImageHeader, source: Source, encoding: Encoding): Promise<Uint8Array> {
  if (source.from === "file" && header.format !== "jpeg") {
    const raster = await decoded(codec, header, source);
    return await codec.encoded({ from: "raster", raster }, encoding);
  }
  return await codec.encoded(source, encoding);
}

function tooLarge(image: Image, maxPixels: number): ItemError | undefined {
  let size = { width: image.header.width, height: image.header.height };
  for (const edit of [undefined, ...image.edits]) {
    if (edit !== undefined) size = sizeAfter(size, [edit]);
    if (size.width * size.height <= maxPixels) continue;
    const when = edit === undefined ? "it has" : `after ${edit.op} it has`;
    const said = `${when} ${size.width} x ${size.height} pixels, more than ${maxPixels}`;
    return new ItemError("too_many_pixels", `Cannot render image: ${said}`);
  }
  return undefined;
}

async function decoded(codec: Codec, header: ImageHeader, source: FileSource): Promise<Raster> {
  const raster = await codec.pixels(source);
  const { width, height } = decodedSize(header, source);
  // A header that promises another size than the decoder gives would put every crop in the wrong place.
  if (raster.width === width && raster.height === height) return raster;
  const said = `the decoder gives ${raster.width} x ${raster.height} pixels where the header says ${width} x ${height}`;
  throw new ItemError("undecodable", `Cannot decode image: ${said}`);
}
