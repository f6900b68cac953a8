// Images as files, for steps that hand them to other programs.
import { ItemError } from "../contract/errors.ts";
import type { Encoding, FileWish, Image, ImageFile, ImageFormat } from "../contract/image.ts";
import { digestOfJson } from "../contract/json.ts";
import type { LentFiles } from "../host/lent_files.ts";
import { sizeOf } from "../image/edits.ts";
import type { Codec } from "./codec_door.ts";

export type ImageFilesDeps = {
  readonly files: LentFiles;
  readonly bytes: (image: Image) => Promise<Uint8Array>;
  readonly codec: Pick<Codec, "encodeMany">;
};

const usualQuality = 95;
const extensions: Partial<Record<ImageFormat, string>> = { jpeg: "jpg", tiff: "tif" };

/** The image as a file; see `ItemHost.file`. */
export async function imageFile(
  { files, bytes, codec }: ImageFilesDeps,
  image: Image,
  wish: FileWish,
): Promise<ImageFile> {
  const isAsItWas = wish.format === "original" && image.edits.length === 0;
  const encoding = encodingOf(wish);
  const format = isAsItWas ? image.header.format : encoding.format;
  const key = digestOfJson(
    isAsItWas ? { blob: image.blob.digest } : { blob: image.blob.digest, edits: image.edits, encoding },
  );
  const name = `${key.slice(0, 32)}.${extensions[format] ?? format}`;
  const file = await files.lend(name, async () => {
    const content = await bytes(image);
    return isAsItWas ? content : await encoded(codec, content, image, encoding);
  });
  return { path: file.path, ...sizeOf(image), format, [Symbol.asyncDispose]: () => file[Symbol.asyncDispose]() };
}

function encodingOf({ format, quality = usualQuality }: FileWish): Encoding {
  return { format: format === "original" ? "png" : format, quality };
}

async function encoded(
  { encodeMany }: Pick<Codec, "encodeMany">,
  bytes: Uint8Array,
  image: Image,
  encoding: Encoding,
): Promise<Uint8Array> {
  const [made] = await encodeMany(bytes, [image], encoding);
  if (made instanceof Uint8Array) return made;
  throw made ?? new ItemError("undecodable", "Cannot write the image to a file: the codec gave nothing");
}
