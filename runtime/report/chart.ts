// Bar charts as PNG, drawn without a browser and without the fonts of the machine: equal charts give equal bytes.
// Loading this file costs nothing; drawing loads Chart.js, the canvas and the fonts.
import type { Chart as ChartJs, Plugin } from "chart.js";
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

export type { Tone };

export type Bar = {
  readonly label: string;
  readonly value: number;
  readonly tone?: Tone;
  /** What stands behind the bar, in place of its value and its share of the sum. */
  readonly text?: string;
};

/** Horizontal bars, one below the other, each with its value and its share of the sum. */
export type BarChart = {
  readonly title: string;
  /** A line below the title, such as what is counted. */
  readonly subtitle: string;
  readonly bars: readonly Bar[];
};

const rowHeight = 34;

/** The chart as a PNG, 1440 pixels wide (960 at one and a half times the density), as high as its bars need. */
export async function drawChart(chart: BarChart): Promise<Uint8Array> {
  const { Chart, canvas, families } = await chartTools();
  const height = 104 + rowHeight * Math.max(1, chart.bars.length);
  const surface = canvas.createCanvas(chartWidth, height);
  const drawn = new Chart(surface, {
    type: "bar",
    data: {
      labels: chart.bars.map(({ label }) => drawable(visible(label, 34))),
      datasets: [{
        data: chart.bars.map(({ value }) => value),
        backgroundColor: chart.bars.map(({ tone, value }) => value > 0 ? tones[tone ?? "plain"] : "transparent"),
        minBarLength: 3,
        borderRadius: 4,
        borderSkipped: "start",
        barThickness: 22,
      }],
    },
    options: optionsOf(chart, families),
    plugins: [paper(), valueLabels(chart, families)],
  });
  try {
    return await surface.encode("png");
  } finally {
    drawn.destroy();
  }
}

function optionsOf(chart: BarChart, families: string) {
  const font = { family: families };
  return {
    indexAxis: "y" as const,
    responsive: false,
    animation: false as const,
    events: [],
    devicePixelRatio: pixelRatio,
    layout: {
      padding: { left: 28, right: chart.bars.some(({ text }) => text !== undefined) ? 220 : 132, top: 22, bottom: 22 },
    },
    scales: {
      y: {
        grid: { display: false },
        border: { display: false },
        ticks: { color: ink.text, font: { ...font, size: 14 }, padding: 10, autoSkip: false },
      },
      x: {
        display: false,
        beginAtZero: true,
        max: Math.max(1, ...chart.bars.map(({ value }) => value)),
      },
    },
    plugins: {
      legend: { display: false },
      tooltip: { enabled: false },
      ...headings(chart, families),
    },
  };
}

/** A pale track behind each bar, its value and its share behind its end. */
function valueLabels({ bars }: BarChart, families: string): Plugin<"bar"> {
  const sum = bars.reduce((total, { value }) => total + value, 0);
  return {
    id: "values",
    beforeDatasetsDraw(chart) {
      for (const { y } of chart.getDatasetMeta(0).data) drawTrack(chart, y);
    },
    afterDatasetsDraw(chart) {
      const { ctx, chartArea } = chart;
      ctx.save();
      ctx.textBaseline = "middle";
      for (const [index, { y }] of chart.getDatasetMeta(0).data.entries()) {
        const { value = 0, text } = bars[index] ?? {};
        ctx.font = `600 14px ${families}`;
        ctx.fillStyle = ink.title;
        const shown = text === undefined ? groupedDigits(value) : drawable(visible(text, 30));
        ctx.fillText(shown, chartArea.right + 12, y);
        const end = chartArea.right + 12 + ctx.measureText(shown).width;
        ctx.font = `400 14px ${families}`;
        ctx.fillStyle = ink.quiet;
        if (sum > 0 && text === undefined) ctx.fillText(shareText(value, sum), end + 8, y);
      }
      ctx.restore();
    },
  };
}

function drawTrack({ ctx, chartArea }: ChartJs<"bar">, y: number): void {
  ctx.save();
  ctx.fillStyle = ink.line;
  ctx.beginPath();
  ctx.roundRect(chartArea.left, y - 11, chartArea.right - chartArea.left, 22, [0, 4, 4, 0]);
  ctx.fill();
  ctx.restore();
}

function shareText(value: number, sum: number): string {
  const percent = 100 * value / sum;
  if (value > 0 && percent < 0.1) return "< 0.1 %";
  return `${percent === 100 || percent >= 10 ? Math.round(percent) : Math.round(percent * 10) / 10} %`;
}
