// Values along a row of labels, such as days or hours, as columns or lines: PNG, equal charts give equal bytes.
import { drawable } from "./canvas.ts";
import {
  chartTools,
  chartWidth,
  groupedDigits,
  headings,
  ink,
  paper,
  pixelRatio,
  type Tone,
  tones,
} from "./chart_parts.ts";
import { visible } from "./text.ts";

export type Series = {
  readonly name: string;
  /** One for each label. */
  readonly values: readonly number[];
  readonly tone?: Tone;
};

export type SeriesChart = {
  readonly title: string;
  /** A line below the title, such as what is counted. */
  readonly subtitle: string;
  /** Columns of several series stand on top of each other; lines have a place each. */
  readonly kind: "columns" | "lines";
  readonly labels: readonly string[];
  /** Eight at most are told apart by colour. Their names are shown where there are several. */
  readonly series: readonly Series[];
};

const height = 400;
/** Where no tone is asked for: the same colour for the same place. */
const palette = ["#4c6fdc", "#e0a02e", "#14a3a8", "#d2504b", "#9a63d6", "#2f9e6e", "#b0568f", "#7c8796"];

/** The chart as a PNG, 1440 x 600 pixels (960 x 400 at one and a half times the density). */
export async function drawSeriesChart(chart: SeriesChart): Promise<Uint8Array> {
  const { Chart, canvas, families } = await chartTools();
  const surface = canvas.createCanvas(chartWidth, height);
  const options = optionsOf(chart, families);
  const data = { labels: chart.labels.map((label) => drawable(visible(label, 24))) };
  const drawn = chart.kind === "columns"
    ? new Chart(surface, {
      type: "bar",
      data: { ...data, datasets: chart.series.map((one, index) => columnsOf(one, index)) },
      options,
      plugins: [paper()],
    })
    : new Chart(surface, {
      type: "line",
      data: { ...data, datasets: chart.series.map((one, index) => lineOf(one, index)) },
      options,
      plugins: [paper()],
    });
  try {
    return await surface.encode("png");
  } finally {
    drawn.destroy();
  }
}

function colorOf({ tone }: Series, index: number): string {
  return tone === undefined ? palette[index % palette.length] ?? ink.text : tones[tone];
}

function columnsOf(series: Series, index: number) {
  return {
    label: drawable(visible(series.name, 30)),
    data: [...series.values],
    backgroundColor: colorOf(series, index),
    borderRadius: 3,
    maxBarThickness: 44,
    categoryPercentage: 0.9,
    barPercentage: 0.85,
  };
}

function lineOf(series: Series, index: number) {
  const color = colorOf(series, index);
  return {
    label: drawable(visible(series.name, 30)),
    data: [...series.values],
    borderColor: color,
    backgroundColor: color,
    borderWidth: 2,
    pointRadius: series.values.length > 60 ? 0 : 2.5,
  };
}

function optionsOf(chart: SeriesChart, families: string) {
  const font = { family: families, size: 13 };
  const isStacked = chart.kind === "columns";
  return {
    responsive: false,
    animation: false as const,
    events: [],
    devicePixelRatio: pixelRatio,
    layout: { padding: { left: 24, right: 28, top: 22, bottom: 18 } },
    scales: {
      x: {
        stacked: isStacked,
        grid: { display: false },
        border: { color: ink.line },
        ticks: { color: ink.text, font, maxRotation: 0, autoSkip: true, autoSkipPadding: 14 },
      },
      y: {
        stacked: isStacked,
        beginAtZero: true,
        suggestedMax: 4,
        border: { display: false },
        grid: { color: ink.line },
        ticks: {
          color: ink.quiet,
          font,
          precision: 0,
          callback: (value: string | number) => groupedDigits(Number(value)),
        },
      },
    },
    plugins: {
      legend: {
        display: chart.series.length > 1,
        align: "start" as const,
        labels: { color: ink.text, font, boxWidth: 14, boxHeight: 14, useBorderRadius: true, borderRadius: 3 },
      },
      tooltip: { enabled: false },
      ...headings(chart, families),
    },
  };
}
