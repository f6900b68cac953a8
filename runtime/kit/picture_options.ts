// How an export wants its pictures: options that several exports have in common.
import { z } from "zod";

/** Options of an export with pictures, to be spread into its schema. As parsed they are an `Encoding`. */
export const pictureOptions: {
  readonly format: z.ZodDefault<z.ZodEnum<{ jpeg: "jpeg"; png: "png"; webp: "webp" }>>;
  readonly quality: z.ZodDefault<z.ZodInt>;
} = {
  format: z.enum(["jpeg", "png", "webp"]).default("jpeg").describe("Format of the pictures"),
  quality: z.int().min(1).max(100).default(90).describe("Quality of jpeg and webp pictures, 1 to 100"),
};
