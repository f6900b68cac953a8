// Goals: posts, bar and net; and the corner flags.
import { type Camera, projected, rayThrough } from "../scene/camera.ts";
import { clamp } from "../scene/noise.ts";
import type { Color } from "../scene/color.ts";
import type { Canvas } from "../scene/raster.ts";
import type { RoundPart } from "../scene/round_part.ts";
import { cross, dot, minus, plus, times, type Vector } from "../scene/vectors.ts";
import { halfLength, halfWidth } from "./pitch.ts";

const halfGoal = 3.66;
const goalHeight = 2.44;

const post: Color = [236, 236, 236];

/** Frames of both goals, and the flags. */
export function frameParts(): RoundPart[] {
  return [-1, 1].flatMap((end) => {
    const x = end * (halfLength + 0.06);
    const back = end * (halfLength + 2.1);
    const stick = (from: Vector, to: Vector, thin: number, color: Color): RoundPart => ({
      from,
      to,
      side: [end, 0, 0],
      wide: [thin, thin],
      thick: [thin, thin],
      skin: () => color,
    });
    const uprights = [-1, 1].flatMap((side) => [
      stick([x, 0, side * halfGoal], [x, goalHeight, side * halfGoal], 0.065, post),
      stick([back, 0, side * halfGoal], [end * (halfLength + 0.9), goalHeight, side * halfGoal], 0.022, [
        150,
        152,
        156,
      ]),
      stick([x, goalHeight, side * halfGoal], [end * (halfLength + 0.9), goalHeight, side * halfGoal], 0.022, [
        150,
        152,
        156,
      ]),
      stick([end * halfLength, 0, side * halfWidth], [end * halfLength, 1.5, side * halfWidth], 0.022, [238, 226, 90]),
      {
        ...stick([end * halfLength, 1.34, side * halfWidth], [end * (halfLength - 0.36), 1.3, side * halfWidth], 0.12, [
          230,
          70,
          40,
        ]),
        side: [0, 1, 0] as const,
        thick: [0.01, 0.01] as const,
      },
    ]);
    return [...uprights, stick([x, goalHeight, -halfGoal], [x, goalHeight, halfGoal], 0.065, post)];
  });
}

/** A flat piece of net: a corner and the two sides from there. */
type Sheet = { readonly corner: Vector; readonly across: Vector; readonly up: Vector };

function sheetsOf(end: 1 | -1): Sheet[] {
  const [front, top, back] = [halfLength, halfLength + 0.9, halfLength + 2.1];
  const flank = (side: 1 | -1): Sheet => ({
    corner: [end * front, 0, side * halfGoal],
    across: [end * (back - front) * 0.72, 0, 0],
    up: [0, goalHeight, 0],
  });
  return [
    flank(-1),
    flank(1),
    { corner: [end * back, 0, -halfGoal], across: [0, 0, halfGoal * 2], up: [end * (top - back), goalHeight, 0] },
    { corner: [end * front, goalHeight, -halfGoal], across: [0, 0, halfGoal * 2], up: [end * (top - front), 0, 0] },
  ];
}

/** Hangs the nets over what is behind them. They hide nothing. */
export function paintNets(canvas: Canvas, camera: Camera, brightness: number): void {
  for (const end of [-1, 1] as const) {
    for (const sheet of sheetsOf(end)) paintSheet(canvas, camera, sheet, brightness);
  }
}

function paintSheet(canvas: Canvas, camera: Camera, { corner, across, up }: Sheet, brightness: number): void {
  const corners = [corner, plus(corner, across), plus(corner, up), plus(plus(corner, across), up)];
  const spots = corners.map((point) => projected(camera, point));
  if (spots.some(([, , depth]) => depth < 0.4)) return;
  const [xs, ys] = [spots.map(([x]) => x), spots.map(([, y]) => y)];
  const normal = cross(across, up);
  const away = dot(minus(corner, camera.position), normal);
  const right = Math.min(canvas.width - 1, Math.floor(Math.max(...xs)));
  const bottom = Math.min(canvas.height - 1, Math.floor(Math.max(...ys)));
  for (let y = Math.max(0, Math.ceil(Math.min(...ys))); y <= bottom; y++) {
    for (let x = Math.max(0, Math.ceil(Math.min(...xs))); x <= right; x++) {
      const ray = rayThrough(camera, x + 0.5, y + 0.5);
      const depth = away / dot(ray, normal);
      const at = y * canvas.width + x;
      if (!(depth > 0.4 && depth < (canvas.depth[at] ?? 0))) continue;
      const way = minus(plus(camera.position, times(ray, depth)), corner);
      const [u, v] = [dot(way, across) / dot(across, across), dot(way, up) / dot(up, up)];
      if (u < 0 || u > 1 || v < 0 || v > 1) continue;
      const share = threadAt(u * Math.hypot(...across), v * Math.hypot(...up), depth / camera.focal);
      for (let channel = at * 3; channel < at * 3 + 3; channel++) {
        const color = canvas.colors[channel] ?? 0;
        canvas.colors[channel] = color + (brightness - color) * share;
      }
    }
  }
}

const mesh = 0.14;
const thread = 0.007;

/** How much of a pixel is thread. `span` is how many metres it is wide. */
function threadAt(x: number, y: number, span: number): number {
  const edge = Math.max(0.004, span * 0.6);
  const near = (place: number) => {
    const away = Math.abs(place / mesh - Math.round(place / mesh)) * mesh;
    return clamp((thread + edge - away) / (2 * edge)) * Math.min(1, 2.4 * thread / edge);
  };
  return Math.min(0.55, Math.max(near(x), near(y)) * 0.7 + (span > mesh / 3 ? 0.1 : 0));
}
