// The codec as a run sees it: named at once, loaded only when pixels are wanted.
import type { ItemError } from "../contract/errors.ts";
import type { Encoding, Image } from "../contract/image.ts";

export interface Codec {
  /** Library and versions; enters every key. */
  readonly identity: string;
  encodeMany(
    bytes: Uint8Array,
    images: readonly Image[],
    encoding: Encoding,
  ): Promise<readonly (Uint8Array | ItemError)[]>;
  thumbnail(bytes: Uint8Array, image: Image, edge: number): Promise<Uint8Array>;
}
