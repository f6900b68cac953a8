// Shadows of round solids on level ground.
import { type Camera, projected } from "./camera.ts";
import type { Lamp } from "./lighting.ts";
import { clamp, step } from "./noise.ts";
import type { Canvas } from "./raster.ts";
import type { RoundPart } from "./round_part.ts";
import type { Vector } from "./vectors.ts";

/** Where on the ground each pixel of a canvas lies, in metres; NaN where it shows something else. */
export type GroundMap = { readonly x: Float32Array; readonly z: Float32Array };

export function emptyGroundMap({ width, height }: Canvas): GroundMap {
  const blank = () => new Float32Array(width * height).fill(NaN);
  return { x: blank(), z: blank() };
}

/** Darkens the ground where the solids keep a lamp's light from it. `open` is the share that reaches a place at all. */
export function castPartShadows(
  canvas: Canvas,
  camera: Camera,
  ground: GroundMap,
  parts: readonly RoundPart[],
  lamps: readonly Lamp[],
  open: (x: number, z: number) => number = () => 1,
): void {
  const mask = new Float32Array(canvas.width * canvas.height);
  for (const lamp of lamps) {
    mask.fill(0);
    for (const part of parts) markShadow(canvas, camera, ground, part, lamp, mask);
    for (const [at, share] of mask.entries()) {
      if (share === 0) continue;
      const left = 1 - lamp.shadow * share * open(ground.x[at] ?? 0, ground.z[at] ?? 0);
      for (let channel = at * 3; channel < at * 3 + 3; channel++) {
        canvas.colors[channel] = (canvas.colors[channel] ?? 0) * left;
      }
    }
  }
}

type Trace = {
  readonly x: number;
  readonly z: number;
  /** Half the width of the shadow, of its soft edge, and how dark it is. */
  readonly reach: number;
  readonly edge: number;
  readonly strength: number;
};

function traceOf({ towards, softness }: Lamp, [x, y, z]: Vector, reach: number): Trace {
  const height = Math.max(0, y);
  const edge = 0.02 + height * softness;
  const slope = height / towards[1];
  return {
    x: x - towards[0] * slope,
    z: z - towards[2] * slope,
    reach,
    edge,
    strength: Math.min(1, reach * 1.6 / edge),
  };
}

function markShadow(
  canvas: Canvas,
  camera: Camera,
  ground: GroundMap,
  { from, to, wide, thick }: RoundPart,
  lamp: Lamp,
  mask: Float32Array,
): void {
  const a = traceOf(lamp, from, (wide[0] + thick[0]) / 2);
  const b = traceOf(lamp, to, (wide[1] + thick[1]) / 2);
  const bounds = boundsOf(canvas, camera, [a, b]);
  if (bounds === undefined) return;
  const [wayX, wayZ] = [b.x - a.x, b.z - a.z];
  const square = wayX * wayX + wayZ * wayZ;
  for (let y = bounds.top; y <= bounds.bottom; y++) {
    for (let at = y * canvas.width + bounds.left; at <= y * canvas.width + bounds.right; at++) {
      const [x, z] = [(ground.x[at] ?? NaN) - a.x, (ground.z[at] ?? NaN) - a.z];
      const along = square < 1e-9 ? 0 : clamp((x * wayX + z * wayZ) / square);
      const away = Math.hypot(x - wayX * along, z - wayZ * along);
      const reach = a.reach + (b.reach - a.reach) * along;
      const edge = a.edge + (b.edge - a.edge) * along;
      if (!(away < reach + edge)) continue;
      const share = (1 - step(Math.max(0, reach - edge), reach + edge, away)) * Math.min(a.strength, b.strength);
      mask[at] = Math.max(mask[at] ?? 0, share);
    }
  }
}

type Bounds = { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };

function boundsOf({ width, height }: Canvas, camera: Camera, traces: readonly Trace[]): Bounds | undefined {
  const corners = traces.flatMap(({ x, z, reach, edge }) => {
    const out = reach + edge;
    return [[x - out, z - out], [x - out, z + out], [x + out, z - out], [x + out, z + out]] as const;
  }).map(([x, z]) => projected(camera, [x, 0, z]));
  if (corners.some(([, , depth]) => depth < 0.4)) return undefined;
  const across = corners.map(([x]) => x);
  const down = corners.map(([, y]) => y);
  return {
    left: Math.max(0, Math.floor(Math.min(...across))),
    right: Math.min(width - 1, Math.ceil(Math.max(...across))),
    top: Math.max(0, Math.floor(Math.min(...down))),
    bottom: Math.min(height - 1, Math.ceil(Math.max(...down))),
  };
}
