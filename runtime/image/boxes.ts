// The geometry of boxes: how edits move them, what of them is left, how much two of them share. Pure.
import type { Box } from "../contract/detection.ts";
import type { Edit, Image, Size } from "../contract/image.ts";
import { sizeAfter } from "./edits.ts";

/** Area in square pixels. */
export function areaOf([, , width, height]: Box): number {
  return width * height;
}

/** The part of a box within an image of `size`; `undefined` when nothing of it is. */
export function clippedTo([x, y, width, height]: Box, size: Size): Box | undefined {
  const left = Math.max(x, 0);
  const top = Math.max(y, 0);
  const right = Math.min(x + width, size.width);
  const bottom = Math.min(y + height, size.height);
  return right > left && bottom > top ? [left, top, right - left, bottom - top] : undefined;
}

/** Intersection over union, 0 to 1. */
export function iouOf(left: Box, right: Box): number {
  const across = Math.min(left[0] + left[2], right[0] + right[2]) - Math.max(left[0], right[0]);
  const down = Math.min(left[1] + left[3], right[1] + right[3]) - Math.max(left[1], right[1]);
  if (across <= 0 || down <= 0) return 0;
  const shared = across * down;
  return shared / (areaOf(left) + areaOf(right) - shared);
}

/** Where a box of an image of `size` is after `edits`, clipped to what is left of the image. `undefined` when less than
 *  the share `visible` of it is left, or nothing. */
export function movedBox(box: Box, size: Size, edits: readonly Edit[], visible: number): Box | undefined {
  let moved = box;
  let now = size;
  for (const edit of edits) {
    const whole = movedByOne(moved, now, edit);
    now = sizeAfter(now, [edit]);
    const left = clippedTo(whole, now);
    if (left === undefined || areaOf(left) < visible * areaOf(whole)) return undefined;
    moved = left;
  }
  return moved;
}

/** Where a box of an image is in the whole picture, upright, as it was before crops, pads, flips and resizes; perhaps
 *  beyond its edges. The size is that of the whole picture. */
export function boxInWhole(box: Box, { header, edits }: Image): { readonly box: Box; readonly size: Size } {
  const turn = edits.slice(0, edits[0]?.op === "orient" ? 1 : 0);
  const others = edits.slice(turn.length);
  const whole = sizeAfter({ width: header.width, height: header.height }, turn);
  const before = others.reduceRight((moved, edit, index) => {
    return movedBackByOne(moved, sizeAfter(whole, others.slice(0, index)), edit);
  }, box);
  return { box: before, size: whole };
}

/** `size` is that of the image before the edit. */
function movedBackByOne(box: Box, size: Size, edit: Edit): Box {
  const [x, y, width, height] = box;
  switch (edit.op) {
    case "crop":
      return [x + edit.x, y + edit.y, width, height];
    case "pad":
      return [x - edit.left, y - edit.top, width, height];
    case "resize": {
      const across = size.width / edit.width;
      const down = size.height / edit.height;
      return [x * across, y * down, width * across, height * down];
    }
    case "orient":
      return oriented(box, sizeAfter(size, [edit]), [0, 1, 2, 3, 4, 5, 8, 7, 6][edit.value] ?? 1);
    case "flip":
    case "grayscale":
      return movedByOne(box, size, edit);
  }
}

function movedByOne(box: Box, size: Size, edit: Edit): Box {
  const [x, y, width, height] = box;
  switch (edit.op) {
    case "crop":
      return [x - edit.x, y - edit.y, width, height];
    case "pad":
      return [x + edit.left, y + edit.top, width, height];
    case "resize": {
      const across = edit.width / size.width;
      const down = edit.height / size.height;
      return [x * across, y * down, width * across, height * down];
    }
    case "flip":
      return edit.axis === "horizontal"
        ? [size.width - x - width, y, width, height]
        : [x, size.height - y - height, width, height];
    case "orient":
      return oriented(box, size, edit.value);
    case "grayscale":
      return box;
  }
}

/** EXIF orientations: from 5 on, width and height change places; the others mirror the one side, the other, or both. */
function oriented([x, y, width, height]: Box, size: Size, value: number): Box {
  const fromRight = size.width - x - width;
  const fromBottom = size.height - y - height;
  switch (value) {
    case 2:
      return [fromRight, y, width, height];
    case 3:
      return [fromRight, fromBottom, width, height];
    case 4:
      return [x, fromBottom, width, height];
    case 5:
      return [y, x, height, width];
    case 6:
      return [fromBottom, x, height, width];
    case 7:
      return [fromBottom, fromRight, height, width];
    case 8:
      return [y, fromRight, height, width];
    default:
      return [x, y, width, height];
  }
}
