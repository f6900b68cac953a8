// Renders many images of one file at once, so that what their edits have in common is done once. The order of work
// never changes a pixel: see `plan.ts` for where work may be divided.
import { ItemError } from "../contract/errors.ts";
import type { Edit, Image, Raster } from "../contract/image.ts";
import type { Codec, FileSource, RasterSource, Source } from "./codec.ts";
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

/** A file before it is decided what its decoder is asked to do. */
export type WholeFile = Omit<FileSource, keyof Decoding>;

/** All that stays the same while the images of one file are rendered. */
export type Walk<T> = {
  readonly codec: Codec;
  readonly file: WholeFile;
  /** Why an image is not even begun. */
  readonly refuse: (image: Image) => ItemError | undefined;
  /** Makes the result of what is left to do once no edit is. */
  readonly finish: (source: Source) => Promise<T>;
};

/** An image on its way: which one it is, and the edits that are still to do. */
type Branch = { readonly index: number; readonly edits: readonly Edit[] };

type Results<T> = (T | ItemError)[];

/** A result for each image, in their order. Throws what is no `ItemError`. */
export async function renderAll<T>(walk: Walk<T>, images: readonly Image[]): Promise<Results<T>> {
  const results: Results<T> = new Array(images.length);
  const branches: Branch[] = [];
  images.forEach((image, index) => {
    const problem = walk.refuse(image);
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
    : decodingOfExact(walk.file.header, common.slice(0, done));
  const source: FileSource = { ...walk.file, ...decoding };
  if (rest.every(({ edits }) => edits.length === 0)) return await finished(walk, results, rest, source);
  const raster = await decoded(walk.codec, source);
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
  const { op: _, ...resize } = edit;
  const source: RasterSource = { from: "raster", raster, resize };
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

/** The pixels of a file. Throws `ItemError` when they are not as many as its header says: every crop would be in the
 *  wrong place. */
export async function decoded(codec: Codec, source: FileSource): Promise<Raster> {
  const raster = await codec.pixels(source);
  const { width, height } = decodedSize(source.header, source);
  if (raster.width === width && raster.height === height) return raster;
  const said = `the decoder gives ${raster.width} x ${raster.height} pixels where the header says ${width} x ${height}`;
  throw new ItemError("undecodable", `Cannot decode image: ${said}`);
}
