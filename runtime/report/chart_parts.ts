// What charts have in common: colours, titles, paper, and the tools that draw them. Loading this file costs nothing;
// `chartTools()` loads Chart.js, the canvas and the fonts.
import type { Chart as ChartJs, ChartType, Plugin } from "chart.js";
import { drawable, loadCanvas } from "./canvas.ts";
import { visible } from "./text.ts";

/** What a bar or a line stands for, which is also its colour. */
export type Tone = "plain" | "good" | "quiet" | "bad" | "first" | "second" | "third";

export const tones: { readonly [tone in Tone]: string } = {
  plain: "#4c6fdc",
  good: "#2f9e6e",
  quiet: "#e0a02e",
  bad: "#d2504b",
  first: "#4c6fdc",
  second: "#14a3a8",
  third: "#9a63d6",
};
export const ink = { title: "#16202e", text: "#3b4757", quiet: "#6b7787", line: "#e7eaef", paper: "#ffffff" };

/** Width of every chart; it is drawn at `pixelRatio` times that. */
export const chartWidth = 960;
export const pixelRatio = 1.5;

/** Title and subtitle, as options of Chart.js. */
export function headings({ title, subtitle }: { readonly title: string; readonly subtitle: string }, family: string) {
  return {
    title: headingOf(drawable(visible(title, 70)), { family, size: 20, weight: 600 }, ink.title, 4),
    subtitle: headingOf(drawable(visible(subtitle, 100)), { family, size: 14, weight: 400 }, ink.quiet, 16),
  };
}

function headingOf(
  text: string,
  font: { family: string; size: number; weight: number },
  color: string,
  bottom: number,
) {
  return { display: true, text, align: "start" as const, color, font, padding: { top: 0, bottom } };
}

const white = {
  id: "paper",
  beforeDraw({ ctx, width, height }: Pick<ChartJs, "ctx" | "width" | "height">) {
    ctx.save();
    ctx.fillStyle = ink.paper;
    ctx.fillRect(0, 0, width, height);
    ctx.restore();
  },
};

/** White behind everything. */
export function paper<T extends ChartType>(): Plugin<T> {
  return white;
}

/** `12 345`, with narrow gaps between groups of three digits. */
export function groupedDigits(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, "\u2009");
}

let loaded: ReturnType<typeof loadTools> | undefined;

/** Loads once in a process. */
export function chartTools() {
  return loaded ??= loadTools();
}

async function loadTools() {
  const [chartJs, { canvas, families }] = await Promise.all([import("chart.js"), loadCanvas()]);
  const { Chart, BarController, BarElement, CategoryScale, LinearScale, Title, SubTitle } = chartJs;
  const { LineController, LineElement, PointElement, Legend } = chartJs;
  Chart.register(BarController, BarElement, CategoryScale, LinearScale, Title, SubTitle);
  Chart.register(LineController, LineElement, PointElement, Legend);
  return { Chart, canvas, families };
}
