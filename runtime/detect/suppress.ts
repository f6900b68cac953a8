// Each thing once: of boxes that share much the best stays. Pure.
import type { Box } from "../contract/detection.ts";
import { iouOf } from "../image/boxes.ts";

/** Boxes are looked for in upright strips of so many pixels, so that each meets only those near it. */
const strip = 64;

/** Greedy suppression: asked for one box after the other, best first, it answers whether the box stays. Of two boxes that
 *  share more than `iou` (intersection over union) the first stays; with 1 all do. Boxes meet only those of their
 *  `group`. */
export function createSuppression(iou: number): (box: Box, group: string) => boolean {
  const groups = new Map<string, Map<number, Box[]>>();
  return (box, group) => {
    if (iou >= 1) return true;
    const strips = groups.get(group) ?? new Map<number, Box[]>();
    groups.set(group, strips);
    const [first, last] = [Math.floor(box[0] / strip), Math.floor((box[0] + box[2]) / strip)];
    for (let at = first; at <= last; at++) {
      for (const other of strips.get(at) ?? []) if (iouOf(other, box) > iou) return false;
    }
    for (let at = first; at <= last; at++) {
      const here = strips.get(at);
      if (here === undefined) strips.set(at, [box]);
      else here.push(box);
    }
    return true;
  };
}
