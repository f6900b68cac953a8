// Contact sheets: many small pictures with their boxes, names and counts on one page. Loading this file costs nothing;
// drawing loads the canvas.
import type { Image, SKRSContext2D } from "@napi-rs/canvas";
import type { Detection } from "../contract/detection.ts";
import type { Size } from "../contract/image.ts";
import { drawBoxes, type Frame } from "./box_drawing.ts";
import { drawable, loadCanvas } from "./canvas.ts";
import type { LabelColors } from "./label_colors.ts";
import { labelCounts } from "./labels.ts";
import { placedIn } from "./preview.ts";
import { visible } from "./text.ts";

/** A picture of the sheet. `size` is that of the image in which things were found, `jpeg` a smaller rendering of it;
 *  absent where it cannot be decoded. */
export type SheetCell = {
  readonly name: string;
  readonly split?: string;
  readonly jpeg?: Uint8Array;
  readonly size: Size;
  readonly detections: readonly Detection[];
};

export type ContactSheet = {
  readonly title: string;
  readonly subtitle: string;
  /** Cells beside each other; as many rows as are needed. */
  readonly columns: number;
  readonly cells: readonly SheetCell[];
};

const cell = { width: 288, height: 216, caption: 46 };
const gap = 16;
const margin = 24;
const headHeight = 62;
const ink = { title: "#16202e", text: "#3b4757", quiet: "#6b7787", blank: "#e7eaef", paper: "#ffffff" };
const quality = 85;

type Pen = { readonly context: SKRSContext2D; readonly families: string; readonly colors: LabelColors };

/** The sheet as a JPEG. */
export async function drawContactSheet(sheet: ContactSheet, colors: LabelColors): Promise<Uint8Array> {
  const { canvas, families } = await loadCanvas();
  const rows = Math.ceil(sheet.cells.length / sheet.columns);
  const width = 2 * margin + sheet.columns * (cell.width + gap) - gap;
  const height = headHeight + 2 * margin + rows * (cell.height + cell.caption + gap) - gap;
  const surface = canvas.createCanvas(width, height);
  const pen = { context: surface.getContext("2d"), families, colors };
  pen.context.imageSmoothingQuality = "high";
  pen.context.fillStyle = ink.paper;
  pen.context.fillRect(0, 0, width, height);
  write(pen, sheet.title, { x: margin, y: margin + 12, most: width - 2 * margin, font: "600 22px", color: ink.title });
  write(pen, sheet.subtitle, {
    x: margin,
    y: margin + 38,
    most: width - 2 * margin,
    font: "400 14px",
    color: ink.quiet,
  });
  const pictures = await Promise.all(sheet.cells.map(({ jpeg }) => jpeg === undefined ? jpeg : canvas.loadImage(jpeg)));
  for (const [index, one] of sheet.cells.entries()) {
    const left = margin + (index % sheet.columns) * (cell.width + gap);
    const top = headHeight + margin + Math.floor(index / sheet.columns) * (cell.height + cell.caption + gap);
    drawPicture(pen, one, pictures[index], left, top);
    drawCaption(pen, one, left, top + cell.height);
  }
  return await surface.encode("jpeg", quality);
}

function drawPicture(pen: Pen, { size, detections }: SheetCell, picture: Image | undefined, left: number, top: number) {
  const { context, colors } = pen;
  context.fillStyle = ink.blank;
  context.fillRect(left, top, cell.width, cell.height);
  if (picture === undefined) {
    const place = { x: left + 12, y: top + cell.height / 2, most: cell.width - 24 };
    return write(pen, "cannot be decoded", { ...place, font: "400 13px", color: ink.quiet });
  }
  const frame = fitted(size, left, top);
  context.drawImage(picture, frame.left, frame.top, frame.width, frame.height);
  drawBoxes(context, frame, placedIn(frame, size, detections), colors, { line: 2, halo: 1, font: 0 });
}

/** In the middle of the cell, as large as it goes, with the aspect kept. */
function fitted({ width, height }: Size, left: number, top: number): Frame {
  const factor = Math.min(cell.width / width, cell.height / height);
  const size = { width: Math.max(1, width * factor), height: Math.max(1, height * factor) };
  return { left: left + (cell.width - size.width) / 2, top: top + (cell.height - size.height) / 2, ...size };
}

/** Name and split, and below them what was found. */
function drawCaption(pen: Pen, { name, split, detections }: SheetCell, left: number, top: number): void {
  const y = top + 15;
  const tag = split === undefined
    ? 0
    : write(pen, split, { x: left + cell.width, y, most: 90, font: "400 12px", color: ink.quiet, align: "right" }) + 10;
  write(pen, name, { x: left, y, most: cell.width - tag, font: "600 12px", color: ink.text });
  const counts = { x: left, y: top + 33, most: cell.width };
  if (detections.length > 0) return drawCounts(pen, detections, counts);
  write(pen, "no detections", { ...counts, font: "400 12px", color: ink.quiet });
}

type Place = { readonly x: number; readonly y: number; readonly most: number };

/** `● rider 2  ● motorbike 1`, and how many labels more there are than fit. */
function drawCounts(pen: Pen, detections: readonly Detection[], { x, y, most }: Place): void {
  const { context, colors } = pen;
  const end = x + most;
  const room = 64;
  const counts = labelCounts(detections);
  let at = x;
  for (const [index, [label, count]] of counts.entries()) {
    const text = `${visible(label, 20)} ${count}`;
    const left = end - at - 14 - (index < counts.length - 1 ? room : 0);
    if (index > 0 && widthOf(pen, text, "400 12px") > left) {
      write(pen, `+ ${counts.length - index} more`, { x: at, y, most: room, font: "400 12px", color: ink.quiet });
      return;
    }
    drawDot(context, at + 5, y, colors(label).fill);
    at += 26 + write(pen, text, { x: at + 14, y, most: left, font: "400 12px", color: ink.text });
  }
}

function drawDot(context: SKRSContext2D, x: number, y: number, color: string): void {
  context.beginPath();
  context.arc(x, y, 4.5, 0, 2 * Math.PI);
  context.fillStyle = color;
  context.fill();
  context.strokeStyle = ink.quiet;
  context.lineWidth = 0.75;
  context.stroke();
}

type Writing = Place & { readonly font: string; readonly color: string; readonly align?: "left" | "right" };

/** Writes on one line, shortened in the middle where it needs more than `most` pixels. Gives the width. */
function write(pen: Pen, text: string, { x, y, most, font, color, align = "left" }: Writing): number {
  const { context, families } = pen;
  let shown = drawable(visible(text, 120));
  for (let length = 116; length > 4 && widthOf(pen, shown, font) > most; length -= 4) {
    shown = drawable(visible(text, length));
  }
  context.font = `${font} ${families}`;
  context.textBaseline = "middle";
  context.textAlign = align;
  context.fillStyle = color;
  context.fillText(shown, x, y);
  return context.measureText(shown).width;
}

function widthOf({ context, families }: Pen, text: string, font: string): number {
  context.font = `${font} ${families}`;
  return context.measureText(drawable(text)).width;
}
