// The eight ways to lay down a rectangle, numbered as EXIF orientations are. Pure.
import type { Edit, Size } from "../contract/image.ts";
import type { Box } from "./codec.ts";

/** How a pixel of the turned raster is found: its column and row (exchanged when `swap`) give the stored column and
 *  row, counted from the other end where mirrored. */
export type Turn = { readonly swap: boolean; readonly mirrorX: boolean; readonly mirrorY: boolean };

const turns: readonly Turn[] = [
  { swap: false, mirrorX: false, mirrorY: false },
  { swap: false, mirrorX: true, mirrorY: false },
  { swap: false, mirrorX: true, mirrorY: true },
  { swap: false, mirrorX: false, mirrorY: true },
  { swap: true, mirrorX: false, mirrorY: false },
  { swap: true, mirrorX: false, mirrorY: true },
  { swap: true, mirrorX: true, mirrorY: true },
  { swap: true, mirrorX: true, mirrorY: false },
];

const asStored: Turn = { swap: false, mirrorX: false, mirrorY: false };

/** The turn with this number; anything but 1 to 8 is taken for 1. */
export function turnOf(number: number): Turn {
  return turns[number - 1] ?? asStored;
}

/** The number of the turn that an edit is, or `undefined` when it is something else. */
export function turnNumberOf(edit: Edit): number | undefined {
  if (edit.op === "orient") return edit.value;
  return edit.op === "flip" ? edit.axis === "horizontal" ? 2 : 4 : undefined;
}

/** Number of the turn that does `first`, then `second`. */
export function composed(first: number, second: number): number {
  const a = turnOf(first);
  const b = turnOf(second);
  const swap = a.swap !== b.swap;
  const mirrorX = a.mirrorX !== (a.swap ? b.mirrorY : b.mirrorX);
  const mirrorY = a.mirrorY !== (a.swap ? b.mirrorX : b.mirrorY);
  return 1 + turns.findIndex((turn) => turn.swap === swap && turn.mirrorX === mirrorX && turn.mirrorY === mirrorY);
}

/** Size of a stored raster after a turn; also the other way round. */
export function turnedSize(number: number, { width, height }: Size): Size {
  return turnOf(number).swap ? { width: height, height: width } : { width, height };
}

/** Where a box of the turned raster lies in the stored one. `stored` is the size of that. */
export function storedBox(number: number, stored: Size, box: Box): Box {
  const { swap, mirrorX, mirrorY } = turnOf(number);
  const { x, y, width, height } = swap ? { x: box.y, y: box.x, width: box.height, height: box.width } : box;
  return {
    x: mirrorX ? stored.width - x - width : x,
    y: mirrorY ? stored.height - y - height : y,
    width,
    height,
  };
}
