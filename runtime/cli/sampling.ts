// A sample of what a source lists, spread evenly, with its pixels at a small size.
import { ItemError, messageOf, TransientError } from "../contract/errors.ts";
import type { Image, Raster } from "../contract/image.ts";
import type { ListedRecord, ReadImage } from "../contract/item.ts";
import { digestOf } from "../contract/json.ts";
import type { Source } from "../contract/plugin.ts";
import { sizeOf } from "../image/edits.ts";
import { readHeader } from "../image/header.ts";
import { openNativeCodec } from "../image/native.ts";
import { createRenderer } from "../image/render.ts";
import { measuresOf } from "../image/quality.ts";
import { smallView } from "../image/small_view.ts";
import type { Measured } from "./calibration.ts";

export type Sample = {
  /** Records that the source listed. */
  readonly listed: number;
  /** In the order of the listing, no more than asked for. */
  readonly records: readonly ListedRecord[];
};

/** Takes every n-th record, n doubling whenever there are too many, and of those again as many as wanted: the same each
 *  time, and never more than twice as many in memory. */
export async function sampleOf(records: AsyncIterable<ListedRecord>, wanted: number): Promise<Sample> {
  let every = 1;
  let listed = 0;
  let taken: ListedRecord[] = [];
  for await (const record of records) {
    if (listed++ % every !== 0) continue;
    taken.push(record);
    if (taken.length < wanted * 2) continue;
    taken = taken.filter((_, at) => at % 2 === 0);
    every *= 2;
  }
  const step = Math.max(1, taken.length / wanted);
  const count = Math.min(wanted, taken.length);
  return { listed, records: Array.from({ length: count }, (_, at) => taken[Math.floor(at * step)] ?? []).flat() };
}

export type Look = Measured | { readonly image: string; readonly reason: string };

/** Looked at together: more would wait for the cores. */
const atOnce = 4;

/** Measures records in their order. `onLook` is called after each. */
export async function measureAll(
  source: Source,
  records: readonly ListedRecord[],
  { maxPixels, signal, onLook }: {
    readonly maxPixels: number;
    readonly signal: AbortSignal;
    readonly onLook: (done: number) => void;
  },
): Promise<Look[]> {
  const { raster } = createRenderer(await openNativeCodec(), { maxPixels });
  const looks: Look[] = [];
  for (let at = 0; at < records.length; at += atOnce) {
    signal.throwIfAborted();
    const some = records.slice(at, at + atOnce);
    looks.push(...await Promise.all(some.map((record) => lookAt(source, record, raster, signal))));
    onLook(looks.length);
  }
  return looks;
}

type Rasterize = (bytes: Uint8Array, image: Image, use: "model") => Promise<Raster>;

async function lookAt(source: Source, record: ListedRecord, raster: Rasterize, signal: AbortSignal): Promise<Look> {
  const { key } = record;
  const flaw = record.broken ?? record.unfit;
  if (flaw !== undefined) return { image: key, reason: flaw.reason };
  try {
    const { bytes, head } = await readOf(source, record, signal);
    if (head !== undefined) return { image: key, reason: "head_only" };
    const image = imageOf(bytes);
    const { width, height } = sizeOf(image);
    return { image: key, aspect: width / height, ...measuresOf(await raster(bytes, smallView(image), "model")) };
  } catch (thrown) {
    if (!(thrown instanceof ItemError || thrown instanceof TransientError)) throw thrown;
    return { image: key, reason: thrown instanceof ItemError ? thrown.code : messageOf(thrown) };
  }
}

async function readOf(source: Source, record: ListedRecord, signal: AbortSignal): Promise<ReadImage> {
  if (record.bytes !== undefined) return { bytes: record.bytes };
  const read = await source.read(record, signal);
  return read instanceof Uint8Array ? { bytes: read } : read;
}

function imageOf(bytes: Uint8Array): Image {
  const header = readHeader(bytes);
  const edits: Image["edits"] = header.orientation > 1 ? [{ op: "orient", value: header.orientation }] : [];
  return { blob: { digest: digestOf(bytes), size: bytes.length }, header, edits };
}
