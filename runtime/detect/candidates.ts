// From what a model found in its input to candidates in the image. Pure.
import type { Candidates } from "../contract/detection.ts";
import type { Size } from "../contract/image.ts";
import type { Found } from "./found.ts";
import type { Placement } from "./placement.ts";

/** Score, class, left, top, width, height, in the units of `Candidates`. */
type Row = readonly [number, number, number, number, number, number];

/** Best first; boxes clipped to the image, those of which nothing is left are left out. Equal scores are in the order of
 *  class and place, so that it does not matter in which order a backend gave them. */
export function candidatesOf(found: Found, placement: Placement, image: Size): Candidates {
  const rows: Row[] = [];
  const across = image.width / placement.width;
  const down = image.height / placement.height;
  for (let at = 0; at < found.count; at++) {
    const left = along(found.boxes[4 * at], placement.left, across, image.width);
    const top = along(found.boxes[4 * at + 1], placement.top, down, image.height);
    const width = along(found.boxes[4 * at + 2], placement.left, across, image.width) - left;
    const height = along(found.boxes[4 * at + 3], placement.top, down, image.height) - top;
    const score = Math.round((found.scores[at] ?? 0) * 10_000);
    if (width > 0 && height > 0) rows.push([score, found.classes[at] ?? 0, left, top, width, height]);
  }
  rows.sort(byRank);
  return {
    classes: rows.map((row) => row[1]),
    scores: rows.map((row) => row[0]),
    boxes: rows.flatMap((row) => row.slice(2)),
  };
}

/** A coordinate of the input as hundredths of a pixel of the image, within it. */
function along(value: number | undefined, start: number, scale: number, length: number): number {
  return Math.round(100 * Math.min(Math.max(((value ?? 0) - start) * scale, 0), length));
}

function byRank(left: Row, right: Row): number {
  if (left[0] !== right[0]) return right[0] - left[0];
  for (let at = 1; at < left.length; at++) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
