// Where the chip of a box goes. Pure.
import type { Box } from "../contract/detection.ts";
import type { Size } from "../contract/image.ts";
import type { Frame } from "./box_drawing.ts";

/** Share of a chip that others may hide; where no place is better, there is no chip. */
const mostHidden = 0.3;
/** What hiding a whole box costs, as against hiding a whole chip. */
const boxCost = 0.3;

/** The best place within the frame for the chip of the box at `index`: one that hides few chips and boxes; of equal ones
 *  the first of `places`. `undefined` where every place lies under other chips. */
export function placedChip(
  size: Size,
  index: number,
  boxes: readonly Box[],
  taken: readonly Box[],
  frame: Frame,
): Box | undefined {
  const box = boxes[index] ?? [0, 0, 0, 0];
  let best: Box | undefined;
  let least = Infinity;
  for (const [rank, place] of places(box, size, frame).entries()) {
    const hidden = sumOf(taken, (other) => sharedArea(place, other)) / (size.width * size.height);
    if (hidden > mostHidden) continue;
    const cost = hidden + rank / 1000 + boxCost * sumOf(boxes, (other) => shareHidden(place, other));
    if (cost < least) [best, least] = [place, cost];
  }
  return best;
}

/** Above, inside at the top, below, beside; aligned left, then right. Outside the frame they are moved into it. */
function places([x, y, width, height]: Box, size: Size, frame: Frame): Box[] {
  const [right, bottom] = [x + width - size.width, y + height];
  const corners = [
    [x, y - size.height],
    [x, bottom],
    [right, y - size.height],
    [right, bottom],
    [x, y],
    [right, y],
    [x, bottom - size.height],
    [x + width, y],
    [x - size.width, y],
  ] as const;
  return corners.map(([left, top]) => [
    within(left, frame.left, frame.left + frame.width - size.width),
    within(top, frame.top, frame.top + frame.height - size.height),
    size.width,
    size.height,
  ]);
}

function within(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}

function sharedArea(left: Box, right: Box): number {
  const across = Math.min(left[0] + left[2], right[0] + right[2]) - Math.max(left[0], right[0]);
  const down = Math.min(left[1] + left[3], right[1] + right[3]) - Math.max(left[1], right[1]);
  return across > 0 && down > 0 ? across * down : 0;
}

function shareHidden(chip: Box, box: Box): number {
  return sharedArea(chip, box) / Math.max(1, box[2] * box[3]);
}

function sumOf(boxes: readonly Box[], valueOf: (box: Box) => number): number {
  return boxes.reduce((sum, box) => sum + valueOf(box), 0);
}
