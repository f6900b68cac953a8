// Pictures with what was found in them: boxes, labels and scores, legible on any background. Equal input gives equal
// bytes. Loading this file costs nothing; drawing loads the canvas.
import type { Box, Detection } from "../contract/detection.ts";
import type { Size } from "../contract/image.ts";
import { drawBoxes, type Frame, styleFor } from "./box_drawing.ts";
import { loadCanvas } from "./canvas.ts";
import { drawChips } from "./chips.ts";
import type { LabelColors } from "./label_colors.ts";

export type PreviewOptions = {
  readonly colors: LabelColors;
  /** Whether each box has a chip with its label and score; true when absent. Without chips lines are twice as wide, as
   *  suits a thumbnail. */
  readonly chips?: boolean;
  /** Small pictures are enlarged, by a whole factor, as long as their longer side stays within this; 0 when absent. In
   *  pixels. */
  readonly enlargeTo?: number;
};

/** Factor above which enlarging shows nothing more. */
const mostEnlarged = 8;
const quality = 85;

/** The picture with boxes drawn into it, as JPEG. `size` is that of the image that the boxes were found in, of which
 *  `jpeg` is a smaller rendering. Throws when `jpeg` is no picture. */
export async function drawPreview(
  jpeg: Uint8Array,
  size: Size,
  detections: readonly Detection[],
  { colors, chips = true, enlargeTo = 0 }: PreviewOptions,
): Promise<Uint8Array> {
  const { canvas, families } = await loadCanvas();
  const picture = await canvas.loadImage(jpeg);
  const factor = enlargement(picture, enlargeTo);
  const frame = { left: 0, top: 0, width: picture.width * factor, height: picture.height * factor };
  const surface = canvas.createCanvas(frame.width, frame.height);
  const context = surface.getContext("2d");
  if (factor > 1) context.imageSmoothingQuality = "high"; // at its own size it would be blurred, and take its time
  context.drawImage(picture, 0, 0, frame.width, frame.height);
  const style = styleFor(frame, chips ? 1 : 2);
  const placed = placedIn(frame, size, detections);
  drawBoxes(context, frame, placed, colors, style);
  if (chips) drawChips(context, frame, placed, colors, { ...style, families });
  return await surface.encode("jpeg", quality);
}

function enlargement({ width, height }: Size, most: number): number {
  return Math.min(mostEnlarged, Math.max(1, Math.floor(most / Math.max(width, height))));
}

/** Detections with their boxes in pixels of the canvas. */
export function placedIn(frame: Frame, size: Size, detections: readonly Detection[]): readonly Detection[] {
  const across = frame.width / size.width;
  const down = frame.height / size.height;
  const moved = ([x, y, width, height]: Box): Box => [
    frame.left + x * across,
    frame.top + y * down,
    width * across,
    height * down,
  ];
  return detections.map((detection) => ({ ...detection, box: moved(detection.box) }));
}
