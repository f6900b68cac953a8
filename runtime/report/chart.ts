// Bar charts as PNG, drawn without a browser and without the fonts of the machine: equal charts give equal bytes.
// Loading this file costs nothing; drawing loads Chart.js, the canvas and the fonts.
import type { Chart as ChartJs, Plugin } from "chart.js";
import { drawable, loadCanvas } from "./canvas.ts";
import { visible } from "./text.ts";

/** What a bar stands for, which is also its colour. */
export type Tone = "plain" | "good" | "quiet" | "bad" | "first" | "second" | "third";

export type Bar = { readonly label: string; readonly value: number; readonly tone?: Tone };

/** Horizontal bars, one below the other, each with its value and its share of the sum. */
export type BarChart = {
  readonly title: string;
  /** A line below the title, such as what is counted. */
  readonly subtitle: string;
  readonly bars: readonly Bar[];
};

const tones: { readonly [tone in Tone]: string } = {
  plain: "#4c6fdc",
  good: "#2f9e6e",
  quiet: "#e0a02e",
  bad: "#d2504b",
  first: "#4c6fdc",
  second: "#14a3a8",
  third: "#9a63d6",
};
const ink = { title: "#16202e", text: "#3b4757", quiet: "#6b7787", line: "#e7eaef", paper: "#ffffff" };
const width = 960;
const rowHeight = 34;
const pixelRatio = 1.5;

/** The chart as a PNG, 1440 pixels wide (960 at one and a half times the density), as high as its bars need. */
export async function drawChart(chart: BarChart): Promise<Uint8Array> {
  const { Chart, canvas, families } = await tools();
  const height = 104 + rowHeight * Math.max(1, chart.bars.length);
  const surface = canvas.createCanvas(width, height);
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
    plugins: [paper, valueLabels(chart, families)],
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
    layout: { padding: { left: 28, right: 132, top: 22, bottom: 22 } },
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
      title: titleOf(drawable(visible(chart.title, 70)), { ...font, size: 20, weight: 600 }, ink.title, 4),
      subtitle: titleOf(drawable(visible(chart.subtitle, 100)), { ...font, size: 14, weight: 400 }, ink.quiet, 16),
    },
  };
}

function titleOf(text: string, font: { family: string; size: number; weight: number }, color: string, bottom: number) {
  return { display: true, text, align: "start" as const, color, font, padding: { top: 0, bottom } };
}

const paper: Plugin<"bar"> = {
  id: "paper",
  beforeDraw({ ctx, width, height }) {
    ctx.save();
    ctx.fillStyle = ink.paper;
    ctx.fillRect(0, 0, width, height);
    ctx.restore();
  },
};

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
        const value = bars[index]?.value ?? 0;
        ctx.font = `600 14px ${families}`;
        ctx.fillStyle = ink.title;
        const text = grouped(value);
        ctx.fillText(text, chartArea.right + 12, y);
        const end = chartArea.right + 12 + ctx.measureText(text).width;
        ctx.font = `400 14px ${families}`;
        ctx.fillStyle = ink.quiet;
        if (sum > 0) ctx.fillText(shareText(value, sum), end + 8, y);
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

/** `12 345`, with narrow gaps between groups of three digits. */
function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, "\u2009");
}

function shareText(value: number, sum: number): string {
  const percent = 100 * value / sum;
  if (value > 0 && percent < 0.1) return "< 0.1 %";
  return `${percent === 100 || percent >= 10 ? Math.round(percent) : Math.round(percent * 10) / 10} %`;
}

let loaded: ReturnType<typeof loadTools> | undefined;

/** Loads once in a process. */
function tools() {
  return loaded ??= loadTools();
}

async function loadTools() {
  const [chartJs, { canvas, families }] = await Promise.all([import("chart.js"), loadCanvas()]);
  const { Chart, BarController, BarElement, CategoryScale, LinearScale, Title, SubTitle } = chartJs;
  Chart.register(BarController, BarElement, CategoryScale, LinearScale, Title, SubTitle);
  return { Chart, canvas, families };
}
