// Chips on a canvas: the label and score of each box, near it, within the picture, and clear of each other.
import type { SKRSContext2D } from "@napi-rs/canvas";
import type { Box, Detection } from "../contract/detection.ts";
import { type BoxStyle, type Frame, outlineOf } from "./box_drawing.ts";
import { drawable } from "./canvas.ts";
import { placedChip } from "./chip_places.ts";
import type { LabelColor, LabelColors } from "./label_colors.ts";
import { visible } from "./text.ts";

export type ChipStyle = BoxStyle & { readonly families: string };

/** Characters of a label that are shown. */
const mostCharacters = 28;

/** The best detections choose their places first. Where there is no room at all, a box has its colour only. */
export function drawChips(
  context: SKRSContext2D,
  frame: Frame,
  detections: readonly Detection[],
  colors: LabelColors,
  style: ChipStyle,
): void {
  context.save();
  context.font = `600 ${style.font}px ${style.families}`;
  context.textBaseline = "middle";
  const boxes = detections.map(({ box }) => outlineOf(box, frame, style));
  const taken: Box[] = [];
  for (const [index, detection] of detections.entries()) {
    const text = fittingText(context, detection, frame.width - 2 * style.font);
    const size = { width: context.measureText(text).width + style.font * 0.7, height: style.font * 1.4 };
    const chip = placedChip(size, index, boxes, taken, frame);
    if (chip === undefined) continue;
    taken.push(chip);
    drawChip(context, chip, text, colors(detection.label), style);
  }
  context.restore();
}

/** `rider 0.87`; the label is shortened until it fits into `most` pixels. */
function fittingText(context: SKRSContext2D, { label, score }: Detection, most: number): string {
  const end = score === undefined ? "" : ` ${score.toFixed(2)}`;
  for (let length = mostCharacters; length > 3; length -= 4) {
    const text = `${drawable(visible(label, length))}${end}`;
    if (context.measureText(text).width <= most) return text;
  }
  return end.trim();
}

function drawChip(
  context: SKRSContext2D,
  [x, y, width, height]: Box,
  text: string,
  color: LabelColor,
  { halo, font }: ChipStyle,
): void {
  context.beginPath();
  context.roundRect(x, y, width, height, font / 5);
  context.fillStyle = color.fill;
  context.fill();
  context.strokeStyle = "rgba(0, 0, 0, 0.6)";
  context.lineWidth = halo / 2;
  context.stroke();
  context.fillStyle = color.text;
  context.fillText(text, x + font * 0.35, y + height / 2 + font * 0.04);
}
