// An image: bytes in the store plus edits that have not been rendered yet.
import type { Digest } from "./json.ts";

/** Bytes in the store, named by their SHA-256. `size` in bytes. */
export type BlobRef = { readonly digest: Digest; readonly size: number };

export const imageFormats = ["jpeg", "png", "webp", "gif", "tiff", "avif"] as const;
export type ImageFormat = typeof imageFormats[number];

/** What the header of an image file says, before any pixel is decoded. `width` and `height` are those of the stored
 *  raster, before the EXIF orientation. */
export type ImageHeader = {
  readonly format: ImageFormat;
  readonly width: number;
  readonly height: number;
  /** 1 grey, 2 grey with alpha, 3 colour, 4 colour with alpha or CMYK. */
  readonly channels: number;
  /** Bits a sample: 1, 2, 4, 8, 16, 32. */
  readonly depth: number;
  /** EXIF orientation, 1 (upright) to 8. */
  readonly orientation: number;
  /** Frames of an animation or pages of a document; 1 for a still. */
  readonly pages: number;
  readonly alpha: boolean;
  readonly cmyk: boolean;
  readonly progressive: boolean;
  readonly icc: boolean;
};

/** Black, or a colour: red, green, blue, each 0 to 255. */
export type Rgb = readonly [number, number, number];

export const resizeFilters = ["nearest", "linear", "cubic", "lanczos"] as const;
/** How pixels are weighed when an image is scaled; all but `nearest` average when it gets smaller. */
export type ResizeFilter = typeof resizeFilters[number];

/** One pure operation. Lengths in pixels of the image as it is at that point; origin top left. A resize without a filter
 *  is done by `lanczos`. */
export type Edit =
  | { readonly op: "orient"; readonly value: number }
  | { readonly op: "resize"; readonly width: number; readonly height: number; readonly filter?: ResizeFilter }
  | { readonly op: "crop"; readonly x: number; readonly y: number; readonly width: number; readonly height: number }
  | { readonly op: "flip"; readonly axis: "horizontal" | "vertical" }
  | {
    readonly op: "pad";
    readonly left: number;
    readonly top: number;
    readonly right: number;
    readonly bottom: number;
    readonly color: Rgb;
  }
  | { readonly op: "grayscale" };

/** A blob, its header, and the edits to apply in order. `edits` starts with `orient` unless the image is upright. */
export type Image = {
  readonly blob: BlobRef;
  readonly header: ImageHeader;
  readonly edits: readonly Edit[];
  /** Set when only the start of the file was read: `blob` holds that, `size` is that of the whole file, in bytes. Such an
   *  image has a header and no pixels. */
  readonly head?: { readonly size: number };
};

export type Size = { readonly width: number; readonly height: number };

/** Decoded pixels: 8 bit, rows from the top, `channels` samples a pixel (3: RGB, 4: RGBA). */
export type Raster = Size & { readonly channels: 3 | 4; readonly data: Uint8Array };

/** Who looks at the pixels. `view`: people, colour profiles are applied. `model`: detectors and hashes, they are not. */
export type PixelUse = "view" | "model";

/** How a picture is written. `quality` 1 to 100, for jpeg and webp. With `originals`, an image without edits whose file is
 *  already of the format (upright, 8 bits, one page, no colour profile, no CMYK) is taken over as it is, without its
 *  metadata. */
export type Encoding = {
  readonly format: "jpeg" | "png" | "webp";
  readonly quality: number;
  readonly originals?: true;
};

/** `original`: the bytes as the source gave them where nothing was edited, a PNG where something was. Others are encoded
 *  with the edits applied; `quality` 1 to 100, for jpeg and webp. */
export type FileWish = { readonly format: "original" | Encoding["format"]; readonly quality?: number };

/** An image as a file on this machine, there until it is disposed of. */
export interface ImageFile extends Size, AsyncDisposable {
  /** Absolute. */
  readonly path: string;
  readonly format: ImageFormat;
}
