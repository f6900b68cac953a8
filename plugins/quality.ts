import {
  defineItemStep,
  drop,
  type Image,
  keep,
  measuresOf,
  type Raster,
  sizeOf,
  smallView,
  type Verdict,
  withFacts,
  z,
} from "../runtime/plugin.ts";

function bounds(most: number) {
  const level = z.number().min(0).max(most).optional();
  return z.strictObject({ min: level, max: level })
    .refine(({ min = 0, max = most }) => min <= max, "`min` must not be above `max`").default({});
}

const options = z.strictObject({
  sharpness: bounds(1e6).describe(
    "Least and most sharpness: fine detail for the contrast there is. Photographs have 15 to 300, blurred ones less " +
      "than 10, noise 1000 and more",
  ),
  brightness: bounds(255).describe("Least and most mean brightness, 0 (black) to 255 (white)"),
  contrast: bounds(127.5).describe(
    "Least and most standard deviation of brightness, 0 to 127.5; haze has less than 20",
  ),
  entropy: bounds(8).describe("Least and most bits of brightness in a pixel, 0 (one shade) to 8 (all alike)"),
  aspect: bounds(65535).describe("Least and most ratio of width to height"),
  action: z.enum(["mark", "drop"]).default("mark").describe(
    "What is done with a picture out of bounds: it gets the fact `quality_problem`, or is dropped",
  ),
});
type Options = z.output<typeof options>;

const names = ["aspect", "brightness", "contrast", "entropy", "sharpness"] as const;
type Name = typeof names[number];
type Values = Readonly<Record<Name, number>>;

/** Word for what is below or above the bounds. */
const words: Readonly<Record<Name, readonly [string, string]>> = {
  aspect: ["too_narrow", "too_wide"],
  brightness: ["too_dark", "too_bright"],
  contrast: ["low_contrast", "high_contrast"],
  entropy: ["low_entropy", "high_entropy"],
  sharpness: ["blurred", "noisy"],
};

/** Measures pictures, and marks or drops those out of bounds; the first measure out of bounds, in the order of the names,
 *  is what is said. `quality_problem` is `null` for the others. */
export default defineItemStep({
  name: "quality",
  version: 1,
  summary: "Measures sharpness, brightness, contrast, entropy and shape, and marks or drops what is out of bounds",
  options,
  blind: true,
  gives: ({ action }) => action === "mark" ? [...names, "quality_problem"] : names,
  examples: [
    { title: "measures", with: {}, size: [64, 48], expect: { facts: { aspect: 1.333, quality_problem: null } } },
    {
      title: "marks what is blurred",
      with: { sharpness: { min: 12 } },
      size: [256, 192],
      expect: { facts: { quality_problem: "blurred" } },
    },
    {
      title: "drops what is too dark",
      with: { brightness: { min: 200 }, action: "drop" },
      expect: { drop: "too_dark" },
    },
  ],
  open: (asked, host) => ({
    async each(item): Promise<Verdict> {
      const values = valuesOf(item.image, await host.pixels(smallView(item.image), "model"));
      const problem = problemOf(values, asked);
      if (asked.action === "mark") {
        return keep(withFacts(item, { ...values, quality_problem: problem?.reason ?? null }));
      }
      return problem === undefined ? keep(withFacts(item, values)) : drop(problem.reason, problem.detail);
    },
  }),
});

function valuesOf(image: Image, raster: Raster): Values {
  const { width, height } = sizeOf(image);
  const { sharpness, brightness, contrast, entropy } = measuresOf(raster);
  return {
    aspect: rounded(width / height, 3),
    brightness: rounded(brightness, 1),
    contrast: rounded(contrast, 1),
    entropy: rounded(entropy, 2),
    sharpness: rounded(sharpness, 1),
  };
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

function problemOf(values: Values, asked: Options) {
  for (const name of names) {
    const { min = 0, max = Infinity } = asked[name];
    const value = values[name];
    const [below, above] = words[name];
    if (value < min) return { reason: below, detail: `The ${name} is ${value}; the least is ${min}` };
    if (value > max) return { reason: above, detail: `The ${name} is ${value}; the most is ${max}` };
  }
  return undefined;
}
