// What a calibration found, for people: a histogram a measure, limits, doubtful pictures, YAML.
import {
  calibratedYaml,
  type Doubtful,
  fewest,
  type Limits,
  type MeasureName,
  type MeasureSurvey,
  quantileShares,
} from "./calibration.ts";
import type { Paint } from "./paint.ts";
import { table } from "./table.ts";
import { fitted, plain, plural } from "./text.ts";

export type Calibration = {
  readonly looked: number;
  readonly surveys: readonly MeasureSurvey[];
  readonly limits: Limits;
  readonly doubtful: readonly Doubtful[];
  readonly unreadable: readonly { readonly image: string; readonly reason: string }[];
};

const explained: Readonly<Record<MeasureName, string>> = {
  sharpness: "fine detail for the contrast there is; logarithmic",
  brightness: "mean, 0 black to 255 white",
  contrast: "standard deviation of brightness, 0 to 127.5",
  entropy: "bits of brightness in a pixel, 0 to 8",
  uniform: "share of the picture that is one colour",
  aspect: "width over height; logarithmic",
};

/** Longest list of pictures. */
const mostShown = 12;

export function calibrationLines(found: Calibration, width: number, paint: Paint): string[] {
  return [
    ...found.surveys.flatMap((survey) => surveyLines(survey, found.limits, paint)),
    ...doubtfulLines(found, width, paint),
    ...unreadableLines(found, width, paint),
    "",
    paint.bold("To paste") + (found.looked < fewest ? paint.dim(`  too few pictures: these suit most sets`) : ""),
    ...calibratedYaml(found.limits).split("\n").map((line) => `  ${line}`),
  ];
}

function surveyLines({ name, quantiles, bins }: MeasureSurvey, limits: Limits, paint: Paint): string[] {
  const texts = quantiles.map((value) => valueText(name, value));
  const [least = "", , , , , , most = ""] = texts;
  const labels = quantileShares.slice(1, -1).map((share, at) =>
    `${share === 0.5 ? "median" : `${share * 100} %`} ${texts[at + 1]}`
  );
  const limit = limitText(name, limits);
  return [
    `${paint.bold(name)}  ${paint.dim(explained[name])}`,
    `  ${least} ${paint.cyan(barsOf(bins))} ${most}`,
    `  ${labels.join(paint.dim(" · "))}${limit === "" ? "" : `  ${paint.green(limit)}`}`,
    "",
  ];
}

const steps = " ▁▂▃▄▅▆▇█";

/** A picture or more is never no bar. */
function barsOf(bins: readonly number[]): string {
  const most = Math.max(...bins);
  return bins.map((bin) => steps[Math.ceil(bin / most * (steps.length - 1))]).join("");
}

function limitText(name: MeasureName, { sharpness, brightness, contrast, entropy }: Limits): string {
  if (name === "sharpness") return `keep ${sharpness[0]} to ${sharpness[1]}`;
  if (name === "brightness") return `keep ${brightness[0]} to ${brightness[1]}`;
  if (name === "contrast") return `keep ${contrast} and more`;
  return name === "entropy" ? `keep ${entropy} and more` : "";
}

function valueText(name: MeasureName, value: number): string {
  if (name === "uniform") return `${Math.floor(value * 1000) / 10} %`;
  const digits = name === "aspect" || name === "entropy" ? 2 : value < 10 ? 1 : 0;
  return value.toFixed(digits);
}

function doubtfulLines({ looked, doubtful }: Calibration, width: number, paint: Paint): string[] {
  if (doubtful.length === 0) return [paint.green(`validate would reject none of these ${plural(looked, "image")}`)];
  const share = (doubtful.length / looked * 100).toFixed(doubtful.length * 100 < looked * 10 ? 1 : 0);
  const rows = doubtful.slice(0, mostShown);
  const more = doubtful.length > mostShown ? [paint.dim(`  and ${doubtful.length - mostShown} more`)] : [];
  return [
    paint.bold(`validate would reject ${doubtful.length} of ${plural(looked, "image")}, ${share} %`),
    ...table(rows, [
      { title: "", of: ({ image }) => plain(image), most: Math.max(20, width - 30) },
      { title: "", of: ({ reason }) => reason },
      { title: "", of: ({ reason, value }) => valueText(measureOf(reason), value), right: true },
    ], paint),
    ...more,
  ];
}

function measureOf(reason: string): MeasureName {
  if (reason === "blank") return "uniform";
  return reason === "blurred" ? "sharpness" : "brightness";
}

function unreadableLines({ unreadable }: Calibration, width: number, paint: Paint): string[] {
  if (unreadable.length === 0) return [];
  const rows = unreadable.slice(0, mostShown).map(({ image, reason }) => `  ${plain(image)}  ${reason}`);
  return [
    paint.red(`${plural(unreadable.length, "image")} could not be looked at`),
    ...rows.map((row) => fitted(row, width)),
  ];
}
