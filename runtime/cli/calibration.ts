// What pictures measure, which limits follow from that, and which pictures those would reject. Pure.
import type { Measures } from "../image/quality.ts";
import { soundLimits } from "../image/quality.ts";

/** One picture that was looked at. `aspect` is its width over its height. */
export type Measured = Measures & { readonly image: string; readonly aspect: number };

export type MeasureName = Exclude<keyof Measured, "image">;

export type MeasureSurvey = {
  readonly name: MeasureName;
  /** True where steps are ratios: sharpness and aspect. */
  readonly log: boolean;
  /** At the shares of `quantileShares`. */
  readonly quantiles: readonly number[];
  /** Pictures in bins of equal width from the smallest to the greatest value. */
  readonly bins: readonly number[];
};

export type Limits = {
  readonly brightness: readonly [least: number, most: number];
  readonly sharpness: readonly [least: number, most: number];
  readonly contrast: number;
  readonly entropy: number;
};

/** A picture that the limits would reject, for the first of the reasons that `validate` would name. */
export type Doubtful = { readonly image: string; readonly reason: string; readonly value: number };

export const quantileShares = [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1] as const;
export const binCount = 36;

const measures: readonly { readonly name: MeasureName; readonly log: boolean }[] = [
  { name: "sharpness", log: true },
  { name: "brightness", log: false },
  { name: "contrast", log: false },
  { name: "entropy", log: false },
  { name: "uniform", log: false },
  { name: "aspect", log: true },
];

/** There must be a picture at least. */
export function surveyMeasures(all: readonly Measured[]): MeasureSurvey[] {
  return measures.map(({ name, log }) => {
    const values = sorted(all, name);
    return { name, log, quantiles: quantileShares.map((share) => quantile(values, share)), bins: binsOf(values, log) };
  });
}

function sorted(all: readonly Measured[], name: MeasureName): Float64Array {
  return Float64Array.from(all, (one) => one[name]).sort();
}

/** Between two values, the share of the way from one to the other. */
function quantile(values: Float64Array, share: number): number {
  const place = share * (values.length - 1);
  const below = values[Math.floor(place)] ?? 0;
  const above = values[Math.ceil(place)] ?? 0;
  return below + (above - below) * (place - Math.floor(place));
}

function scaled(value: number, log: boolean): number {
  return log ? Math.log(value + 1e-3) : value;
}

function binsOf(values: Float64Array, log: boolean): number[] {
  const bins = new Array<number>(binCount).fill(0);
  const least = scaled(values[0] ?? 0, log);
  const width = (scaled(values.at(-1) ?? 0, log) - least) / binCount;
  for (const value of values) {
    const bin = width === 0 ? 0 : Math.min(binCount - 1, Math.floor((scaled(value, log) - least) / width));
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  return bins;
}

/** How far limits may go, whatever a sample says: a set that is half blurred must not make blur the rule, and one that
 *  is very sharp must not have its softer pictures thrown away. */
const bounds = {
  sharpness: { least: [6, 20], most: [600, 1500] },
  brightness: { least: [8, 24], most: [232, 250] },
  contrast: [3, 12],
  entropy: [1, 4],
} as const;

/** Tukey's fences: one and a half times the distance between the quartiles below the lower and above the upper one, for
 *  sharpness and contrast on a scale of logarithms, and then within `bounds`. Few pictures of a set without bad ones lie
 *  beyond, and up to a quarter of bad ones hardly moves them. With fewer than `fewest` pictures the limits are those that
 *  suit most sets. */
export function limitsFrom(all: readonly Measured[]): Limits {
  if (all.length < fewest) return usual;
  const sharpness = fences(sorted(all, "sharpness"), true);
  const brightness = fences(sorted(all, "brightness"), false);
  const [contrast] = fences(sorted(all, "contrast"), true);
  const [entropy] = fences(sorted(all, "entropy"), false);
  return {
    sharpness: [
      rounded(within(sharpness[0], bounds.sharpness.least), 1),
      rounded(within(sharpness[1], bounds.sharpness.most), 0),
    ],
    brightness: [
      rounded(within(brightness[0], bounds.brightness.least), 0),
      rounded(within(brightness[1], bounds.brightness.most), 0),
    ],
    contrast: rounded(within(contrast, bounds.contrast), 1),
    entropy: rounded(within(entropy, bounds.entropy), 1),
  };
}

export const fewest = 20;

const usual: Limits = {
  sharpness: [soundLimits.sharpness, 1000],
  brightness: soundLimits.brightness,
  contrast: 5,
  entropy: 3,
};

function fences(values: Float64Array, log: boolean): readonly [number, number] {
  const [lower, upper] = [quantile(values, 0.25), quantile(values, 0.75)].map((value) => scaled(value, log));
  const reach = 1.5 * ((upper ?? 0) - (lower ?? 0));
  const ends = [(lower ?? 0) - reach, (upper ?? 0) + reach].map((value) => log ? Math.exp(value) : value);
  return [ends[0] ?? 0, ends[1] ?? 0];
}

function within(value: number, [least, most]: readonly [number, number]): number {
  return Math.min(most, Math.max(least, value));
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

/** In the order of `all`. */
export function doubtfulIn(all: readonly Measured[], { brightness, sharpness }: Limits): Doubtful[] {
  return all.flatMap((one) => {
    const { image } = one;
    if (one.uniform >= soundLimits.uniform) return [{ image, reason: "blank", value: one.uniform }];
    if (one.brightness < brightness[0]) return [{ image, reason: "too_dark", value: one.brightness }];
    if (one.brightness > brightness[1]) return [{ image, reason: "too_bright", value: one.brightness }];
    return one.sharpness < sharpness[0] ? [{ image, reason: "blurred", value: one.sharpness }] : [];
  });
}

/** Steps of a manifest with these limits. */
export function calibratedYaml({ brightness, sharpness, contrast, entropy }: Limits): string {
  return [
    "steps:",
    "  - uses: validate",
    "    with:",
    "      not_blank: true",
    `      brightness: [${brightness.join(", ")}]`,
    `      min_sharpness: ${sharpness[0]}`,
    "  # Or keep them, marked with the fact quality_problem:",
    "  - uses: quality",
    "    with:",
    `      sharpness: { min: ${sharpness[0]}, max: ${sharpness[1]} }`,
    `      brightness: { min: ${brightness[0]}, max: ${brightness[1]} }`,
    `      contrast: { min: ${contrast} }`,
    `      entropy: { min: ${entropy} }`,
  ].join("\n");
}
