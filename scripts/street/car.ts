// Cars: a body, a cabin with windows, four wheels. The model heads along x and stands on y = 0; metres.
import type { Color } from "../scene/color.ts";
import { body, ellipsoid, type Material, type Patch } from "../scene/mesh.ts";

export type CarShape = "hatchback" | "saloon" | "estate" | "van";

export const carShapes: readonly CarShape[] = ["hatchback", "saloon", "estate", "van"];

type Measures = {
  /** Half the length, half the width, and heights of the bonnet, the waist and the roof. */
  readonly length: number;
  readonly width: number;
  readonly bonnet: number;
  readonly waist: number;
  readonly roof: number;
  /** Where the cabin begins and ends at the waist and at the roof, from the rear to the front. */
  readonly cabin: readonly [number, number, number, number];
  /** How high the rear is: that of the bonnet for a saloon. */
  readonly rear: number;
};

const measures: Readonly<Record<CarShape, Measures>> = {
  hatchback: {
    length: 1.98,
    width: 0.88,
    bonnet: 0.86,
    waist: 0.95,
    roof: 1.47,
    cabin: [-1.85, -1.35, 0.25, 1.0],
    rear: 0.96,
  },
  saloon: {
    length: 2.3,
    width: 0.91,
    bonnet: 0.84,
    waist: 0.92,
    roof: 1.42,
    cabin: [-1.6, -0.95, 0.2, 0.95],
    rear: 0.92,
  },
  estate: {
    length: 2.32,
    width: 0.92,
    bonnet: 0.86,
    waist: 0.95,
    roof: 1.5,
    cabin: [-2.15, -1.75, 0.25, 1.0],
    rear: 0.96,
  },
  van: { length: 2.5, width: 0.98, bonnet: 1.1, waist: 1.18, roof: 2.0, cabin: [-2.44, -2.36, 0.9, 1.6], rear: 1.2 },
};

export function carOf(shape: CarShape, paint: Color, isLit: boolean): Patch[] {
  const size = measures[shape];
  const wheels = [-0.62, 0.62].flatMap((end) => [-1, 1].map((side) => wheel(end * size.length, side * size.width)));
  return [lowerBody(size, paint, isLit), cabin(size, paint, shape === "van"), ...wheels];
}

function lowerBody({ length, width, bonnet, waist, rear }: Measures, paint: Color, isLit: boolean): Patch {
  const floor = 0.2;
  const slice = (x: number, top: number, inner: number) => ({
    x: x * length,
    y: (top + floor) / 2,
    height: (top - floor) / 2,
    width: width * inner,
  });
  const slices = [
    slice(-1, floor + 0.25, 0.7),
    slice(-0.97, rear * 0.96, 0.92),
    slice(-0.75, rear, 1),
    slice(-0.1, waist, 1),
    slice(0.4, waist, 1),
    slice(0.62, bonnet, 1),
    slice(0.94, bonnet * 0.86, 0.92),
    slice(1, floor + 0.25, 0.7),
  ];
  return body(slices, 6, bodyPaint(length, width, paint, isLit), 0.75);
}

function bodyPaint(length: number, width: number, paint: Color, isLit: boolean): Material {
  return ([x, y, z]) => {
    const end = Math.abs(x) / length;
    if (y < 0.33) return [34, 35, 38];
    if (end > 0.9 && y > 0.55 && y < 0.76 && Math.abs(z) > width * 0.5) return lampColor(x > 0, isLit);
    if (end > 0.95 && Math.abs(z) < 0.28 && y > 0.4 && y < 0.54) return [226, 224, 206];
    if (x > 0 && end > 0.95 && y > 0.42 && y < 0.7 && Math.abs(z) < width * 0.45) return [28, 29, 32];
    if (Math.abs(z) > width * 0.9 && Math.abs(Math.abs(x + 0.1) - 0.62) < 0.012) return [40, 41, 44];
    return paint;
  };
}

function lampColor(isFront: boolean, isLit: boolean): Color {
  if (isFront) return isLit ? [700, 680, 560] : [214, 218, 222];
  return isLit ? [420, 40, 36] : [150, 24, 26];
}

function cabin({ width, waist, roof, cabin: [tail, back, front, windscreen] }: Measures, paint: Color, isVan: boolean) {
  const low = waist - 0.12;
  const slice = (x: number, top: number, inner: number) => ({
    x,
    y: (top + low) / 2,
    height: (top - low) / 2,
    width: width * inner,
  });
  const slices = [
    slice(tail, waist, 0.8),
    slice(back, roof, 0.84),
    slice((back + front) / 2, roof + 0.03, 0.86),
    slice(front, roof, 0.84),
    slice(windscreen, waist, 0.86),
  ];
  const paintAt: Material = ([x, y], normal) => {
    if (normal[1] > 0.82 || y > roof - 0.07) return paint;
    const isBoarded = isVan && x < 0.35;
    const isPillar = Math.abs(normal[2]) > 0.6 &&
      [back * 0.45 + front * 0.55, back].some((at) => Math.abs(x - at) < 0.05);
    return isBoarded || isPillar || y < waist ? paint : [30, 38, 46];
  };
  return body(slices, 4.5, paintAt, 0.9);
}

function wheel(x: number, z: number): Patch {
  const hub: Material = ([px, py]) => {
    const out = Math.hypot(px - x, py - 0.32);
    return out > 0.2 ? [26, 26, 28] : out < 0.17 ? [146, 148, 152] : [70, 71, 74];
  };
  return ellipsoid([x, 0.32, z * 0.93], [0.33, 0.33, 0.13], hub, 0.1, 12);
}
