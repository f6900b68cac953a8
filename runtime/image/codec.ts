// What every codec can do: turn a file or a raster into a raster or a file. Which edits it is asked for, and in which
// order, is decided in `render.ts`; how to do it so that pixels come out right is the codec's part.
import type { Encoding, ImageHeader, Raster, ResizeFilter, Size } from "../contract/image.ts";

/** Part of a raster, in pixels from its top left corner. */
export type Box = Size & { readonly x: number; readonly y: number };

/** The size to scale to, and how: by `lanczos` when nothing is said. */
export type Resize = Size & { readonly filter?: ResizeFilter };

/** An image file and what to do with it while it is decoded: first `crop` or `resize`, never both, then `turn`.
 *  The bytes must stay as they are until the codec is done. */
export type FileSource = {
  readonly from: "file";
  readonly bytes: Uint8Array;
  /** What the bytes say of themselves. */
  readonly header: ImageHeader;
  /** True to convert from the embedded colour profile, if there is one, to sRGB; false to leave the numbers alone. */
  readonly profile: boolean;
  /** The decoder refuses files with more. */
  readonly maxPixels: number;
  /** In pixels of the stored raster. */
  readonly crop?: Box;
  /** In the axes of the stored raster. A codec may decode at a smaller scale to get there. */
  readonly resize?: Resize;
  /** How much of the resized raster is wanted, from its top left corner. Only with `resize` and the turn 1, and without
   *  influence on the pixels that are kept. */
  readonly keep?: Size;
  /** 1 to 8, with the meaning of the EXIF orientation. The orientation in the file itself is never looked at. */
  readonly turn: number;
};

/** Pixels, and the size to scale them to. */
export type RasterSource = { readonly from: "raster"; readonly raster: Raster; readonly resize?: Resize };

export type Source = FileSource | RasterSource;

/** Decodes, scales and encodes. The same source gives the same bytes every time.
 *
 *  Of every file the first frame or page is taken; CMYK becomes sRGB, 16 bits become 8, grey becomes three channels,
 *  and transparency stays as a fourth. */
export interface Codec {
  /** Name and version of everything that makes the pixels; part of cache keys. */
  readonly identity: string;
  /** Throws `ItemError`: `undecodable`, with what the decoder said on one line, or `too_many_pixels`. */
  pixels(source: Source): Promise<Raster>;
  /** The bytes of a picture file: without EXIF, colour profile or any other metadata; a JPEG is baseline with 4:2:0
   *  chroma, ends in FFD9, and has white where the raster is transparent. For rasters, and for JPEG files, equal to
   *  encoding what `pixels` gives. Throws `ItemError` as `pixels` does, and `unencodable`. */
  encoded(source: Source, encoding: Encoding): Promise<Uint8Array>;
}
