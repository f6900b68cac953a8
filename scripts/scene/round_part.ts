// Round solids painted straight from their outline: limbs, bodies, heads. No mesh, so that crowds of people are cheap.
import { type Camera, projected } from "./camera.ts";
import type { Color } from "./color.ts";
import { clamp } from "./noise.ts";
import type { Canvas } from "./raster.ts";
import { cross, dot, minus, plus, times, unit, type Vector } from "./vectors.ts";

/** Colour at a place of the surface: `along` from 0 to 1, `aside` from -1 to 1 towards `side`, `ahead` from -1 to 1
 *  towards the cross product of `side` and the axis, `beyond` from -1 to 1 along the axis on the rounded ends. */
export type Skin = (along: number, aside: number, ahead: number, beyond: number) => Color;

/** A solid along an axis whose slices are ellipses; its ends are rounded off unless they are open. Lengths in metres. */
export type RoundPart = {
  readonly from: Vector;
  readonly to: Vector;
  /** Direction in which slices are `wide`, as far as it is at right angles to the axis; the other way they are `thick`. */
  readonly side: Vector;
  /** Half the width and half the thickness at both ends. */
  readonly wide: readonly [number, number];
  readonly thick: readonly [number, number];
  /** Ends that are cut off flat. */
  readonly open?: "from" | "to" | "both";
  readonly skin: Skin;
};

/** The light that a surface sends on: its normal, of length 1, and the share of it that faces the eye. */
export type LightAt = (normal: Vector, towardsEye: number) => Color;

/** A solid as the camera sees it. */
type Outline = {
  readonly a: Vector;
  readonly b: Vector;
  /** Direction of the axis on the canvas, and its length in pixels. */
  readonly way: readonly [number, number];
  readonly length: number;
  readonly radii: readonly [number, number];
  readonly axis: Vector;
  readonly side: Vector;
  readonly ahead: Vector;
  /** Cosine and sine of the angle at which the outline touches a slice; which half from there is seen, 1 or -1. */
  readonly touch: readonly [number, number];
  readonly half: number;
  /** How far one metre along `side` and along `ahead` leads away from the eye. */
  readonly sideDepth: number;
  readonly aheadDepth: number;
};

function outlineOf(camera: Camera, { from, to, side: wanted, wide, thick }: RoundPart): Outline | undefined {
  const a = projected(camera, from);
  const b = projected(camera, to);
  if (a[2] < 0.4 || b[2] < 0.4) return undefined;
  const length = Math.hypot(b[0] - a[0], b[1] - a[1]);
  const way: [number, number] = length < 1e-6 ? [0, -1] : [(b[0] - a[0]) / length, (b[1] - a[1]) / length];
  const across = plus(times(camera.right, -way[1]), times(camera.up, -way[0]));
  const axis = unit(minus(to, from));
  const isAskew = Math.abs(dot(wanted, axis)) > 0.9;
  const ahead = unit(cross(isAskew ? [axis[1], axis[2], axis[0]] : wanted, axis));
  const side = cross(axis, ahead);
  const [shareWide, shareThick] = [dot(across, side), dot(across, ahead)];
  const radiusAt = (end: 0 | 1, depth: number) =>
    Math.max(0.35, Math.hypot(wide[end] * shareWide, thick[end] * shareThick) * camera.focal / depth);
  const touch = Math.atan2((thick[0] + thick[1]) * shareThick, (wide[0] + wide[1]) * shareWide);
  const [sin, cos] = [Math.sin(touch), Math.cos(touch)];
  const seen = plus(times(side, -sin / (wide[0] + wide[1])), times(ahead, cos / (thick[0] + thick[1])));
  const isSeen = dot(seen, minus(camera.position, from)) > 0;
  return {
    a,
    b,
    way,
    length,
    radii: [radiusAt(0, a[2]), radiusAt(1, b[2])],
    axis,
    side,
    ahead,
    touch: [cos, sin],
    half: isSeen ? 1 : -1,
    sideDepth: dot(side, camera.forward),
    aheadDepth: dot(ahead, camera.forward),
  };
}

/** Paints a solid where it is nearer than what is there. `covered` hears of each of its pixels, hidden or not. */
export function paintRoundPart(
  canvas: Canvas,
  camera: Camera,
  part: RoundPart,
  thing: number,
  lightAt: LightAt,
  covered: (at: number) => void = () => {},
): void {
  const outline = outlineOf(camera, part);
  if (outline === undefined) return;
  const { a, b, way, length, radii } = outline;
  const widest = Math.max(...radii);
  const isFromOpen = part.open === "from" || part.open === "both";
  const isToOpen = part.open === "to" || part.open === "both";
  const left = Math.max(0, Math.ceil(Math.min(a[0], b[0]) - widest - 0.5));
  const right = Math.min(canvas.width - 1, Math.floor(Math.max(a[0], b[0]) + widest - 0.5));
  const top = Math.max(0, Math.ceil(Math.min(a[1], b[1]) - widest - 0.5));
  const bottom = Math.min(canvas.height - 1, Math.floor(Math.max(a[1], b[1]) + widest - 0.5));
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const [dx, dy] = [x + 0.5 - a[0], y + 0.5 - a[1]];
      const gone = dx * way[0] + dy * way[1];
      const along = length < 1e-6 ? 0 : clamp(gone / length);
      const over = gone - along * length;
      if ((over < -0.5 && isFromOpen) || (over > 0.5 && isToOpen)) continue;
      const radius = radii[0] + (radii[1] - radii[0]) * along;
      const out = (dy * way[0] - dx * way[1]) / radius;
      const beyond = over / radius;
      if (out * out + beyond * beyond >= 1) continue;
      const at = y * canvas.width + x;
      covered(at);
      paintPixel(canvas, camera, part, outline, { at, along, out, beyond, thing, lightAt });
    }
  }
}

type Pixel = {
  readonly at: number;
  readonly along: number;
  /** Places within the outline, from -1 to 1: across the axis, and along it beyond an end. */
  readonly out: number;
  readonly beyond: number;
  readonly thing: number;
  readonly lightAt: LightAt;
};

function paintPixel(canvas: Canvas, camera: Camera, part: RoundPart, outline: Outline, pixel: Pixel): void {
  const { at, along, beyond, thing, lightAt } = pixel;
  const rest = Math.sqrt(1 - beyond * beyond);
  const out = pixel.out / rest;
  const half = outline.half * Math.sqrt(Math.max(0, 1 - out * out));
  const [cos, sin] = outline.touch;
  const [aside, ahead] = [cos * out - sin * half, sin * out + cos * half];
  const wide = part.wide[0] + (part.wide[1] - part.wide[0]) * along;
  const thick = part.thick[0] + (part.thick[1] - part.thick[0]) * along;
  const bulge = (wide * aside * outline.sideDepth + thick * ahead * outline.aheadDepth) * rest;
  const depth = outline.a[2] + (outline.b[2] - outline.a[2]) * along + bulge;
  if (depth >= (canvas.depth[at] ?? 0)) return;
  const flat = unit(plus(times(outline.side, aside / wide), times(outline.ahead, ahead / thick)));
  const normal = plus(times(flat, rest), times(outline.axis, beyond));
  const light = lightAt(normal, -dot(normal, camera.forward));
  const color = part.skin(along, aside, ahead, beyond);
  canvas.depth[at] = depth;
  canvas.things[at] = thing;
  canvas.colors[at * 3] = color[0] * light[0] / 255;
  canvas.colors[at * 3 + 1] = color[1] * light[1] / 255;
  canvas.colors[at * 3 + 2] = color[2] * light[2] / 255;
}
