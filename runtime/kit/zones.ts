// Zones: polygons in a picture, and whether a box stands in one. Pure.
import type { Box } from "../contract/detection.ts";
import type { Size } from "../contract/image.ts";

/** A place in a picture, each from 0 to 1 of its width and height. */
export type Point = readonly [number, number];

/** Corners in order; the last is joined to the first. */
export type Polygon = readonly Point[];

export type Zones = Readonly<Record<string, Polygon>>;

const number = /^(?:0|1|0?\.\d+|0\.\d*|1\.0*)$/;

/** Reads zones as `door: 0.1,0.5 0.4,0.5 0.4,0.9; yard: …`: a name, a colon, and the corners as SVG writes points: x and
 *  y in turn, with commas or spaces between. A text says what is wrong. */
export function readZones(text: string): Zones | string {
  const zones = new Map<string, Polygon>();
  for (const part of text.split(";").map((one) => one.trim()).filter((one) => one !== "")) {
    const [, name = "", corners = ""] = /^([^:]*):(.*)$/s.exec(part) ?? [];
    if (name.trim() === "") return `zone "${part}" does not begin with a name and a colon`;
    if (zones.has(name.trim())) return `zone "${name.trim()}" is there twice`;
    const polygon = readPolygon(corners);
    if (typeof polygon === "string") return `zone "${name.trim()}" ${polygon}`;
    zones.set(name.trim(), polygon);
  }
  return Object.fromEntries(zones);
}

function readPolygon(text: string): Polygon | string {
  const words = text.split(/[\s,]+/).filter((word) => word !== "");
  const wrong = words.find((word) => !number.test(word));
  if (wrong !== undefined) return `has "${wrong}", which is no number from 0 to 1`;
  if (words.length % 2 > 0) return `has ${words.length} numbers; each corner has two`;
  const polygon = Array.from({ length: words.length / 2 }, (_, at): Point => {
    return [Number(words[2 * at]), Number(words[2 * at + 1])];
  });
  if (polygon.length < 3) return `has ${polygon.length} corners; three are the least`;
  if (crosses(polygon)) return "has edges that cross";
  return areaWithin(polygon) < 1e-6 ? "has no area" : polygon;
}

function crosses(polygon: Polygon): boolean {
  const edges = edgesOf(polygon);
  return edges.some(([a, b], first) =>
    edges.slice(first + 2).some(([c, d], gap) => {
      const areNeighbours = first === 0 && first + 2 + gap === edges.length - 1;
      return !areNeighbours && side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
    })
  );
}

function edgesOf(polygon: Polygon): (readonly [Point, Point])[] {
  return polygon.map((corner, at) => [corner, polygon[(at + 1) % polygon.length] ?? corner]);
}

/** On which side of the line from `a` to `b` a point lies, by its sign. */
function side(a: Point, b: Point, [x, y]: Point): number {
  return (b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0]);
}

/** Whether the middle of a box's lower edge, where a person stands, lies in a zone. `box` in pixels of an image of
 *  `size`. */
export function standsIn(zone: Polygon, [x, y, width, height]: Box, size: Size): boolean {
  const [footX, footY] = [(x + width / 2) / size.width, Math.min((y + height) / size.height, 1 - 1e-9)];
  let isInside = false;
  for (const [[ax, ay], [bx, by]] of edgesOf(zone)) {
    if (ay > footY === by > footY) continue;
    if (footX < ax + (bx - ax) * (footY - ay) / (by - ay)) isInside = !isInside;
  }
  return isInside;
}

/** The share of a box, 0 to 1, that lies in a zone. */
export function shareIn(zone: Polygon, [x, y, width, height]: Box, size: Size): number {
  const left = x / size.width;
  const top = y / size.height;
  const right = (x + width) / size.width;
  const bottom = (y + height) / size.height;
  const area = (right - left) * (bottom - top);
  if (!(area > 0)) return 0;
  const cuts: readonly (readonly [axis: 0 | 1, at: number, keepsAbove: boolean])[] = [
    [0, left, true],
    [0, right, false],
    [1, top, true],
    [1, bottom, false],
  ];
  return areaWithin(cuts.reduce((rest, [axis, at, keepsAbove]) => cutAlong(rest, axis, at, keepsAbove), zone)) / area;
}

/** The part of a polygon on one side of a line (Sutherland and Hodgman). */
function cutAlong(polygon: Polygon, axis: 0 | 1, at: number, keepsAbove: boolean): Polygon {
  const isKept = (point: Point) => keepsAbove ? point[axis] >= at : point[axis] <= at;
  return edgesOf(polygon).flatMap(([from, to]) => {
    if (isKept(from) && isKept(to)) return [to];
    if (!isKept(from) && !isKept(to)) return [];
    const share = (at - from[axis]) / (to[axis] - from[axis]);
    const middle: Point = [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share];
    return isKept(to) ? [middle, to] : [middle];
  });
}

function areaWithin(polygon: Polygon): number {
  return Math.abs(edgesOf(polygon).reduce((sum, [[ax, ay], [bx, by]]) => sum + ax * by - bx * ay, 0)) / 2;
}
