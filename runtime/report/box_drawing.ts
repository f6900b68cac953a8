// Outlines of boxes on a canvas.
import type { SKRSContext2D } from "@napi-rs/canvas";
import type { Box, Detection } from "../contract/detection.ts";
import type { LabelColors } from "./label_colors.ts";

/** The part of a canvas that a picture fills, in pixels of the canvas. */
export type Frame = { readonly left: number; readonly top: number; readonly width: number; readonly height: number };

/** Lengths in pixels of the canvas. */
export type BoxStyle = { readonly line: number; readonly halo: number; readonly font: number };

const haloColor = "rgba(0, 0, 0, 0.6)";
/** Between dashes, so that a dashed line is seen as well as a solid one. */
const gapColor = "#ffffff";

/** Lines, `bold` times as wide as usual, and letters that suit a picture of this size. */
export function styleFor({ width, height }: Frame, bold: number): BoxStyle {
  const longest = Math.max(width, height);
  const line = bold * Math.max(2, longest / 350);
  return { line, halo: Math.max(1, line / 2), font: Math.max(11, longest / 62) };
}

/** Large boxes first, so that small ones lie on top. Boxes are in pixels of the canvas. */
export function drawBoxes(
  context: SKRSContext2D,
  frame: Frame,
  detections: readonly Detection[],
  colors: LabelColors,
  style: BoxStyle,
): void {
  context.save();
  context.lineJoin = "round";
  for (const { label, box } of detections.toSorted((left, right) => areaOf(right.box) - areaOf(left.box))) {
    const { fill, dashed } = colors(label);
    const outline = outlineOf(box, frame, style);
    stroke(context, outline, { color: haloColor, width: style.line + 2 * style.halo, dash: [] });
    if (dashed) stroke(context, outline, { color: gapColor, width: style.line, dash: [] });
    stroke(context, outline, { color: fill, width: style.line, dash: dashed ? [style.line * 5, style.line * 2] : [] });
  }
  context.restore();
}

function areaOf([, , width, height]: Box): number {
  return width * height;
}

/** Around what is in the box, wide enough to be seen, and within the picture. */
export function outlineOf([x, y, width, height]: Box, frame: Frame, { line, halo }: BoxStyle): Box {
  const least = 4 * line;
  const edge = line / 2 + halo;
  const [left, right] = widened(x, x + width, least, frame.left + edge, frame.left + frame.width - edge);
  const [top, bottom] = widened(y, y + height, least, frame.top + edge, frame.top + frame.height - edge);
  return [left, top, right - left, bottom - top];
}

function widened(from: number, to: number, least: number, first: number, last: number): readonly [number, number] {
  const more = Math.max(0, least - (to - from)) / 2;
  const start = Math.max(first, Math.min(from - more, last - least));
  return [start, Math.max(start, Math.min(last, Math.max(to + more, start + least)))];
}

function stroke(
  context: SKRSContext2D,
  [x, y, width, height]: Box,
  { color, width: lineWidth, dash }: { readonly color: string; readonly width: number; readonly dash: number[] },
): void {
  context.strokeStyle = color;
  context.lineWidth = lineWidth;
  context.setLineDash(dash);
  context.strokeRect(x, y, width, height);
}
