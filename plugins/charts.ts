import {
  type Bar,
  type BarChart,
  type ClassCount,
  createItemStatistics,
  createTally,
  type DatasetView,
  defineExport,
  type Distribution,
  drawChart,
  folderNameOf,
  type ItemStatistics,
  outcomeOf,
  type Tone,
  z,
} from "../runtime/plugin.ts";

const options = z.strictObject({
  facts: z.array(z.string().min(1)).max(24).optional()
    .describe("Text facts to draw a chart of each; by default up to six that have a few values which repeat"),
});

type NamedChart = { readonly file: string; readonly chart: BarChart };

/** Bars of one chart; smaller ones are added up. */
const mostBars = 20;
const mostFactCharts = 6;
const splitTones: readonly Tone[] = ["first", "second", "third"];

/** Charts of what is in a dataset and what was left out, as PNG. */
export default defineExport({
  name: "charts",
  version: 2,
  summary: "Draws splits, outcomes, source sizes, groups, labels, box sizes and scores as PNG charts",
  options,
  open: ({ facts }) => ({
    async write(dataset, tree, signal) {
      const statistics = await itemStatistics(dataset, signal);
      const charts = [
        ...splitChart(dataset, statistics),
        ...await outcomeChart(dataset, signal),
        ...sizeChart(statistics),
        ...boxCharts(statistics),
        ...groupCharts(statistics, facts),
      ];
      const drawn = await Promise.all(charts.map(({ chart }) => drawChart(chart)));
      signal.throwIfAborted();
      for (const [index, { file }] of charts.entries()) await tree.bytes(file, drawn[index] ?? new Uint8Array());
    },
  }),
});

async function itemStatistics(dataset: DatasetView, signal: AbortSignal): Promise<ItemStatistics> {
  const statistics = createItemStatistics();
  for await (const item of dataset.scan()) {
    signal.throwIfAborted();
    statistics.add(item);
  }
  return statistics.result();
}

function splitChart({ name }: DatasetView, { items, splits }: ItemStatistics): NamedChart[] {
  if (splits.entries.length === 0) return [];
  const bars = splits.entries.map(({ name, count }, index): Bar => ({
    label: name,
    value: count,
    tone: splitTones[index % splitTones.length] ?? "plain",
  }));
  const none = items - bars.reduce((sum, { value }) => sum + value, 0);
  if (none > 0) bars.push({ label: "others", value: none, tone: "quiet" });
  return [{
    file: "splits.png",
    chart: { title: "Images by split", subtitle: `${name}: ${plural(items, "image")}`, bars },
  }];
}

/** Kept records first, then reasons by verdict. */
async function outcomeChart(dataset: DatasetView, signal: AbortSignal): Promise<NamedChart[]> {
  const tallies = { kept: createTally(1), dropped: createTally(200), rejected: createTally(200) };
  for await (const line of dataset.ledger()) {
    signal.throwIfAborted();
    const { verdict, step, reason } = outcomeOf(line);
    tallies[verdict].add(verdict === "kept" ? "kept" : `${verdict}: ${reason} (${step})`);
  }
  const { records } = dataset.counts;
  if (records === 0) return [];
  const bars = [
    { label: "kept", value: dataset.counts.kept, tone: "good" as const },
    ...barsOf(tallies.dropped.result(), "quiet", "dropped: other reasons"),
    ...barsOf(tallies.rejected.result(), "bad", "rejected: other reasons"),
  ];
  const subtitle = `${plural(records, "record")} read`;
  return [{ file: "outcomes.png", chart: { title: "What became of the records", subtitle, bars } }];
}

function sizeChart({ sourceSizes }: ItemStatistics): NamedChart[] {
  const bars = barsOf(sourceSizes, "plain", "other sizes");
  if (bars.length === 0) return [];
  const subtitle = "Width x height in pixels, upright, of the records that are in the dataset";
  return [{ file: "source_sizes.png", chart: { title: "Sizes of the source images", subtitle, bars } }];
}

function boxCharts({ boxes: found }: ItemStatistics): NamedChart[] {
  const { searched, negatives, boxes, classes, otherBoxes, perImage, areas, scores } = found;
  if (boxes === 0) return [];
  const scored = scores.entries.reduce((sum, { count }) => sum + count, 0);
  const charts = [
    { file: "labels.png", title: "Boxes by label", values: { entries: classes.map(labelEntry), other: otherBoxes } },
    { file: "boxes_per_image.png", title: "Images by number of boxes", values: perImage },
    { file: "box_areas.png", title: "Boxes by area in pixels", values: areas },
    { file: "scores.png", title: "Boxes by score", values: scores },
  ];
  const without = `${plural(negatives, "image")} of ${searched} without any box`;
  const count = boxes === 1 ? "1 box" : `${boxes} boxes`;
  const subtitles = [without, without, count, scored === boxes ? count : `${scored} of ${count} have a score`];
  return charts.map(({ file, title, values }, index) => ({
    file,
    chart: { title, subtitle: subtitles[index] ?? "", bars: barsOf(values, "plain", "other labels") },
  })).filter(({ chart }) => chart.bars.length > 0);
}

function labelEntry({ label, boxes }: ClassCount) {
  return { name: label, count: boxes };
}

function groupCharts({ groups, items }: ItemStatistics, facts: readonly string[] | undefined): NamedChart[] {
  const chosen = facts === undefined
    ? groups.slice(0, mostFactCharts)
    : groups.filter(({ fact }) => facts.includes(fact));
  return chosen.map(({ fact, values }) => ({
    file: `by_${folderNameOf(fact)}.png`,
    chart: { title: `Images by ${fact}`, subtitle: plural(items, "image"), bars: barsOf(values, "plain", "others") },
  }));
}

function barsOf({ entries, other }: Distribution, tone: Tone, otherLabel: string): Bar[] {
  const bars = entries.slice(0, mostBars).map(({ name, count }): Bar => ({ label: name, value: count, tone }));
  const rest = entries.slice(mostBars).reduce((sum, { count }) => sum + count, other);
  return rest === 0 ? bars : [...bars, { label: otherLabel, value: rest, tone: "quiet" }];
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
