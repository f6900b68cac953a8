import {
  defineItemStep,
  type Image,
  imageFormats,
  type ItemHost,
  keep,
  type Measures,
  measuresOf,
  type Raster,
  reject,
  type Size,
  sizeOf,
  smallView,
  soundLimits,
  structureProblem,
  type Verdict,
  z,
} from "../runtime/plugin.ts";

const size = z.tuple([z.int().min(1), z.int().min(1)]);
const level = z.number().min(0).max(255);
const options = z.strictObject({
  formats: z.array(z.enum(imageFormats)).min(1).default([...imageFormats]).describe(
    "File formats that are let through",
  ),
  min_size: size.optional().describe("Least width and height in pixels, as the image stands upright"),
  max_size: size.optional().describe("Greatest width and height in pixels, as the image stands upright"),
  max_aspect: z.number().min(1).optional().describe("Greatest ratio of the longer side to the shorter one"),
  color: z.boolean().default(false)
    .describe("Whether the picture must show colour; one that is stored in colour but shows only grey does not"),
  structure: z.boolean().default(true)
    .describe("Whether the file is checked from end to end for parts that are missing, cut off or out of place"),
  not_blank: z.boolean().default(false).describe(
    `Whether pictures are rejected that are of one colour: ${percent(soundLimits.uniform)} of the pixels or more`,
  ),
  brightness: z.tuple([level, level]).refine(
    ([least, most]) => least <= most,
    "the first is the least, the second the most",
  )
    .optional().describe("Least and most mean brightness, 0 (black) to 255 (white); [24, 232] suits most sets"),
  min_sharpness: z.number().min(0).optional().describe(
    "Least sharpness: fine detail for the contrast there is. Photographs have 15 to 300, blurred ones less than 10; 12 " +
      "suits most sets, and `framewright calibrate` measures yours",
  ),
  still: z.boolean().default(false).describe("Whether animations and files with several pages are rejected"),
});
type Options = z.output<typeof options>;
type Problem = { readonly reason: string; readonly detail: string };

/** Rejects what should not enter a dataset. Cheap checks come first. Pixels are read once, at a small size, for all checks
 *  that look at them, and not at all where none is asked for. */
export default defineItemStep({
  name: "validate",
  version: 1,
  summary: "Rejects images of the wrong format, size or shape, damaged files, and pictures that show nothing",
  options,
  examples: [
    { title: "lets a sound image through", with: {}, size: [64, 48], expect: "keep" },
    { title: "lets colour through", with: { color: true, min_size: [64, 48], max_aspect: 2 }, expect: "keep" },
    { title: "rejects small images", with: { min_size: [65, 48] }, size: [64, 48], expect: { reject: "too_small" } },
    { title: "rejects large images", with: { max_size: [64, 47] }, size: [64, 48], expect: { reject: "too_big" } },
    { title: "rejects long images", with: { max_aspect: 2 }, size: [64, 16], expect: { reject: "too_elongated" } },
  ],
  open: (asked, host) => ({
    async each(item): Promise<Verdict> {
      const problem = headerProblem(item.image, asked) ??
        (asked.structure ? await damage(item.image, host) : undefined) ??
        (looks(asked) ? await sightProblem(item.image, asked, host) : undefined);
      return problem === undefined ? keep(item) : reject(problem.reason, problem.detail);
    },
  }),
});

function headerProblem({ header, ...image }: Image, asked: Options): Problem | undefined {
  if (!asked.formats.includes(header.format)) {
    return { reason: "format", detail: `The file is ${header.format}; allowed are ${asked.formats.join(", ")}` };
  }
  if (asked.still && header.pages > 1) {
    return { reason: "animated", detail: `The file holds ${header.pages} pictures; only stills are allowed` };
  }
  return sizeProblem(sizeOf({ header, ...image }), asked);
}

function sizeProblem({ width, height }: Size, { min_size, max_size, max_aspect }: Options): Problem | undefined {
  const is = `The image is ${width}x${height}`;
  if (min_size !== undefined && (width < min_size[0] || height < min_size[1])) {
    return { reason: "too_small", detail: `${is}; the least is ${min_size.join("x")}` };
  }
  if (max_size !== undefined && (width > max_size[0] || height > max_size[1])) {
    return { reason: "too_big", detail: `${is}; the most is ${max_size.join("x")}` };
  }
  const aspect = Math.max(width, height) / Math.min(width, height);
  if (max_aspect === undefined || aspect <= max_aspect) return undefined;
  return { reason: "too_elongated", detail: `${is}, a ratio of ${aspect.toFixed(2)}; the most is ${max_aspect}` };
}

async function damage(image: Image, host: ItemHost): Promise<Problem | undefined> {
  const detail = structureProblem(await host.bytes(image), image.header.format);
  return detail === undefined ? undefined : { reason: "damaged", detail };
}

function looks({ not_blank, brightness, min_sharpness, color }: Options): boolean {
  return not_blank || brightness !== undefined || min_sharpness !== undefined || color;
}

const grey: Problem = { reason: "no_color", detail: "The picture shows only shades of grey" };

async function sightProblem(image: Image, asked: Options, host: ItemHost): Promise<Problem | undefined> {
  const measures = asked.not_blank || asked.brightness !== undefined || asked.min_sharpness !== undefined;
  const storedGrey = asked.color && image.header.channels < 3;
  if (storedGrey && !measures) return grey;
  const raster = await host.pixels(smallView(image), "model");
  const problem = measures ? measuredProblem(measuresOf(raster), asked) : undefined;
  return problem ?? (asked.color && (storedGrey || !showsColor(raster)) ? grey : undefined);
}

function measuredProblem({ uniform, brightness, sharpness }: Measures, asked: Options): Problem | undefined {
  if (asked.not_blank && uniform >= soundLimits.uniform) {
    const share = `${percent(uniform)} of the picture is one colour`;
    return { reason: "blank", detail: `${share}; less than ${percent(soundLimits.uniform)} is allowed` };
  }
  const [darkest, brightest] = asked.brightness ?? [0, 255];
  const is = `The mean brightness is ${brightness.toFixed(1)} of 255`;
  if (brightness < darkest) return { reason: "too_dark", detail: `${is}; the least is ${darkest}` };
  if (brightness > brightest) return { reason: "too_bright", detail: `${is}; the most is ${brightest}` };
  const least = asked.min_sharpness ?? 0;
  if (sharpness >= least) return undefined;
  return { reason: "blurred", detail: `The sharpness is ${sharpness.toFixed(1)}; the least is ${least}` };
}

function percent(share: number): string {
  return `${(Math.floor(share * 1000) / 10).toFixed(1).replace(".0", "")} %`;
}

/** Difference between channels from which a pixel counts as coloured; JPEG alone makes differences of a few steps. */
const leastChroma = 16;
/** Share of the pixels that must be coloured. */
const leastShare = 0.001;

function showsColor({ data, channels, width, height }: Raster): boolean {
  let left = Math.max(1, Math.ceil(width * height * leastShare));
  for (let at = 0; at < data.length && left > 0; at += channels) {
    const red = data[at] ?? 0;
    const green = data[at + 1] ?? 0;
    const blue = data[at + 2] ?? 0;
    if (Math.max(red, green, blue) - Math.min(red, green, blue) >= leastChroma) left--;
  }
  return left === 0;
}
