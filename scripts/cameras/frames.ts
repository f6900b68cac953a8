// The images that the examples of security cameras are made of: which camera, when, what is seen, and what is wrong.
import type { WeatherName } from "../scene/weather.ts";
import type { PlaceKind } from "../street/places.ts";

/** What is wrong with an image or its name. */
export type Flaw = "blurred" | "black" | "truncated" | "named badly";

export type Camera = {
  readonly id: string;
  readonly kind: PlaceKind;
  readonly place: number;
  /** Where people walk, from one spot to another: x and z in metres. */
  readonly path: readonly [from: readonly [number, number], to: readonly [number, number]];
};

export type Frame = {
  /** Name of the file. */
  readonly name: string;
  readonly camera: Camera;
  /** Decides who is there; those who are walk on from frame to frame. */
  readonly seed: number;
  /** Which frame of a series this is, from 0. */
  readonly step: number;
  readonly people: number;
  readonly weather: WeatherName;
  readonly isNight: boolean;
  readonly flaw?: Flaw;
};

const gate: Camera = { id: "gate-north", kind: "street", place: 4, path: [[5, 14.5], [-6, 14.5]] };
const parking: Camera = { id: "car-park", kind: "car park", place: 5, path: [[-4, 15.5], [9, 15]] };
const shop: Camera = { id: "shop-door", kind: "entrance", place: 4, path: [[-4.5, 8.5], [5, 10]] };
const dock: Camera = { id: "dock-2", kind: "street", place: 1, path: [[-6.5, 8], [5, 12]] };

export const size = { width: 480, height: 270 };

type Series = {
  /** The first one, in UTC. */
  readonly at: string;
  readonly people: number;
  readonly count?: number;
  readonly weather?: WeatherName;
  readonly isNight?: boolean;
  readonly flaw?: Flaw;
};

/** Seconds between the frames of a series. */
const pace = 20;

function framesOf(camera: Camera, seed: number, series: readonly Series[]): Frame[] {
  return series.flatMap(({ at, count = 1, people, weather = "cloudy", isNight = false, flaw }, nth) =>
    Array.from({ length: count }, (_, step): Frame => {
      const unix = Date.parse(at) / 1000 + step * pace;
      return {
        name: flaw === "named badly" ? `${camera.id}_${unix}.jpg` : `${camera.id}-${unix}.jpg`,
        camera,
        seed: seed + nth,
        step,
        people,
        weather: isNight ? "dusk" : weather,
        isNight,
        ...(flaw === undefined ? {} : { flaw }),
      };
    })
  );
}

export const frames: readonly Frame[] = [
  ...framesOf(gate, 100, [
    { at: "2026-11-16T08:15:00Z", people: 2, weather: "sun" },
    { at: "2026-11-16T23:40:00Z", people: 2, count: 3, isNight: true },
    { at: "2026-11-17T12:05:00Z", people: 0 },
    { at: "2026-11-18T01:20:00Z", people: 1, count: 3, isNight: true },
    { at: "2026-11-18T09:30:00Z", people: 3, flaw: "blurred" },
    { at: "2026-11-19T16:45:00Z", people: 0, weather: "dusk" },
  ]),
  ...framesOf(parking, 200, [
    { at: "2026-11-16T07:50:00Z", people: 1 },
    { at: "2026-11-16T17:10:00Z", people: 2, count: 2, weather: "dusk" },
    { at: "2026-11-17T22:30:00Z", people: 2, count: 3, isNight: true },
    { at: "2026-11-18T03:00:00Z", people: 0, isNight: true, flaw: "black" },
    { at: "2026-11-18T11:20:00Z", people: 0, weather: "rain" },
    { at: "2026-11-19T13:00:00Z", people: 1, weather: "sun" },
    { at: "2026-11-20T08:00:00Z", people: 0 },
  ]),
  ...framesOf(shop, 300, [
    { at: "2026-11-16T10:30:00Z", people: 4 },
    { at: "2026-11-17T02:10:00Z", people: 2, count: 3, isNight: true },
    { at: "2026-11-17T14:00:00Z", people: 6, weather: "sun" },
    { at: "2026-11-18T10:00:00Z", people: 3, flaw: "truncated" },
    { at: "2026-11-19T04:30:00Z", people: 1, isNight: true },
    { at: "2026-11-20T12:15:00Z", people: 5, weather: "rain" },
    { at: "2026-11-20T23:05:00Z", people: 3, count: 3, isNight: true },
  ]),
  ...framesOf(dock, 400, [
    { at: "2026-11-17T15:00:00Z", people: 2, flaw: "named badly" },
    { at: "2026-11-17T15:05:00Z", people: 2 },
    { at: "2026-11-18T04:15:00Z", people: 3, count: 3, isNight: true },
    { at: "2026-11-18T21:30:00Z", people: 1, weather: "rain" },
    { at: "2026-11-20T06:40:00Z", people: 0, isNight: true },
  ]),
];
