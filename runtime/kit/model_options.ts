// Options that steps with a model share: which file it is, what computes it, how it is fed.
import { z } from "zod";
import { type Backend, backends, type DetectorRequest, type Preprocess } from "../contract/detection.ts";
import { type ResizeFilter, resizeFilters } from "../contract/image.ts";

type Triple = z.ZodTuple<[z.ZodNumber, z.ZodNumber, z.ZodNumber], null>;

const channel: Triple = z.tuple([z.number(), z.number(), z.number()]);
const side: z.ZodInt = z.int().min(1).max(8192);

type PreprocessOptions = z.ZodObject<{
  color: z.ZodOptional<z.ZodEnum<{ rgb: "rgb"; bgr: "bgr" }>>;
  scale: z.ZodOptional<z.ZodNumber>;
  mean: z.ZodOptional<Triple>;
  std: z.ZodOptional<Triple>;
  fit: z.ZodOptional<z.ZodEnum<{ letterbox: "letterbox"; stretch: "stretch" }>>;
  anchor: z.ZodOptional<z.ZodEnum<{ center: "center"; top_left: "top_left" }>>;
  pad: z.ZodOptional<z.ZodNumber>;
  filter: z.ZodOptional<z.ZodEnum<{ [filter in ResizeFilter]: filter }>>;
}, z.core.$strict>;

const preprocess: PreprocessOptions = z.strictObject({
  color: z.enum(["rgb", "bgr"]).optional(),
  scale: z.number().positive().optional(),
  mean: channel.optional(),
  std: channel.optional(),
  fit: z.enum(["letterbox", "stretch"]).optional(),
  anchor: z.enum(["center", "top_left"]).optional(),
  pad: z.number().min(0).max(255).optional(),
  filter: z.enum(resizeFilters).optional(),
});

/** To be spread into a step's own. */
export const modelOptions: {
  readonly sha256: z.ZodOptional<z.ZodString>;
  readonly backend: z.ZodDefault<z.ZodEnum<{ auto: "auto" } & { [backend in Backend]: backend }>>;
  readonly sessions: z.ZodOptional<z.ZodInt>;
  readonly size: z.ZodOptional<z.ZodTuple<[z.ZodInt, z.ZodInt], null>>;
  readonly preprocess: z.ZodOptional<PreprocessOptions>;
} = {
  sha256: z.string().regex(/^[0-9a-f]{64}$/, "write 64 hexadecimal digits").optional()
    .describe("Digest of the weights; a URL needs one"),
  backend: z.enum(["auto", ...backends]).default("auto").describe(
    "What computes the model. `auto`: WebGPU where there is a graphics card, else the CPU natively, else WebAssembly",
  ),
  sessions: z.int().min(1).max(256).optional().describe("Models at work at once; as many as cores when absent"),
  size: z.tuple([side, side]).optional().describe(
    "Width and height of the model's input, where the model leaves it open",
  ),
  preprocess: preprocess.optional().describe(
    "How pixels become the model's input, where that differs from the card: `color`, `scale`, `mean`, `std`, `fit`, " +
      "`anchor`, `pad`, `filter`",
  ),
};

export type ModelOptions = z.output<z.ZodObject<typeof modelOptions>>;

/** The part of a request that these options say. */
export function modelRequest(
  { sha256, backend, sessions, size, preprocess }: ModelOptions,
): Pick<DetectorRequest, "backend" | "sha256" | "sessions" | "size" | "preprocess"> {
  return {
    backend,
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(size === undefined ? {} : { size }),
    ...(preprocess === undefined ? {} : { preprocess: given(preprocess) }),
    ...(sessions === undefined ? {} : { sessions }),
  };
}

function given(asked: NonNullable<ModelOptions["preprocess"]>): Partial<Preprocess> {
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
}
