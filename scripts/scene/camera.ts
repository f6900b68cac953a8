// A pinhole camera: which ray belongs to a pixel, and which pixel to a point.
import { cross, dot, minus, plus, times, unit, type Vector } from "../scene/vectors.ts";

export type Camera = {
  readonly position: Vector;
  readonly forward: Vector;
  readonly right: Vector;
  readonly up: Vector;
  /** Focal length and middle of the picture, in pixels. */
  readonly focal: number;
  readonly middle: readonly [number, number];
};

/** A camera at `position` that looks at `target`. `view` is the horizontal angle of view in degrees. */
export function lookingAt(position: Vector, target: Vector, view: number, width: number, height: number): Camera {
  const forward = unit(minus(target, position));
  const right = unit(cross([0, 1, 0], forward));
  const focal = width / 2 / Math.tan(view * Math.PI / 360);
  return { position, forward, right, up: cross(forward, right), focal, middle: [width / 2, height / 2] };
}

/** Direction of the ray through a pixel; its length along `forward` is 1. */
export function rayThrough({ forward, right, up, focal, middle }: Camera, x: number, y: number): Vector {
  return plus(forward, plus(times(right, (x - middle[0]) / focal), times(up, (middle[1] - y) / focal)));
}

/** Where a point shows: pixels, and its distance along `forward`, which is negative behind the camera. */
export function projected({ position, forward, right, up, focal, middle }: Camera, point: Vector): Vector {
  const way = minus(point, position);
  const depth = dot(way, forward);
  return [middle[0] + focal * dot(way, right) / depth, middle[1] - focal * dot(way, up) / depth, depth];
}
