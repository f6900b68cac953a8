// When something was there: a strip a row over one span of time. PNG, equal charts give equal bytes.
import type { SKRSContext2D } from "@napi-rs/canvas";
import { drawable, loadCanvas } from "./canvas.ts";
import { chartWidth, ink, pixelRatio, tones } from "./chart_parts.ts";
import { visible } from "./text.ts";

export type PresenceRow = {
  readonly label: string;
  /** How many there were in each slice of the span; as many for every row. */
  readonly counts: readonly number[];
};

export type PresenceChart = {
  readonly title: string;
  readonly subtitle: string;
  readonly rows: readonly PresenceRow[];
  /** What stands below the strips, at even distances from their left end to their right. */
  readonly marks: readonly string[];
};

const [left, right, top, rowHeight, stripHeight] = [210, 40, 96, 30, 18];

/** The chart as a PNG, 1440 pixels wide, as high as its rows need. Slices in which there is more are darker. */
export async function drawPresence(chart: PresenceChart): Promise<Uint8Array> {
  const { canvas, families } = await loadCanvas();
  const height = top + rowHeight * Math.max(1, chart.rows.length) + 46;
  const surface = canvas.createCanvas(chartWidth * pixelRatio, height * pixelRatio);
  const context = surface.getContext("2d");
  context.scale(pixelRatio, pixelRatio);
  context.fillStyle = ink.paper;
  context.fillRect(0, 0, chartWidth, height);
  context.textBaseline = "middle";
  write(context, chart.title, [28, 36], `600 20px ${families}`, ink.title, 70);
  write(context, chart.subtitle, [28, 62], `400 14px ${families}`, ink.quiet, 100);
  for (const [index, row] of chart.rows.entries()) drawRow(context, row, top + rowHeight * index, families);
  drawMarks(context, chart.marks, height - 26, families);
  return await surface.encode("png");
}

function write(
  context: SKRSContext2D,
  text: string,
  [x, y]: readonly [number, number],
  font: string,
  color: string,
  longest: number,
): void {
  context.font = font;
  context.fillStyle = color;
  context.fillText(drawable(visible(text, longest)), x, y);
}

function drawRow(context: SKRSContext2D, { label, counts }: PresenceRow, y: number, families: string): void {
  context.textAlign = "right";
  write(context, label, [left - 12, y + rowHeight / 2], `400 14px ${families}`, ink.text, 24);
  context.textAlign = "left";
  const width = chartWidth - left - right;
  const stripTop = y + (rowHeight - stripHeight) / 2;
  context.fillStyle = ink.line;
  context.fillRect(left, stripTop, width, stripHeight);
  const most = Math.max(1, ...counts);
  context.fillStyle = tones.plain;
  for (const [index, count] of counts.entries()) {
    if (count === 0) continue;
    const slice = width / counts.length;
    context.globalAlpha = 0.45 + 0.55 * count / most;
    context.fillRect(left + index * slice, stripTop, Math.max(2, slice), stripHeight);
  }
  context.globalAlpha = 1;
}

function drawMarks(context: SKRSContext2D, marks: readonly string[], y: number, families: string): void {
  const width = chartWidth - left - right;
  for (const [index, mark] of marks.entries()) {
    const at = marks.length === 1 ? 0 : index / (marks.length - 1);
    context.textAlign = at === 0 ? "left" : at === 1 ? "right" : "center";
    write(context, mark, [left + at * width, y], `400 13px ${families}`, ink.quiet, 24);
  }
  context.textAlign = "left";
}
