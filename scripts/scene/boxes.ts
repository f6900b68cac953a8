// Boxes around what can be seen of things.
import type { Canvas } from "../scene/raster.ts";

/** A box in pixels of the finished picture. */
export type LabelledBox<Label extends string = string> = {
  readonly label: Label;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};

type Extent = { left: number; top: number; right: number; bottom: number; pixels: number };

/** Below this many painted pixels a thing counts as hidden. */
const leastPixels = 60;

/** A box for every thing on a canvas that was painted `factor` times too large. */
export function boxesOn<Label extends string>(
  canvas: Canvas,
  factor: number,
  labelOf: (thing: number) => Label,
): LabelledBox<Label>[] {
  const extents = [...extentsOf(canvas)].sort(([left], [right]) => left - right);
  return extents.filter(([, { pixels }]) => pixels >= leastPixels).map(([thing, extent]) => {
    const x = Math.floor(extent.left / factor);
    const y = Math.floor(extent.top / factor);
    const width = Math.ceil((extent.right + 1) / factor) - x;
    const height = Math.ceil((extent.bottom + 1) / factor) - y;
    return { label: labelOf(thing), x, y, width, height };
  });
}

function extentsOf({ things, width }: Canvas): Map<number, Extent> {
  const extents = new Map<number, Extent>();
  for (const [at, thing] of things.entries()) {
    if (thing === 0) continue;
    const x = at % width;
    const y = Math.floor(at / width);
    const known = extents.get(thing) ?? { left: x, top: y, right: x, bottom: y, pixels: 0 };
    extents.set(thing, {
      left: Math.min(known.left, x),
      top: known.top,
      right: Math.max(known.right, x),
      bottom: y,
      pixels: known.pixels + 1,
    });
  }
  return extents;
}
