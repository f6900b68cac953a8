// How an export wants its pictures: options that several exports have in common.
import { z } from "zod";
import type { Encoding } from "../contract/image.ts";

/** Options of an export with pictures, to be spread into its schema. */
export const pictureOptions: {
  readonly format: z.ZodDefault<z.ZodEnum<{ jpeg: "jpeg"; png: "png"; webp: "webp" }>>;
  readonly quality: z.ZodDefault<z.ZodInt>;
  readonly originals: z.ZodDefault<z.ZodBoolean>;
} = {
  format: z.enum(["jpeg", "png", "webp"]).default("jpeg").describe("Format of the pictures"),
  quality: z.int().min(1).max(100).default(90).describe("Quality of jpeg and webp pictures, 1 to 100"),
  originals: z.boolean().default(false).describe(
    "`true` publishes images that nothing was done to as the files that they are, when those have the wanted format: " +
      "pixels are kept to the last bit, metadata is not; they are not decoded, so `validate` belongs before",
  ),
};

/** The options as the engine wants them. */
export function encodingOf(
  { format, quality, originals }: z.output<z.ZodObject<typeof pictureOptions>>,
): Encoding {
  return { format, quality, ...(originals ? { originals } : {}) };
}
