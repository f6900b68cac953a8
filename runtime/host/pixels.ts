// Bytes and pixels for whoever asks: read once while they are in use, decoded once.
import { ItemError } from "../contract/errors.ts";
import type { Image, PixelUse, Raster } from "../contract/image.ts";
import { digestOfJson } from "../contract/json.ts";
import { sizeOf } from "../image/edits.ts";

export interface PixelsHost {
  bytes(image: Image): Promise<Uint8Array>;
  pixels(image: Image, use: PixelUse): Promise<Raster>;
  /** Bytes that were just read, kept for those who ask next. */
  remember(digest: string, bytes: Uint8Array): void;
}

export type PixelsDeps = {
  readonly read: (digest: string) => Promise<Uint8Array>;
  /** Decodes and applies edits. Called only when pixels are wanted, so that a run without pixels loads no codec. */
  readonly raster: (bytes: Uint8Array, image: Image, use: PixelUse) => Promise<Raster>;
};

/** Bytes of files kept at hand. */
const keptBytes = 128 * 1024 * 1024;
/** Bytes of pixels kept at hand: a model and an export that want the same small pictures share them. */
const keptPixels = 64 * 1024 * 1024;

export function createPixelsHost({ read, raster }: PixelsDeps): PixelsHost {
  const files = createKept<Uint8Array>(keptBytes, (bytes) => bytes.length);
  const rasters = createKept<KeptRaster>(keptPixels, ({ weight }) => weight);
  const bytes = async (image: Image) => {
    if (image.head !== undefined) throw headOnly(image.head.size);
    const { digest } = image.blob;
    const known = files.get(digest);
    if (known !== undefined) return known;
    const found = await read(digest);
    files.set(digest, found);
    return found;
  };
  return {
    bytes,
    remember: (digest, content) => files.set(digest, content),
    pixels(image, use) {
      const key = digestOfJson({ blob: image.blob.digest, edits: image.edits, use });
      const known = rasters.get(key);
      if (known !== undefined) return known.made;
      const made = bytes(image).then((content) => raster(content, image, use));
      made.catch(() => {}); // parked: whoever asked gets the same rejection
      const { width, height } = sizeOf(image);
      rasters.set(key, { made, weight: 4 * width * height });
      return made;
    },
  };
}

type KeptRaster = { readonly made: Promise<Raster>; readonly weight: number };

function headOnly(size: number): ItemError {
  const what = `only the start of its ${size} bytes was read; have the source read all of it`;
  return new ItemError("head_only", `Cannot read the image: ${what}`);
}

interface Kept<T> {
  get(key: string): T | undefined;
  set(key: string, value: T): void;
}

/** Keeps the most recently used values up to a total weight. */
function createKept<T>(most: number, weightOf: (value: T) => number): Kept<T> {
  const kept = new Map<string, T>();
  let weight = 0;
  const forget = (key: string) => {
    const value = kept.get(key);
    if (value === undefined) return;
    kept.delete(key);
    weight -= weightOf(value);
  };
  return {
    get(key) {
      const value = kept.get(key);
      if (value === undefined) return undefined;
      kept.delete(key);
      kept.set(key, value);
      return value;
    },
    set(key, value) {
      forget(key);
      kept.set(key, value);
      weight += weightOf(value);
      while (weight > most && kept.size > 1) {
        const oldest = kept.keys().next();
        if (oldest.done) return;
        forget(oldest.value);
      }
    },
  };
}
