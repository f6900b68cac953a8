import {
  type Bar,
  type CameraHealth,
  type CameraReport,
  createCameraSurvey,
  csvLine,
  type DatasetView,
  defineExport,
  drawChart,
  drawPresence,
  drawSeriesChart,
  inPieces,
  type NamedCount,
  type Series,
  type Tree,
  utcText,
  z,
} from "../runtime/plugin.ts";

const options = z.strictObject({
  most: z.int().min(1).max(100).default(20).describe(
    "Bars of a chart and rows of a table of cameras at most; what is left over is added up. `health.csv` has every camera",
  ),
});

/** What cameras saw and how they do: charts of threats by location, day, hour, class and over time, and of each camera's
 *  images, invalid ones and gaps, as PNG; `health.csv` and `health.json` with a line a camera. */
export default defineExport({
  name: "camera_charts",
  version: 1,
  summary: "Draws threats and the health of cameras as PNG charts, and writes the health as CSV and JSON",
  options,
  needs: ["camera", "taken_unix"],
  open: ({ most }) => ({
    async write(dataset, tree, signal) {
      const report = await reportOf(dataset, signal);
      const about = { ...report, name: dataset.name, most };
      for (const [file, draw] of Object.entries(charts)) {
        signal.throwIfAborted();
        await tree.bytes(`${file}.png`, await draw(about));
      }
      await writeHealth(report.cameras, tree);
    },
  }),
});

type About = CameraReport & { readonly name: string; readonly most: number };

const charts: Readonly<Record<string, (about: About) => Promise<Uint8Array>>> = {
  threats_by_location: (about) => drawThreatBars("Threats by location", about.locations, about),
  threats_by_class: (about) => drawThreatBars("Threats by class", about.classes, about),
  threats_by_day: drawDays,
  threats_by_hour: drawHours,
  threats_over_time: drawTimes,
  images_by_camera: drawImages,
  gaps_by_camera: drawGaps,
  presence: drawStrips,
};

async function reportOf(dataset: DatasetView, signal: AbortSignal): Promise<CameraReport> {
  const survey = createCameraSurvey();
  for await (const item of dataset.scan()) {
    signal.throwIfAborted();
    survey.add(item);
  }
  for await (const line of dataset.ledger()) {
    signal.throwIfAborted();
    survey.note(line);
  }
  return survey.result();
}

