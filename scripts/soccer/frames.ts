// The frames that the examples are made of. Names: year-home-away_half_clock_camera.
import type { Shot } from "./cameras.ts";
import type { Daylight } from "./daylight.ts";
import { type Club, clubs } from "./kits.ts";
import type { Situation } from "./play.ts";
import type { SceneRequest } from "./scene.ts";

export type Frame = SceneRequest & { readonly name: string };

/** A match of the examples. */
type Match = {
  readonly year: number;
  readonly home: Club;
  readonly away: Club;
  readonly match: number;
  readonly daylight: Daylight;
};

const derby: Match = { year: 2024, home: "rovers", away: "athletic", match: 101, daylight: "sun" };
const coast: Match = { year: 2024, home: "harbour", away: "wanderers", match: 102, daylight: "night" };
const cup: Match = { year: 2023, home: "albion", away: "united", match: 103, daylight: "cloudy" };
const late: Match = { year: 2023, home: "wanderers", away: "rovers", match: 104, daylight: "evening" };

type Moment = {
  readonly half: number;
  /** Seconds since the half began. */
  readonly clock: number;
  readonly camera: number;
  readonly shot: Shot;
  readonly situation: Situation;
  readonly seed: number;
  readonly time?: number;
};

/** Moments one second apart, seen by the same camera. */
function sequence(moment: Moment, count: number): Moment[] {
  return Array.from({ length: count }, (_, time) => ({ ...moment, clock: moment.clock + time, time }));
}

function framesOf({ year, home, away, match, daylight }: Match, moments: readonly Moment[]): Frame[] {
  const kits = [clubs[home].home, clubs[away].away] as const;
  return moments.map(({ half, clock, camera, ...moment }) => ({
    name: `${year}-${home}-${away}_h${half}_${clockText(clock)}_cam${camera}`,
    width: 640,
    height: 360,
    match,
    daylight,
    kits,
    ...moment,
  }));
}

function clockText(clock: number): string {
  const digits = (value: number) => String(value).padStart(2, "0");
  return `${digits(Math.floor(clock / 60))}m${digits(clock % 60)}s`;
}

export const frames: readonly Frame[] = [
  ...framesOf(derby, [
    { half: 1, clock: 2, camera: 1, shot: "wide", situation: "kick-off", seed: 1 },
    ...sequence({ half: 1, clock: 760, camera: 1, shot: "wide", situation: "play", seed: 2 }, 3),
    { half: 1, clock: 1471, camera: 3, shot: "sideline", situation: "play", seed: 31 },
    { half: 1, clock: 2049, camera: 4, shot: "goal", situation: "corner", seed: 4 },
    { half: 2, clock: 331, camera: 2, shot: "close", situation: "play", seed: 5 },
    { half: 2, clock: 1188, camera: 1, shot: "wide", situation: "free kick", seed: 6 },
  ]),
  ...framesOf(coast, [
    ...sequence({ half: 1, clock: 95, camera: 1, shot: "wide", situation: "play", seed: 7 }, 2),
    { half: 1, clock: 1322, camera: 4, shot: "goal", situation: "shot", seed: 8 },
    { half: 1, clock: 1326, camera: 2, shot: "close", situation: "celebration", seed: 9 },
    { half: 2, clock: 804, camera: 3, shot: "sideline", situation: "corner", seed: 32 },
    { half: 2, clock: 2211, camera: 2, shot: "close", situation: "play", seed: 11 },
  ]),
  ...framesOf(cup, [
    { half: 1, clock: 618, camera: 1, shot: "wide", situation: "corner", seed: 12 },
    ...sequence({ half: 2, clock: 1503, camera: 3, shot: "sideline", situation: "play", seed: 34 }, 2),
    { half: 3, clock: 412, camera: 2, shot: "close", situation: "free kick", seed: 40 },
    { half: 4, clock: 880, camera: 4, shot: "goal", situation: "penalty", seed: 15 },
  ]),
  ...framesOf(late, [
    { half: 1, clock: 1800, camera: 1, shot: "wide", situation: "shot", seed: 16 },
    { half: 2, clock: 1129, camera: 2, shot: "close", situation: "play", seed: 17 },
    { half: 2, clock: 1977, camera: 3, shot: "sideline", situation: "play", seed: 30 },
    { half: 2, clock: 2641, camera: 1, shot: "wide", situation: "celebration", seed: 19 },
  ]),
];
