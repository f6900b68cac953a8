// Solids made of patches: grids of points that know where they were on the model before it was moved.
import type { Color } from "../scene/color.ts";
import { between, cross, minus, plus, times, unit, type Vector } from "../scene/vectors.ts";

/** Colour at a place of the model. `normal` points out of the surface, both as on the unmoved model. */
export type Material = (place: Vector, normal: Vector) => Color;

export type Patch = {
  readonly rows: number;
  readonly columns: number;
  /** Row by row. */
  readonly points: readonly Vector[];
  readonly normals: readonly Vector[];
  /** Points and normals before the model was moved, for materials. */
  readonly places: readonly Vector[];
  readonly faces: readonly Vector[];
  readonly material: Material;
  /** 0 dull to 1 polished; negative for what shines by itself. */
  readonly gloss: number;
};

/** A surface over a grid; `at` is given shares from 0 to 1 of rows and columns. */
export function surface(
  rows: number,
  columns: number,
  material: Material,
  gloss: number,
  at: (row: number, column: number) => Vector,
): Patch {
  const points: Vector[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) points.push(at(row / (rows - 1), column / (columns - 1)));
  }
  const normals = normalsOf(points, rows, columns);
  return { rows, columns, points, normals, places: points, faces: normals, material, gloss };
}

/** At right angles to the lines to the neighbours. Columns may meet in a seam, rows may shrink to a point. */
function normalsOf(points: readonly Vector[], rows: number, columns: number): Vector[] {
  const pointAt = (row: number, column: number) => points[row * columns + column] ?? [0, 0, 0];
  const middle = rows >> 1;
  const isClosed = Math.hypot(...minus(pointAt(middle, 0), pointAt(middle, columns - 1))) < 1e-6;
  return points.map((_, index) => {
    const row = Math.floor(index / columns);
    const column = index % columns;
    const along = minus(pointAt(Math.min(row + 1, rows - 1), column), pointAt(Math.max(row - 1, 0), column));
    const inner = Math.min(Math.max(row, 1), rows - 2);
    const left = column > 0 ? column - 1 : isClosed ? columns - 2 : 0;
    const right = column < columns - 1 ? column + 1 : isClosed ? 1 : column;
    return unit(cross(along, minus(pointAt(inner, right), pointAt(inner, left))));
  });
}

export function ellipsoid(center: Vector, radii: Vector, material: Material, gloss: number, detail = 14): Patch {
  return surface(detail, detail + 4, material, gloss, (row, column) => {
    const polar = row * Math.PI;
    const turn = column * 2 * Math.PI;
    const x = radii[0] * Math.cos(polar);
    const y = radii[1] * Math.sin(polar) * Math.cos(turn);
    return plus(center, [x, y, radii[2] * Math.sin(polar) * Math.sin(turn)]);
  });
}

/** A limb: a rounded stick, perhaps thicker at one end. */
export function limb(
  from: Vector,
  to: Vector,
  thickness: readonly [number, number],
  material: Material,
  gloss: number,
): Patch {
  const axis = unit(minus(to, from));
  const side = unit(cross(axis, Math.abs(axis[1]) > 0.9 ? [1, 0, 0] : [0, 1, 0]));
  const other = cross(axis, side);
  return surface(16, 13, material, gloss, (row, column) => {
    const { share, bulge, radius } = limbRing(row, thickness);
    const turn = column * 2 * Math.PI;
    const out = plus(times(side, Math.cos(turn)), times(other, Math.sin(turn)));
    return plus(plus(between(from, to, share), times(axis, bulge)), times(out, radius));
  });
}

/** The first and last quarter of the rows round off the ends. */
function limbRing(row: number, [first, last]: readonly [number, number]) {
  if (row < 0.25) {
    return { share: 0, bulge: -first * Math.cos(row * 2 * Math.PI), radius: first * Math.sin(row * 2 * Math.PI) };
  }
  if (row > 0.75) {
    const angle = (1 - row) * 2 * Math.PI;
    return { share: 1, bulge: last * Math.cos(angle), radius: last * Math.sin(angle) };
  }
  const share = (row - 0.25) * 2;
  return { share, bulge: 0, radius: first + (last - first) * share };
}

/** A slice across a body: where it is along x, its middle, and half its height and width. */
export type Slice = {
  readonly x: number;
  readonly y: number;
  readonly z?: number;
  readonly height: number;
  readonly width: number;
};

/** A body along x through slices; `squareness` 2 is round, 4 is boxy. */
export function body(slices: readonly Slice[], squareness: number, material: Material, gloss: number): Patch {
  const rows = (slices.length - 1) * 5 + 1;
  return surface(rows, 25, material, gloss, (row, column) => {
    const slice = sliceAt(slices, row);
    const turn = column * 2 * Math.PI;
    const y = rounded(Math.cos(turn), squareness) * slice.height;
    return [slice.x, slice.y + y, (slice.z ?? 0) + rounded(Math.sin(turn), squareness) * slice.width];
  });
}

function rounded(value: number, squareness: number): number {
  return Math.sign(value) * Math.abs(value) ** (2 / squareness);
}

function sliceAt(slices: readonly Slice[], row: number): Required<Slice> {
  const at = Math.min(Math.max(row, 0), 1) * (slices.length - 1);
  const index = Math.min(Math.floor(at), slices.length - 2);
  const share = at - index;
  const bent = share * share * (3 - 2 * share) * 0.5 + share * 0.5;
  const valueOf = (key: keyof Slice) => {
    const from = slices[index]?.[key] ?? 0;
    return from + ((slices[index + 1]?.[key] ?? 0) - from) * bent;
  };
  return { x: valueOf("x"), y: valueOf("y"), z: valueOf("z"), height: valueOf("height"), width: valueOf("width") };
}

/** A ring around the z axis, such as a tyre: `thick` along the radius and `wide` along the axis, both halves. */
export function ring(
  center: Vector,
  radius: number,
  thick: number,
  wide: number,
  material: Material,
  gloss: number,
): Patch {
  return surface(33, 11, material, gloss, (row, column) => {
    const turn = row * 2 * Math.PI;
    const around = column * 2 * Math.PI;
    const reach = radius + thick * Math.cos(around);
    return plus(center, [reach * Math.cos(turn), reach * Math.sin(turn), wide * Math.sin(around)]);
  });
}

/** The patch after moving its points with `place` and its normals with `turn`. */
export function moved(patch: Patch, place: (point: Vector) => Vector, turn: (normal: Vector) => Vector): Patch {
  return { ...patch, points: patch.points.map(place), normals: patch.normals.map(turn) };
}