/** What is counted. */
function countsLine({ name, threats, images }: About): string {
  const found = threats === 0 ? "no threats" : plural(threats, "threat");
  return `${name}: ${found} in ${plural(images, "image")}, counted by image and rule`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

async function drawThreatBars(title: string, counts: readonly NamedCount[], about: About): Promise<Uint8Array> {
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  const bars = counts.slice(0, about.most).map(({ name, count }): Bar => {
    return { label: name, value: count, tone: "bad", text: `${count}, ${percent(count, total)}` };
  });
  if (bars.length === 0) bars.push({ label: "none", value: 0, text: "0" });
  const rest = counts.slice(about.most);
  // A bar of all others would leave no room for those that stand alone.
  const others = rest.length === 0
    ? ""
    : `; ${rest.length} more have ${rest.reduce((sum, { count }) => sum + count, 0)}`;
  return await drawChart({ title, subtitle: `${countsLine(about)}${others}`, bars });
}

const daySeconds = 86_400;
/** Columns that can be told apart, and what one may stand for, in days. */
const mostColumns = 62;
const spans = [[1, "day"], [7, "week"], [28, "four weeks"]] as const;

async function drawDays(about: About): Promise<Uint8Array> {
  const { first, counts } = about.days;
  const [size, name] = spans.find(([days]) => counts.length <= days * mostColumns) ?? [364, "52 weeks"];
  const labels: string[] = [];
  const values: number[] = [];
  for (let at = 0; at < counts.length; at += size) {
    const day = utcText((first + at) * daySeconds).slice(0, 10);
    labels.push(day);
    values.push(counts.slice(at, at + size).reduce((sum, count) => sum + count, 0));
  }
  return await drawSeriesChart({
    title: `Threats by ${name}`,
    subtitle: `${countsLine(about)}; local dates`,
    kind: "columns",
    labels,
    series: [{ name: "threats", values, tone: "bad" }],
  });
}

async function drawHours(about: About): Promise<Uint8Array> {
  return await drawSeriesChart({
    title: "Threats by hour of the day",
    subtitle: `${countsLine(about)}; local time`,
    kind: "columns",
    labels: about.hours.map((_, hour) => `${String(hour).padStart(2, "0")}:00`),
    series: [{ name: "threats", values: about.hours, tone: "bad" }],
  });
}

/** Lines that can be told apart. */
const mostLines = 6;
const mostPoints = 120;

async function drawTimes(about: About): Promise<Uint8Array> {
  const span = spanOf(about.cameras);
  const [from, to] = [Math.floor(span.from / 3600), Math.floor(span.to / 3600)];
  const size = [1, 3, 6, 12, 24, 168, 672].find((hours) => to - from < hours * mostPoints) ?? 8736;
  const start = Math.floor(from / size);
  const points = Math.floor(to / size) - start + 1;
  const labels = Array.from({ length: points }, (_, at) => {
    const text = utcText((start + at) * size * 3600);
    return size < 24 ? `${text.slice(5, 10)} ${text.slice(11, 16)}` : text.slice(0, 10);
  });
  return await drawSeriesChart({
    title: "Threats over time, by rule",
    subtitle: `${countsLine(about)}; UTC, ${size < 24 ? plural(size, "hour") : plural(size / 24, "day")} a point`,
    kind: "lines",
    labels,
    series: linesOf(about, size, start, points),
  });
}

function linesOf({ rules }: About, size: number, start: number, points: number): Series[] {
  const lines = [...rules].map(([name, byHour]) => {
    const values = new Array<number>(points).fill(0);
    for (const [hour, count] of byHour) {
      const at = Math.floor(hour / size) - start;
      values[at] = (values[at] ?? 0) + count;
    }
    return { name, values, total: values.reduce((sum, value) => sum + value, 0) };
  }).sort((left, right) => right.total - left.total || (left.name < right.name ? -1 : 1));
  if (lines.length === 0) return [{ name: "threats", values: new Array<number>(points).fill(0) }];
  const shown: Series[] = lines.slice(0, mostLines).map(({ name, values }) => ({ name, values }));
  const rest = lines.slice(mostLines);
  if (rest.length === 0) return shown;
  const values = Array.from({ length: points }, (_, at) => rest.reduce((sum, line) => sum + (line.values[at] ?? 0), 0));
  return [...shown, { name: `${rest.length} other rules`, values }];
}

/** From the first image of any camera to the last, in seconds since 1970. */
function spanOf(cameras: readonly CameraHealth[]): { readonly from: number; readonly to: number } {
  const seen = cameras.filter(({ times }) => times.length > 0);
  const from = seen.reduce((least, { times }) => Math.min(least, times[0] ?? least), Infinity);
  const to = seen.reduce((most, { times }) => Math.max(most, times.at(-1) ?? most), -Infinity);
  return seen.length === 0 ? { from: 0, to: 0 } : { from, to };
}

function labelOf({ camera, location }: CameraHealth): string {
  return location === undefined ? camera : `${camera} (${location})`;
}

/** The cameras of most concern first. */
async function drawImages({ cameras, name, most, images, strays }: About): Promise<Uint8Array> {
  const sorted = cameras.toSorted((left, right) => right.invalid - left.invalid || right.images - left.images);
  const bars = sorted.slice(0, most).map((health): Bar => ({
    label: labelOf(health),
    value: health.images,
    tone: health.invalid > 0 ? "quiet" : "plain",
    text: `${health.images}, ${percent(health.invalid, health.images)} invalid`,
  }));
  if (bars.length === 0) bars.push({ label: "none", value: 0, text: "" });
  const bad = cameras.reduce((sum, { invalid }) => sum + invalid, strays);
  const stray = strays === 0 ? "" : `, ${strays} without the name of a camera`;
  const of = cameras.length > most ? `${most} of ${cameras.length} cameras` : plural(cameras.length, "camera");
  const subtitle = `${name}: ${of}, most invalid first; ${plural(images, "image")} in all, ${bad} invalid${stray}`;
  return await drawChart({ title: "Images by camera", subtitle, bars });
}

function percent(count: number, whole: number): string {
  const share = whole === 0 ? 0 : 100 * count / whole;
  return share === 0 || share >= 10 ? `${Math.round(share)} %` : share < 0.1 ? "< 0.1 %" : `${share.toFixed(1)} %`;
}

async function drawGaps({ cameras, most }: About): Promise<Uint8Array> {
  const known = cameras.filter(({ gap }) => gap !== undefined)
    .toSorted((left, right) => secondsOf(right) - secondsOf(left));
  const bars = known.slice(0, most).map((health): Bar => ({
    label: labelOf(health),
    value: secondsOf(health),
    text: `${spanText(secondsOf(health))}, from ${utcText(health.gap?.from ?? 0).slice(5, 16).replace("T", " ")}`,
  }));
  const more = known.length > most ? `the ${most} longest of ${known.length} cameras` : "by camera";
  return await drawChart({
    title: "Longest time without a valid image",
    subtitle: `Between two valid images, ${more}; times in UTC`,
    bars: bars.length === 0 ? [{ label: "no camera has two valid images", value: 0, text: "" }] : bars,
  });
}

function secondsOf({ gap }: CameraHealth): number {
  return gap === undefined ? 0 : gap.to - gap.from;
}

function spanText(seconds: number): string {
  const [size, unit] = seconds >= 2 * daySeconds
    ? [daySeconds, "d"]
    : seconds >= 7200
    ? [3600, "h"]
    : seconds >= 120
    ? [60, "min"]
    : [1, "s"];
  const value = seconds / size;
  return `${value >= 10 ? Math.round(value) : Math.round(value * 10) / 10} ${unit}`;
}

const slices = 120;
const marks = 4;

/** Those that were silent for longest. */
async function drawStrips({ cameras, most }: About): Promise<Uint8Array> {
  const { from, to } = spanOf(cameras);
  const length = Math.max(1, to - from);
  const longest = cameras.toSorted((left, right) => secondsOf(right) - secondsOf(left)).slice(0, most);
  const shown = cameras.length > most ? longest : cameras;
  const rows = shown.map((health) => {
    const counts = new Array<number>(slices).fill(0);
    for (const time of health.times) {
      const at = Math.min(slices - 1, Math.floor((time - from) / length * slices));
      counts[at] = (counts[at] ?? 0) + 1;
    }
    return { label: health.camera, counts };
  });
  const more = cameras.length > most ? `; the ${most} with the longest gaps of ${cameras.length}` : "";
  const isLong = length > marks * daySeconds;
  return await drawPresence({
    title: "When cameras sent valid images",
    subtitle: `Darker where there are more of the same camera; UTC${more}`,
    rows,
    marks: Array.from({ length: from === to ? 1 : marks }, (_, at) => {
      const text = utcText(from + length * at / (marks - 1));
      return isLong ? text.slice(0, 10) : text.slice(0, 16).replace("T", " ");
    }),
  });
}

async function writeHealth(cameras: readonly CameraHealth[], tree: Tree): Promise<void> {
  const rows = cameras.map(rowOf);
  const columns = Object.keys(rows[0] ?? {});
  const lines = rows.map((row) => csvLine(Object.values(row).map((value) => value ?? undefined)));
  await tree.stream("health.csv", inPieces([csvLine(columns), ...lines]));
  await tree.text("health.json", `[\n${rows.map((row) => `  ${JSON.stringify(row)}`).join(",\n")}\n]\n`);
}

function rowOf(health: CameraHealth) {
  const { camera, location, images, valid, invalid, threats, times, gap } = health;
  const moment = (unix: number | undefined) => unix === undefined ? null : utcText(unix);
  return {
    camera,
    location: location ?? null,
    images,
    valid,
    invalid,
    invalid_share: images === 0 ? 0 : Math.round(1e4 * invalid / images) / 1e4,
    threats,
    first_valid: moment(times[0]),
    last_valid: moment(times.at(-1)),
    longest_gap_seconds: gap === undefined ? null : Math.round((gap.to - gap.from) * 1000) / 1000,
    longest_gap_from: moment(gap?.from),
    longest_gap_to: moment(gap?.to),
  };
}
