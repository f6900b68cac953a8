// What can be seen of each thing on a canvas, and how much of it is hidden.
import type { Canvas } from "./raster.ts";

/** A box in pixels of the finished picture around what is seen of a thing. */
export type VisibleBox = {
  readonly thing: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Painted pixels that show it. */
  readonly seen: number;
};

/** Counts the pixels that each thing would cover if nothing stood before it, as far as the canvas goes. Things are
 *  painted one after the other. */
export interface Coverage {
  cover(thing: number, at: number): void;
  of(thing: number): number;
}

export function createCoverage({ width, height }: Canvas): Coverage {
  const last = new Uint16Array(width * height);
  const counts = new Map<number, number>();
  return {
    cover(thing, at) {
      if (last[at] === thing) return;
      last[at] = thing;
      counts.set(thing, (counts.get(thing) ?? 0) + 1);
    },
    of: (thing) => counts.get(thing) ?? 0,
  };
}

type Extent = { left: number; top: number; right: number; bottom: number; seen: number };

/** A box for every thing but 0, by number, on a canvas that was painted `factor` times too large. */
export function visibleBoxes(canvas: Canvas, factor: number): VisibleBox[] {
  return [...extentsOf(canvas)].sort(([one], [other]) => one - other).map(([thing, extent]) => {
    const x = Math.floor(extent.left / factor);
    const y = Math.floor(extent.top / factor);
    const width = Math.ceil((extent.right + 1) / factor) - x;
    const height = Math.ceil((extent.bottom + 1) / factor) - y;
    return { thing, x, y, width, height, seen: extent.seen };
  });
}

function extentsOf({ things, width }: Canvas): Map<number, Extent> {
  const extents = new Map<number, Extent>();
  for (const [at, thing] of things.entries()) {
    if (thing === 0) continue;
    const [x, y] = [at % width, Math.floor(at / width)];
    const extent = extents.get(thing);
    if (extent === undefined) {
      extents.set(thing, { left: x, top: y, right: x, bottom: y, seen: 1 });
      continue;
    }
    extent.left = Math.min(extent.left, x);
    extent.right = Math.max(extent.right, x);
    extent.bottom = y;
    extent.seen++;
  }
  return extents;
}
