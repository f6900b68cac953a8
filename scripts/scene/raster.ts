// A picture in the making: colours, depth and what each pixel belongs to, and triangles painted into it.
import { type Camera, projected } from "../scene/camera.ts";
import type { Color } from "../scene/color.ts";
import type { Patch } from "./mesh.ts";
import type { Vector } from "../scene/vectors.ts";

export type Canvas = {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue of each pixel, 0 to 255 and beyond. */
  readonly colors: Float32Array;
  /** Distance along the view; infinite where nothing is. */
  readonly depth: Float32Array;
  /** Which thing a pixel shows; 0 for none. */
  readonly things: Uint16Array;
};

export function emptyCanvas(width: number, height: number): Canvas {
  return {
    width,
    height,
    colors: new Float32Array(width * height * 3),
    depth: new Float32Array(width * height).fill(Infinity),
    things: new Uint16Array(width * height),
  };
}

/** How a surface looks: its place and normal on the model, its normal in the world, and where it is. */
export type Shader = (place: Vector, normal: Vector, facing: Vector, point: Vector) => Color;

type Corner = {
  readonly x: number;
  readonly y: number;
  readonly depth: number;
  readonly place: Vector;
  readonly face: Vector;
  readonly normal: Vector;
  readonly point: Vector;
};

/** Nearer than this, in metres, nothing is painted. */
const nearest = 0.4;

/** Paints a patch where it is nearer than what is there. */
export function paintPatch(canvas: Canvas, camera: Camera, patch: Patch, thing: number, shader: Shader): void {
  const corners = patch.points.map((point, index) => cornerAt(camera, patch, point, index));
  for (let row = 0; row + 1 < patch.rows; row++) {
    for (let column = 0; column + 1 < patch.columns; column++) {
      const at = row * patch.columns + column;
      const [a, b, c, d] = [corners[at], corners[at + 1], corners[at + patch.columns], corners[at + patch.columns + 1]];
      if (a === undefined || b === undefined || c === undefined || d === undefined) continue;
      if (Math.min(a.depth, b.depth, c.depth, d.depth) < nearest) continue;
      paintTriangle(canvas, [a, b, c], thing, shader);
      paintTriangle(canvas, [b, d, c], thing, shader);
    }
  }
}

function cornerAt(camera: Camera, patch: Patch, point: Vector, index: number): Corner {
  const [x, y, depth] = projected(camera, point);
  const up: Vector = [0, 1, 0];
  return {
    x,
    y,
    depth,
    point,
    place: patch.places[index] ?? point,
    face: patch.faces[index] ?? up,
    normal: patch.normals[index] ?? up,
  };
}

type Triangle = readonly [Corner, Corner, Corner];

function paintTriangle(canvas: Canvas, triangle: Triangle, thing: number, shader: Shader): void {
  const { width, colors, depth, things } = canvas;
  eachPixel(canvas, triangle, (x, y, shares) => {
    const at = y * width + x;
    const far = 1 / inverse(triangle, shares);
    if (far >= (depth[at] ?? 0)) return;
    const weights = perspective(triangle, shares, far);
    const color = shader(
      mixed(weights, triangle[0].place, triangle[1].place, triangle[2].place),
      mixed(weights, triangle[0].face, triangle[1].face, triangle[2].face),
      mixed(weights, triangle[0].normal, triangle[1].normal, triangle[2].normal),
      mixed(weights, triangle[0].point, triangle[1].point, triangle[2].point),
    );
    depth[at] = far;
    things[at] = thing;
    colors.set(color, at * 3);
  });
}

function inverse([a, b, c]: Triangle, shares: Vector): number {
  return shares[0] / a.depth + shares[1] / b.depth + shares[2] / c.depth;
}

function perspective([a, b, c]: Triangle, shares: Vector, far: number): Vector {
  return [shares[0] / a.depth * far, shares[1] / b.depth * far, shares[2] / c.depth * far];
}

function mixed(weights: Vector, a: Vector, b: Vector, c: Vector): Vector {
  return [
    weights[0] * a[0] + weights[1] * b[0] + weights[2] * c[0],
    weights[0] * a[1] + weights[1] * b[1] + weights[2] * c[1],
    weights[0] * a[2] + weights[1] * b[2] + weights[2] * c[2],
  ];
}

/** A place on the canvas. */
export type Spot = { readonly x: number; readonly y: number };

/** Calls `visit` for every pixel whose middle lies in a triangle, with the shares of the three corners. */
export function eachPixel(
  { width, height }: { readonly width: number; readonly height: number },
  [a, b, c]: readonly [Spot, Spot, Spot],
  visit: (x: number, y: number, shares: Vector) => void,
): void {
  const area = (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y);
  if (Math.abs(area) < 1e-9 || !Number.isFinite(area)) return;
  const left = Math.max(0, Math.ceil(Math.min(a.x, b.x, c.x) - 0.5));
  const right = Math.min(width - 1, Math.floor(Math.max(a.x, b.x, c.x) - 0.5));
  const top = Math.max(0, Math.ceil(Math.min(a.y, b.y, c.y) - 0.5));
  const bottom = Math.min(height - 1, Math.floor(Math.max(a.y, b.y, c.y) - 0.5));
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const [px, py] = [x + 0.5, y + 0.5];
      const second = ((px - a.x) * (c.y - a.y) - (c.x - a.x) * (py - a.y)) / area;
      const third = ((b.x - a.x) * (py - a.y) - (px - a.x) * (b.y - a.y)) / area;
      const first = 1 - second - third;
      if (first >= 0 && second >= 0 && third >= 0) visit(x, y, [first, second, third]);
    }
  }
}
